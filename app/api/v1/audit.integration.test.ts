import { afterAll, beforeAll, expect, it } from "vitest";
import type { AuditEventView } from "@/lib/contracts/audit-page.ts";
import { ADMINISTRATOR, type TestConsole, testConsole } from "../testing/console.ts";
import { GET as file } from "./audit/export/route.ts";
import { GET as people } from "./audit/people/route.ts";
import { GET as list } from "./audit/route.ts";
import { DELETE as dropCredential, PUT as putCredential } from "./clusters/[id]/credential/route.ts";
import { PATCH as patchCluster } from "./clusters/[id]/route.ts";
import { POST as addCluster } from "./clusters/route.ts";
import { PATCH as patchNode } from "./nodes/[id]/route.ts";
import { POST as addNode } from "./nodes/route.ts";

let test: TestConsole;
let cookie: string;
const ANN = { id: "ann", name: "ann@example.com", address: "192.0.2.50" };
const SECRET = "S3cret-of-the-login";
let clusterId: string;
let nodeId: string;

beforeAll(async () => {
	test = await testConsole();
	cookie = await test.signIn();
	const made = await test.call(addCluster, "/api/v1/clusters", { method: "POST", cookie, body: { name: "=cmd()" } });
	clusterId = (await made.json()).id;
	const node = { clusterId, name: "node1", address: "10.0.0.1" };
	nodeId = (await (await test.call(addNode, "/api/v1/nodes", { method: "POST", cookie, body: node })).json()).id;
	const target = { kind: "node" as const, id: nodeId, name: "node1" };
	await test.console.audit.record({ actor: ANN, action: "node.probe", target, values: { count: 1 }, outcome: "ssh.timeout" });
	const nobody = { id: null, name: "guess@example.com", address: "203.0.113.9" };
	await test.console.audit.record({ actor: nobody, action: "session.sign-in-refused", outcome: "http.401" });
});
afterAll(() => test.close());

const read = async (query: string): Promise<AuditEventView[]> =>
	(await (await test.call(list, `/api/v1/audit?${query}`, { cookie })).json()).events;
const newest = async () => (await read("limit=1"))[0];

it("is narrowed by person, action, object, outcome, moment and text", async () => {
	const actions = async (query: string) => (await read(query)).map(({ action }) => action);
	expect(await actions("person=ann%40example.com")).toEqual(["node.probe"]);
	expect(await actions("action=cluster.create")).toEqual(["cluster.create"]);
	expect(await actions("action=nobody.knows")).toEqual([]);
	expect(await actions("kind=node")).toEqual(["node.probe", "node.create"]);
	expect(await actions(`kind=cluster&object=${clusterId}`)).toEqual(["cluster.create"]);
	expect(await actions("outcome=failed")).toEqual(["session.sign-in-refused", "node.probe"]);
	expect(await actions("lastS=3600&kind=cluster")).toEqual(["cluster.create"]);
	expect(await actions("to=2020-01-01T00:00:00Z")).toEqual([]);
	expect(await actions("from=2020-01-01T00:00:00Z&to=2999-01-01T00:00:00Z&kind=cluster")).toEqual(["cluster.create"]);
	expect(await actions("q=192.0.2.50")).toEqual(["node.probe"]);
	for (const query of ["kind=teapot", "lastS=0", "from=yesterday", "outcome=maybe"])
		expect((await test.call(list, `/api/v1/audit?${query}`, { cookie })).status, query).toBe(400);
});

it("names who is in it, and nobody who was only refused", async () => {
	const answer = await (await test.call(people, "/api/v1/audit/people", { cookie })).json();
	expect(answer.people).toEqual([ADMINISTRATOR.email, "ann@example.com"]);
});

it("keeps what a cluster was before and is now", async () => {
	await test.call(patchCluster, "/api/v1/clusters/x", { method: "PATCH", cookie, params: { id: clusterId }, body: { name: "prod" } });
	expect(await newest()).toMatchObject({ action: "cluster.update", changes: [{ field: "name", before: "=cmd()", after: "prod" }] });
});

it("keeps where SSH went before and goes now", async () => {
	await test.call(patchNode, "/api/v1/nodes/x", { method: "PATCH", cookie, params: { id: nodeId }, body: { address: "10.0.0.2" } });
	expect(await newest()).toMatchObject({ action: "node.update", changes: [{ field: "address", before: "10.0.0.1", after: "10.0.0.2" }] });
});

it("keeps what a credential was before and is now, and never a secret", async () => {
	const put = (body: object) =>
		test.call(putCredential, "/api/v1/clusters/x/credential", { method: "PUT", cookie, params: { id: clusterId }, body });
	const auth = { kind: "password", password: SECRET };
	expect((await put({ user: "root", auth, privilege: { kind: "root" } })).status).toBe(200);
	expect((await newest())?.changes).toEqual([
		{ field: "user", before: "", after: "root" },
		{ field: "port", before: "", after: "22" },
		{ field: "signIn", before: "", after: "password" },
		{ field: "privilege", before: "", after: "root" },
	]);
	const further = { user: "ops", port: 2222, auth: { kind: "password" }, privilege: { kind: "sudo-password", password: `${SECRET}2` } };
	expect((await put(further)).status).toBe(200);
	expect((await newest())?.changes).toEqual([
		{ field: "user", before: "root", after: "ops" },
		{ field: "port", before: "22", after: "2222" },
		{ field: "privilege", before: "root", after: "sudo-password" },
		{ field: "sudoPassword", before: "", after: "set" },
	]);
	await test.call(dropCredential, "/api/v1/clusters/x/credential", { method: "DELETE", cookie, params: { id: clusterId } });
	expect((await newest())?.changes).toContainEqual({ field: "user", before: "ops", after: "" });
	expect(JSON.stringify(await test.console.db.auditEvent.findMany())).not.toContain(SECRET);
});

it("leaves out a change that the action does not name", async () => {
	const changes = [
		{ field: "name", before: "a", after: "b" },
		{ field: "kubeconfigText", before: "x", after: "y" },
	];
	await test.console.audit.record({ actor: ANN, action: "cluster.update", changes });
	expect((await newest())?.changes).toEqual([{ field: "name", before: "a", after: "b" }]);
	await test.console.audit.record({ actor: ANN, action: "cluster.delete", changes });
	expect((await newest())?.changes).toEqual([]);
});

it("is given as CSV, in which nothing is a formula", async () => {
	const response = await test.call(file, "/api/v1/audit/export?format=csv&action=cluster.create", { cookie });
	expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
	expect(response.headers.get("content-disposition")).toMatch(/^attachment; filename="gantry-audit-\d{4}-\d\d-\d\d\.csv"$/);
	expect(response.headers.get("x-gantry-cut")).toBeNull();
	const [head, row, rest] = (await response.text()).split("\r\n");
	expect(head).toBe("id,time,person,address,action,kind,object id,object,outcome,values,changes");
	expect(row).toContain(`,${ADMINISTRATOR.email},192.0.2.7,cluster.create,cluster,${clusterId},'=cmd(),ok,`);
	expect(rest).toBe("");
});

it("is given as JSON, all of it in the order of the list however many pages it takes", async () => {
	for (let index = 0; index < 1_100; index++)
		await test.console.audit.record({ actor: ANN, action: "host-key.scan", values: { count: index } });
	const response = await test.call(file, "/api/v1/audit/export?format=json&action=host-key.scan", { cookie });
	const events = (await response.json()) as { values: { count: number } }[];
	expect(events.map(({ values }) => values.count)).toEqual(Array.from({ length: 1_100 }, (_, index) => 1_099 - index));
	const none = await test.call(file, "/api/v1/audit/export?format=json&action=nobody.knows", { cookie });
	expect(await none.json()).toEqual([]);
	expect((await test.call(file, "/api/v1/audit/export?format=xml", { cookie })).status).toBe(400);
});

it("ends with the newest where there is more than a file may hold", async () => {
	const { audit } = test.console;
	const ids: number[] = [];
	for await (const event of audit.all({ action: "host-key.scan" }, 700)) ids.push(event.id);
	expect(ids).toHaveLength(700);
	expect(ids).toEqual([...ids].sort((one, other) => other - one));
	expect(await audit.count({ action: "host-key.scan" }, 701)).toBe(701);
});
