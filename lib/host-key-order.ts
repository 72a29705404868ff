import type { z } from "zod";
import type { scannedKeySchema } from "./contracts/host-key.ts";
import { naturalCompare } from "./format.ts";

export type ScannedKey = z.infer<typeof scannedKeySchema>;

/** What a person has to decide about a key that a scan saw. */
export type KeyDecision = "changed" | "revoked" | "mismatch" | "review" | "match" | "accepted";

export function keyDecision(key: Pick<ScannedKey, "accepted" | "knownHosts">): KeyDecision {
	if (key.accepted === "changed") return "changed";
	if (key.accepted === "accepted") return "accepted";
	switch (key.knownHosts) {
		case "revoked":
			return "revoked";
		case "mismatch":
			return "mismatch";
		case "match":
			return "match";
		case "unknown":
		case null:
			return "review";
		default:
			return key.knownHosts satisfies never;
	}
}

const ORDER: readonly KeyDecision[] = ["changed", "revoked", "mismatch", "review", "match", "accepted"];

/** The most alarming first; within that by node, then algorithm. */
export function orderKeys(keys: readonly ScannedKey[]): ScannedKey[] {
	return [...keys].sort(
		(one, other) =>
			ORDER.indexOf(keyDecision(one)) - ORDER.indexOf(keyDecision(other)) ||
			naturalCompare(one.label, other.label) ||
			one.algorithm.localeCompare(other.algorithm),
	);
}
