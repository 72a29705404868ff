import fc from "fast-check";
import { expect, it } from "vitest";
import { rolloutOrderSchema } from "../../lib/contracts/rollout.ts";
import { inOrder, zoneOf } from "./order.ts";

const labels = (zone: string | undefined): Record<string, string> => (zone ? { "topology.kubernetes.io/zone": zone } : {});
const node = (name: string, zone?: string) => ({ id: name, name, labels: labels(zone) });
const names = (nodes: { name: string }[]) => nodes.map(({ name }) => name);

it("goes as chosen, by name, or from zone to zone", () => {
	const nodes = [node("n10", "a"), node("n2", "a"), node("n3", "b"), node("n1", "a")];
	expect(names(inOrder(nodes, "chosen", []))).toEqual(["n10", "n2", "n3", "n1"]);
	expect(names(inOrder(nodes, "name", []))).toEqual(["n1", "n2", "n3", "n10"]);
	expect(names(inOrder(nodes, "zones", []))).toEqual(["n1", "n3", "n2", "n10"]);
	expect(names(inOrder(nodes, "zones", ["n10"]))).toEqual(["n10", "n1", "n3", "n2"]);
});

it("knows a zone by the label it had before 1.17", () => {
	expect(zoneOf({ labels: { "failure-domain.beta.kubernetes.io/zone": "z1" } })).toBe("z1");
	expect(zoneOf({ labels: {} })).toBe("");
});

it("keeps every node once, and puts two of a zone together only where no other zone is left over", () => {
	const anyNodes = fc.array(fc.constantFrom("a", "b", "c", undefined)).map((zones) => zones.map((zone, index) => node(`n${index}`, zone)));
	fc.assert(
		fc.property(anyNodes, fc.constantFrom(...rolloutOrderSchema.options), (nodes, order) => {
			const ordered = inOrder(nodes, order, []);
			expect(names(ordered).toSorted()).toEqual(names(nodes).toSorted());
			if (order !== "zones") return;
			for (const [index, one] of ordered.entries()) {
				const next = ordered[index + 1];
				if (next && zoneOf(next) === zoneOf(one)) expect(new Set(ordered.slice(index + 1).map(zoneOf)).size).toBe(1);
			}
		}),
	);
});
