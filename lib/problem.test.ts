import { expect, it } from "vitest";
import { problemSchema } from "./contracts/problem.ts";
import { isProblem } from "./problem.ts";

const problem = { type: "about:blank", status: 409, code: "conflict", values: { name: "a", count: 2 }, requestId: "r1" };

it.each([
	problem,
	{ ...problem, issues: [] },
	{ ...problem, issues: [{ path: "name", message: "too long" }] },
	null,
	[],
	"conflict",
	{ code: "conflict" },
	{ ...problem, type: "https://example.com" },
	{ ...problem, status: 409.5 },
	{ ...problem, status: "409" },
	{ ...problem, values: { name: null } },
	{ ...problem, values: ["a"] },
	{ ...problem, requestId: 1 },
	{ ...problem, issues: [{ path: "name" }] },
	{ ...problem, issues: "name" },
])("judges %j as the schema does", (value) => {
	expect(isProblem(value)).toBe(problemSchema.safeParse(value).success);
});
