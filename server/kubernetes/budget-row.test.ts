import { describe, expect, it } from "vitest";
import { budgetListSchema, countsPod, toBudgetRow } from "./budget-row.ts";

function budget(selector: object | null, version = "v1") {
	const list = budgetListSchema.parse({
		items: [{ metadata: { namespace: "web", name: "web", generation: 1 }, spec: { selector }, status: { observedGeneration: 1 } }],
	});
	const [item] = list.items;
	if (!item) throw new Error("one budget");
	return toBudgetRow(item, version);
}
const pod = (labels: Record<string, string>, namespace = "web") => ({ namespace, labels });

describe("the pods that a budget counts", () => {
	it("are those of its namespace with its labels", () => {
		const web = budget({ matchLabels: { app: "web" } });
		expect(countsPod(web, pod({ app: "web", tier: "front" }))).toBe(true);
		expect(countsPod(web, pod({ app: "db" }))).toBe(false);
		expect(countsPod(web, pod({ app: "web" }, "other"))).toBe(false);
	});

	it.each([
		["In", ["a", "b"], { x: "a" }, { x: "c" }],
		["NotIn", ["a"], { y: "a" }, { x: "a" }],
		["Exists", [], { x: "" }, { y: "" }],
		["DoesNotExist", [], { y: "" }, { x: "" }],
	])("by expressions: %s", (operator, values, yes, no) => {
		const found = budget({ matchExpressions: [{ key: "x", operator, values }] });
		expect([countsPod(found, pod(yes as Record<string, string>)), countsPod(found, pod(no as Record<string, string>))]).toEqual([
			true,
			false,
		]);
	});

	it("are all of a namespace for an empty selector of policy/v1, none in v1beta1, and none without one", () => {
		expect(countsPod(budget({}), pod({}))).toBe(true);
		expect(countsPod(budget({}, "v1beta1"), pod({ app: "web" }))).toBe(false);
		expect(countsPod(budget(null), pod({ app: "web" }))).toBe(false);
	});
});
