import { expect, it } from "vitest";
import type { PreflightSummary } from "./contracts/node.ts";
import { findingCodes, readiness } from "./readiness.ts";

const said = (change: Partial<PreflightSummary> = {}): PreflightSummary => ({
	at: "2026-01-01T00:00:00Z",
	block: [],
	warn: [],
	note: [],
	...change,
});
const node = { runtime: "dockershim", gone: false, probeError: null, preflight: said() } as const;
const error = { code: "ssh.connection.refused", values: {} };

it("goes by the gravest finding; a note is none", () => {
	expect(readiness(node)).toBe("ready");
	expect(readiness({ ...node, preflight: said({ note: ["a"] }) })).toBe("ready");
	expect(readiness({ ...node, preflight: said({ warn: ["a"], note: ["b"] }) })).toBe("attention");
	expect(readiness({ ...node, preflight: said({ block: ["a"], warn: ["b"] }) })).toBe("blocked");
});

it("knows nothing of a node that was never read, could not be read since, or is gone", () => {
	expect(readiness({ ...node, preflight: null })).toBe("unknown");
	expect(readiness({ ...node, probeError: error })).toBe("unknown");
	expect(readiness({ ...node, runtime: "containerd", gone: true })).toBe("unknown");
});

it("has nothing to migrate on containerd, whatever is left to tidy there", () => {
	expect(readiness({ ...node, runtime: "containerd", preflight: said({ block: ["a"] }), probeError: error })).toBe("containerd");
});

it("names all codes, what blocks first", () => {
	expect(findingCodes({ preflight: said({ block: ["c"], warn: ["b"], note: ["a"] }) })).toEqual(["c", "b", "a"]);
	expect(findingCodes({ preflight: null })).toEqual([]);
});
