import fc from "fast-check";
import { expect, it } from "vitest";
import { type RolloutOrder, rolloutOrderSchema } from "../../lib/contracts/rollout.ts";
import { naturalCompare } from "../../lib/format.ts";
import { inOrder, type OrderedNode, placesFor, type WorkerOrder, zoneOf } from "./order.ts";

const labels = (zone: string | undefined): Record<string, string> => (zone ? { "topology.kubernetes.io/zone": zone } : {});
const node = (name: string, zone?: string) => ({ id: name, name, labels: labels(zone) });
const by = (order: RolloutOrder, orderLabel = "rack"): WorkerOrder => ({ order, orderLabel: order === "label" ? orderLabel : null });
const names = (nodes: { name: string }[]) => nodes.map(({ name }) => name);

it("goes as chosen, by name, or from zone to zone", () => {
	const nodes = [node("n10", "a"), node("n2", "a"), node("n3", "b"), node("n1", "a")];
	expect(names(inOrder(nodes, by("chosen"), []))).toEqual(["n10", "n2", "n3", "n1"]);
	expect(names(inOrder(nodes, by("name"), []))).toEqual(["n1", "n2", "n3", "n10"]);
	expect(names(inOrder(nodes, by("zones"), []))).toEqual(["n1", "n3", "n2", "n10"]);
	expect(names(inOrder(nodes, by("zones"), ["n10"]))).toEqual(["n10", "n1", "n3", "n2"]);
});

it("goes one zone after the other, those of no zone last, after the named canaries", () => {
	const nodes = [node("n4"), node("n10", "z10"), node("n3", "z2"), node("n2", "z10"), node("n1", "z2")];
	expect(names(inOrder(nodes, by("zone-by-zone"), []))).toEqual(["n1", "n3", "n2", "n10", "n4"]);
	expect(names(inOrder(nodes, by("zone-by-zone"), ["n4"]))).toEqual(["n4", "n1", "n3", "n2", "n10"]);
});

it("goes by a label in natural order of its value, those without it last, by name within", () => {
	const racked = (name: string, rack?: string): OrderedNode => ({ id: name, name, labels: rack === undefined ? {} : { rack } });
	const nodes = [
		racked("n2"),
		racked("n10", "r2"),
		racked("n9", "r2"),
		racked("n1"),
		racked("n5", "r10"),
		racked("n6", ""),
		racked("n7", "R2"),
	];
	expect(names(inOrder(nodes, by("label"), []))).toEqual(["n6", "n7", "n9", "n10", "n5", "n1", "n2"]);
	expect(names(inOrder(nodes, by("label"), ["n2"]))).toEqual(["n2", "n6", "n7", "n9", "n10", "n5", "n1"]);
	// Of no node: all of them go by name; and no label is a property that every object has.
	for (const key of ["row", "constructor"])
		expect(names(inOrder(nodes, by("label", key), []))).toEqual(["n1", "n2", "n5", "n6", "n7", "n9", "n10"]);
});

it("keeps the nodes of one value together, whatever the values, and depends on the nodes alone", () => {
	const value = fc.option(fc.constantFrom("a", "A", "a1", "a01", "a10", "", "b"), { nil: undefined });
	const anyNodes = fc
		.uniqueArray(fc.record({ number: fc.nat(99), value }), { selector: ({ number }) => number, maxLength: 20 })
		.map((some) =>
			some.map(
				({ number, value: of }): OrderedNode => ({
					...node(`n${number}`, of),
					labels: of === undefined ? {} : { rack: of, "topology.kubernetes.io/zone": of },
				}),
			),
		);
	fc.assert(
		fc.property(anyNodes, fc.constantFrom("zone-by-zone" as const, "label" as const), (nodes, order) => {
			const ordered = inOrder(nodes, by(order), []);
			expect(names(inOrder(nodes.toReversed(), by(order), []))).toEqual(names(ordered));
			// An empty zone is none; a label may well be empty.
			const groups = ordered.map(({ labels: { rack } }) => (order === "label" ? rack : rack || undefined));
			const begun = groups.filter((group, index) => index === 0 || group !== groups[index - 1]);
			expect(new Set(begun).size).toBe(begun.length);
			expect(begun.slice(0, -1)).not.toContain(undefined);
			const named = begun.filter((group) => group !== undefined);
			for (const [index, group] of named.slice(1).entries()) expect(naturalCompare(named[index] ?? "", group)).toBeLessThanOrEqual(0);
			for (const [index, { name }] of ordered.slice(1).entries())
				if (groups[index] === groups[index + 1]) expect(naturalCompare(ordered[index]?.name ?? "", name)).toBeLessThan(0);
		}),
	);
});

it("knows a zone by the label it had before 1.17", () => {
	expect(zoneOf({ labels: { "failure-domain.beta.kubernetes.io/zone": "z1" } })).toBe("z1");
	expect(zoneOf({ labels: {} })).toBe("");
});

it("keeps every node once, and puts two of a zone together only where no other zone is left over", () => {
	const anyNodes = fc.array(fc.constantFrom("a", "b", "c", undefined)).map((zones) => zones.map((zone, index) => node(`n${index}`, zone)));
	fc.assert(
		fc.property(anyNodes, fc.constantFrom(...rolloutOrderSchema.options), (nodes, order) => {
			const ordered = inOrder(nodes, by(order), []);
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
			const places = placesFor(there, added, { order: by(order), canaryIds: [], direction });
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
				if (order === "zone-by-zone") expect(waiting.map(zoneOf)).toEqual(waiting.map(zoneOf).toSorted());
				if (order === "zones") expect(names(waiting).toSorted()).toEqual(names(inOrder(waiting, by("zones"), [])).toSorted());
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
	const places = placesFor(there, added, { order: by("name"), canaryIds: ["n9"], direction: "migrate" });
	expect(Object.fromEntries(places)).toEqual({ n9: 1, n3: 2, n5: 3 });
});
