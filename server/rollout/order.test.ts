import fc from "fast-check";
import { expect, it } from "vitest";
import { rolloutOrderSchema } from "../../lib/contracts/rollout.ts";
import { inOrder, placesFor, zoneOf } from "./order.ts";

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

const ORDERS = fc.constantFrom(...rolloutOrderSchema.options);
const someNodes = fc
	.record({
		there: fc.array(
			fc.record({ waits: fc.boolean(), controlPlane: fc.boolean(), zone: fc.constantFrom("a", "b", "c"), name: fc.nat(99) }),
			{ maxLength: 12 },
		),
		added: fc.array(
			fc.record({ excluded: fc.boolean(), controlPlane: fc.boolean(), zone: fc.constantFrom("a", "b", "c"), name: fc.nat(99) }),
			{ maxLength: 8 },
		),
	})
	.map(({ there, added }) => ({
		there: there.map(({ name, zone, ...rest }, position) => ({
			id: `t${position}`,
			name: `n${name}`,
			labels: labels(zone),
			position,
			...rest,
		})),
		added: added.map(({ name, zone, ...rest }, index) => ({ id: `a${index}`, name: `n${name}`, labels: labels(zone), ...rest })),
	}));

it("places added nodes among those that wait as the policy says, and moves nobody that has begun", () => {
	fc.assert(
		fc.property(someNodes, ORDERS, fc.constantFrom("migrate" as const, "rollback" as const), ({ there, added }, order, direction) => {
			const places = placesFor(there, added, { order, canaryIds: [], direction });
			const movable = there.filter((node) => node.waits);
			expect([...places.keys()].toSorted()).toEqual([...movable, ...added].map(({ id }) => id).toSorted());
			const after = [...there, ...added].map((node) => ({
				...node,
				position: places.get(node.id) ?? ("position" in node ? node.position : -1),
			}));
			expect(new Set(after.map((node) => node.position)).size).toBe(after.length);
			for (const controlPlane of [false, true]) {
				const kind = <N extends { controlPlane: boolean; position: number }>(nodes: readonly N[]) =>
					nodes.filter((node) => node.controlPlane === controlPlane).sort((a, b) => a.position - b.position);
				const going = kind(after.filter((node) => !("excluded" in node && node.excluded)));
				const ranks = (nodes: readonly { id: string }[], of: readonly { id: string }[]) =>
					of.map(({ id }) => nodes.findIndex((one) => one.id === id));
				const begun = there.filter((node) => !node.waits && node.controlPlane === controlPlane);
				expect(ranks(going, begun)).toEqual(ranks(kind(there), begun));
				const waiting = going.filter((node) => !("waits" in node && !node.waits));
				if (order === "name")
					expect(waiting.map(({ name }) => Number(name.slice(1)))).toEqual(
						waiting.map(({ name }) => Number(name.slice(1))).toSorted((a, b) => a - b),
					);
				if (order === "chosen") {
					const asGiven = [...movable, ...added.filter((node) => !node.excluded)].filter((node) => node.controlPlane === controlPlane);
					expect(waiting.map(({ id }) => id)).toEqual(asGiven.map(({ id }) => id));
				}
				if (order === "zones") expect(names(waiting).toSorted()).toEqual(names(inOrder(waiting, "zones", [])).toSorted());
			}
			const last = Math.max(-1, ...after.filter((node) => !("excluded" in node && node.excluded)).map((node) => node.position));
			for (const node of after) if ("excluded" in node && node.excluded) expect(node.position).toBeGreaterThan(last);
		}),
	);
});

it("puts a canary that is added first among those that wait", () => {
	const there = [
		{ ...node("n1"), position: 0, controlPlane: false, waits: false },
		{ ...node("n5"), position: 1, controlPlane: false, waits: true },
	];
	const added = [
		{ ...node("n3"), controlPlane: false, excluded: false },
		{ ...node("n9"), controlPlane: false, excluded: false },
	];
	const places = placesFor(there, added, { order: "name", canaryIds: ["n9"], direction: "migrate" });
	expect(Object.fromEntries(places)).toEqual({ n9: 1, n3: 2, n5: 3 });
});
