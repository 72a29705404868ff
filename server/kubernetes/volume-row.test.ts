import { expect, it } from "vitest";
import { toNodeVolumeRow } from "./volume-row.ts";

const term = (...expressions: [string, string, string[]][]) => ({
	matchExpressions: expressions.map(([key, operator, values]) => ({ key, operator, values })),
});
const volume = (terms: object[] | null, claim: object | null = { namespace: "db", name: "data-pg-0" }) =>
	toNodeVolumeRow({
		metadata: { name: "pv-1" },
		spec: {
			...(claim ? { claimRef: claim } : {}),
			...(terms ? { nodeAffinity: { required: { nodeSelectorTerms: terms as { matchExpressions: never[] }[] } } } : {}),
		},
	});

it("is a row where each way to it names its nodes", () => {
	const row = { name: "pv-1", claim: "db/data-pg-0", hostnames: ["node1"] };
	expect(volume([term(["kubernetes.io/hostname", "In", ["node1"]])])).toEqual(row);
	expect(volume([term(["topology.kubernetes.io/zone", "In", ["a"]], ["kubernetes.io/hostname", "In", ["node1"]])])).toEqual(row);
	expect(
		volume([term(["kubernetes.io/hostname", "In", ["node1", "node2"]]), term(["kubernetes.io/hostname", "In", ["node2"]])])?.hostnames,
	).toEqual(["node1", "node2"]);
});

it("is none once its claim is gone", () => {
	const row = (phase: string) =>
		toNodeVolumeRow({
			metadata: { name: "pv-1" },
			spec: {
				claimRef: { namespace: "db", name: "data-pg-0" },
				nodeAffinity: { required: { nodeSelectorTerms: [term(["kubernetes.io/hostname", "In", ["node1"]])] } },
			},
			status: { phase },
		});
	expect(row("Bound")).not.toBeNull();
	expect(row("Released")).toBeNull();
});

it("is none where another node may mount it, or nobody claims it", () => {
	expect(volume(null)).toBeNull();
	expect(volume([])).toBeNull();
	expect(volume([term(["topology.kubernetes.io/zone", "In", ["a"]])])).toBeNull();
	expect(volume([term(["kubernetes.io/hostname", "In", ["node1"]]), term(["zone", "In", ["a"]])])).toBeNull();
	expect(volume([term(["kubernetes.io/hostname", "NotIn", ["node1"]])])).toBeNull();
	expect(volume([term(["kubernetes.io/hostname", "In", ["node1"]])], null)).toBeNull();
});
