import { expect, it } from "vitest";
import { keyDecision, orderKeys, type ScannedKey } from "./host-key-order.ts";

const key = (change: Partial<ScannedKey>): ScannedKey => ({
	entryId: "e",
	nodeId: "n",
	label: "node1",
	address: "10.0.0.1",
	port: 22,
	algorithm: "ssh-ed25519",
	sha256: "SHA256:a",
	accepted: "unknown",
	expectedSha256: null,
	knownHosts: null,
	...change,
});

it.each([
	[{ accepted: "changed", knownHosts: "match" }, "changed"],
	[{ accepted: "accepted", knownHosts: "mismatch" }, "accepted"],
	[{ accepted: "unknown", knownHosts: "revoked" }, "revoked"],
	[{ accepted: "unknown", knownHosts: "match" }, "match"],
	[{ accepted: "unknown", knownHosts: null }, "review"],
] as const)("decides %o as %s: a changed key is never a match", (one, decision) => {
	expect(keyDecision(one)).toBe(decision);
});

it("puts the most alarming first, then by node", () => {
	const keys = [
		key({ label: "node10", accepted: "accepted" }),
		key({ label: "node10" }),
		key({ label: "node2" }),
		key({ label: "node9", accepted: "changed" }),
	];
	expect(orderKeys(keys).map((one) => one.label)).toEqual(["node9", "node2", "node10", "node10"]);
});
