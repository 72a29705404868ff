import fc from "fast-check";
import { expect, it } from "vitest";
import { NODE_COLUMNS, ROLE_GROUPS, RUNTIME_GROUPS } from "./node-filter.ts";
import { columnsInOrder, FIRST_STATE, isBare, type NodeListState, readNodeList, writeNodeList } from "./node-list-address.ts";
import { READINESS } from "./readiness.ts";

const orNull = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: null });
const state: fc.Arbitrary<NodeListState> = fc.record({
	filter: fc.record({
		text: fc.string(),
		runtime: orNull(fc.constantFrom(...RUNTIME_GROUPS)),
		role: orNull(fc.constantFrom(...ROLE_GROUPS)),
		readiness: orNull(fc.constantFrom(...READINESS)),
		version: orNull(fc.string({ minLength: 1 })),
		label: fc.string(),
		finding: orNull(fc.string({ minLength: 1 })),
	}),
	order: fc.record({ column: fc.constantFrom(...NODE_COLUMNS), descending: fc.boolean() }),
	columns: fc.subarray([...NODE_COLUMNS]).map(columnsInOrder),
});
/** As a browser hands it on: through its text. */
const followed = (parameters: URLSearchParams) => new URLSearchParams(parameters.toString());

it("shows whoever follows an address the same", () => {
	fc.assert(
		fc.property(state, (given) => {
			expect(readNodeList(followed(writeNodeList(given, new URLSearchParams())))).toEqual(given);
		}),
	);
});

it("leaves what is not the list's alone, and takes away what was its own", () => {
	fc.assert(
		fc.property(state, state, (before, after) => {
			const old = writeNodeList(before, new URLSearchParams({ cluster: "c1", tab: "nodes" }));
			const written = writeNodeList(after, old);
			expect([written.get("cluster"), written.get("tab")]).toEqual(["c1", "nodes"]);
			expect(readNodeList(followed(written))).toEqual(after);
		}),
	);
});

it("writes nothing of what is as it is at first", () => {
	expect(writeNodeList(FIRST_STATE, new URLSearchParams("cluster=c1")).toString()).toBe("cluster=c1");
	expect([isBare(new URLSearchParams("cluster=c1")), isBare(new URLSearchParams("q=x"))]).toEqual([true, false]);
});

it("takes what it does not know for absent, and never throws", () => {
	expect(readNodeList(new URLSearchParams("runtime=rkt&role=king&readiness=&sort=luck&order=up&columns=luck"))).toEqual({
		...FIRST_STATE,
		columns: ["name"],
	});
	const names = fc.constantFrom("q", "runtime", "readiness", "label", "sort", "order", "columns", "cluster");
	fc.assert(
		fc.property(fc.array(fc.tuple(names, fc.string())), (pairs) => {
			// Whatever stood there, what is shown of it has an address that shows the same.
			const shown = readNodeList(new URLSearchParams(pairs));
			expect(readNodeList(writeNodeList(shown, new URLSearchParams()))).toEqual(shown);
		}),
	);
});
