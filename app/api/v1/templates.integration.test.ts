import { afterAll, beforeAll, expect, it } from "vitest";
import type { TemplateView } from "@/lib/contracts/template.ts";
import { ADMINISTRATOR, type TestConsole, testConsole } from "../testing/console.ts";
import { GET as audit } from "./audit/route.ts";
import { PATCH as patch, DELETE as remove } from "./templates/[id]/route.ts";
import { POST as create, GET as list } from "./templates/route.ts";

let test: TestConsole;
let cookie: string;
beforeAll(async () => {
	test = await testConsole();
	cookie = await test.signIn();
});
afterAll(() => test.close());

const save = (body: object) => test.call(create, "/api/v1/templates", { method: "POST", cookie, body });
const templates = async (): Promise<TemplateView[]> => (await (await test.call(list, "/api/v1/templates", { cookie })).json()).templates;
const drop = (id: string) => test.call(remove, `/api/v1/templates/${id}`, { method: "DELETE", cookie, params: { id } });
const rename = (id: string, body: object) => test.call(patch, `/api/v1/templates/${id}`, { method: "PATCH", cookie, params: { id }, body });
const careful = {
	name: " Careful ",
	description: "One first",
	direction: "migrate",
	policy: { maxUnavailable: "10%", rollout: { canary: { nodeIds: ["n1", "n2"], soakS: 60 } } },
	ticket: "CHG-1",
};

it("keeps a policy without its nodes", async () => {
	expect((await save(careful)).status).toBe(200);
	expect(await templates()).toMatchObject([
		{
			name: "Careful",
			description: "One first",
			direction: "migrate",
			policy: { maxUnavailable: "10%", rollout: { canary: { nodes: 2, nodeIds: [], soakS: 60 } } },
			reason: "",
			ticket: "CHG-1",
			createdBy: ADMINISTRATOR.email,
		},
	]);
});

it.each([
	["a name that is taken", careful, 409, "inventory.name-taken"],
	["no name", { ...careful, name: " " }, 400, "http.invalid"],
	["a policy that is none", { ...careful, name: "other", policy: { maxUnavailable: 0 } }, 400, "http.invalid"],
	["an order by no label", { ...careful, name: "other", policy: { rollout: { order: "label" } } }, 400, "http.invalid"],
	[
		"a label's key that is none",
		{ ...careful, name: "other", policy: { rollout: { order: "label", orderLabel: "a b" } } },
		400,
		"http.invalid",
	],
	["a direction that is none", { ...careful, name: "other", direction: "sideways" }, 400, "http.invalid"],
])("refuses %s", async (_, body, status, code) => {
	const response = await save(body);
	expect(response.status).toBe(status);
	expect(await response.json()).toMatchObject({ code });
	expect(await templates()).toHaveLength(1);
});

it("fills in what an older version did not know, and says which one it cannot read", async () => {
	const stored = { description: "", direction: "migrate", reason: "", ticket: "", createdBy: "ann" };
	await test.console.db.template.create({ data: { ...stored, id: "t10", name: "Plan 10", policy: { rollout: { order: "zones" } } } });
	await test.console.db.template.create({ data: { ...stored, id: "t2", name: "Plan 2", policy: { maxUnavailable: "many" } } });
	expect(await templates()).toMatchObject([
		{ name: "Careful" },
		{ name: "Plan 2", policy: null },
		{ name: "Plan 10", policy: { maxUnavailable: 1, rollout: { canary: null, order: "zones", orderLabel: null } } },
	]);
});

it("gives one another name, and leaves the rest of it as it is", async () => {
	const [first] = await templates();
	expect((await rename(first?.id ?? "", { name: " Slow " })).status).toBe(200);
	const { updatedAt: _, ...was } = first as TemplateView;
	expect((await templates()).find(({ id }) => id === was.id)).toMatchObject({ ...was, name: "Slow" });
	expect((await rename(was.id, { name: "Careful" })).status).toBe(200);
});

it.each([
	["a name that another one has", "Plan 2", 409, "inventory.name-taken"],
	["no name", " ", 400, "http.invalid"],
	["a name that is too long", "x".repeat(101), 400, "http.invalid"],
])("does not rename one to %s", async (_, name, status, code) => {
	const [first] = await templates();
	const response = await rename(first?.id ?? "", { name });
	expect(response.status).toBe(status);
	expect(await response.json()).toMatchObject({ code });
	expect((await templates())[0]?.name).toBe("Careful");
});

it("deletes one, once; all of it is on record", async () => {
	const [first] = await templates();
	expect((await drop(first?.id ?? "")).status).toBe(200);
	expect((await drop(first?.id ?? "")).status).toBe(404);
	expect((await rename(first?.id ?? "", { name: "Too late" })).status).toBe(404);
	expect((await templates()).map(({ name }) => name)).toEqual(["Plan 2", "Plan 10"]);
	const { events } = await (await test.call(audit, "/api/v1/audit", { cookie })).json();
	const told = (events as { action: string }[]).filter(({ action }) => action.startsWith("template."));
	expect(told).toMatchObject([
		{ action: "template.rename", outcome: "inventory.not-found" },
		{ action: "template.delete", outcome: "inventory.not-found" },
		{ action: "template.delete", outcome: "ok", targetName: "Careful", values: { direction: "migrate" } },
		{ action: "template.rename", outcome: "inventory.name-taken", targetName: "Careful" },
		{ action: "template.rename", outcome: "ok", targetName: "Slow", changes: [{ field: "name", before: "Slow", after: "Careful" }] },
		{ action: "template.rename", outcome: "ok", targetName: "Careful", changes: [{ field: "name", before: "Careful", after: "Slow" }] },
		{ action: "template.create", outcome: "inventory.name-taken", targetName: "Careful" },
		{ action: "template.create", outcome: "ok", targetKind: "template", targetName: "Careful", values: { direction: "migrate" } },
	]);
});

it("is nothing for somebody who is not signed in", async () => {
	expect((await test.call(list, "/api/v1/templates")).status).toBe(401);
	expect((await test.call(create, "/api/v1/templates", { method: "POST", body: careful })).status).toBe(401);
	const body = { name: "Mine" };
	expect((await test.call(patch, "/api/v1/templates/t2", { method: "PATCH", params: { id: "t2" }, body })).status).toBe(401);
});
