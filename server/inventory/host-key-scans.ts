import type { PresentedHostKey } from "../ssh/errors.ts";
import type { KnownHostsVerdict } from "../ssh/known-hosts.ts";
import { newId } from "./ids.ts";

/** One key that a server proved to hold, and whom it stands for. */
export interface SeenKey extends PresentedHostKey {
	id: string;
	hop: "node" | "jump";
	address: string;
	port: number;
	nodeIds: readonly string[];
	nodeNames: readonly string[];
	/** Everything that this address showed in the same scan. */
	shown: readonly PresentedHostKey[];
}

/** `accepted`: this very key is accepted, or the address showed another one that is. */
export type KeyState = "accepted" | "unknown" | "changed";

/**
 * Where a shown key stands against those accepted for its address. A further key of a server that also showed an accepted one
 * needs no decision; another key of an accepted type, or a server that shows none of the accepted ones, has changed.
 */
export function keyState(key: PresentedHostKey, shown: readonly PresentedHostKey[], accepted: readonly PresentedHostKey[]): KeyState {
	if (accepted.length === 0) return "unknown";
	if (accepted.some((one) => one.keyBase64 === key.keyBase64)) return "accepted";
	if (accepted.some((one) => one.algorithm === key.algorithm)) return "changed";
	return accepted.some((one) => shown.some((other) => other.keyBase64 === one.keyBase64)) ? "accepted" : "changed";
}

/** What known_hosts says of a key under several names of the same host: revoked wins, then a match. */
export function strongest(verdicts: readonly KnownHostsVerdict[]): KnownHostsVerdict {
	for (const verdict of ["revoked", "match", "mismatch"] as const) if (verdicts.includes(verdict)) return verdict;
	return "unknown";
}

interface Kept {
	untilMs: number;
	keys: ReadonlyMap<string, SeenKey>;
}

/** How long what a scan saw may be decided upon. */
export const SCAN_LIFE_MS = 15 * 60_000;
/** Each is a few hundred bytes a node; a person who scans again and again fills no memory. */
const MOST_SCANS = 20;

/** What scans saw, kept here so that a browser can name a key but not bring one along. */
export class HostKeyScans {
	readonly #scans = new Map<string, Kept>();

	/** `nowMs` by a clock that never jumps. */
	keep(keys: readonly SeenKey[], nowMs: number): string {
		for (const [id, scan] of this.#scans) if (scan.untilMs <= nowMs) this.#scans.delete(id);
		for (const id of [...this.#scans.keys()].slice(0, Math.max(0, this.#scans.size - MOST_SCANS + 1))) this.#scans.delete(id);
		const id = newId();
		this.#scans.set(id, { untilMs: nowMs + SCAN_LIFE_MS, keys: new Map(keys.map((key) => [key.id, key])) });
		return id;
	}

	/** Null where there is no such scan, or no longer. */
	find(id: string, nowMs: number): ReadonlyMap<string, SeenKey> | null {
		const scan = this.#scans.get(id);
		return scan && scan.untilMs > nowMs ? scan.keys : null;
	}
}
