import { afterAll, beforeAll, expect, it } from "vitest";
import { type TestConsole, testConsole } from "../testing/console.ts";
import { GET, POST } from "./nodes/[id]/left-runs/route.ts";

let test: TestConsole;
let cookie: string;
const PATH = "/api/v1/nodes/n1/left-runs";
const params = { id: "n1" };

beforeAll(async () => {
	test = await testConsole();
	cookie = await test.signIn();
	const node = { id: "n1", name: "node1", address: "192.0.2.1" };
	await test.console.db.cluster.create({ data: { id: "c1", name: "legacy", nodes: { create: node } } });
});
afterAll(() => test.close());

it("needs a session, a node that is there, and a choice that one can make", async () => {
	expect((await test.call(GET, PATH, { params })).status).toBe(401);
	expect((await test.call(GET, "/api/v1/nodes/n2/left-runs", { params: { id: "n2" }, cookie })).status).toBe(404);
	for (const body of [{}, { runId: "abcdefgh01", choice: "forget" }, { runId: "../../etc", choice: "keep" }])
		expect((await test.call(POST, PATH, { method: "POST", params, cookie, body })).status).toBe(400);
});

it("says what keeps it from the node, and records who tried to adopt what", async () => {
	const looked = await test.call(GET, PATH, { params, cookie });
	expect(looked.status).toBe(422);
	const { code } = (await looked.json()) as { code: string };
	expect(code).toMatch(/^inventory\./);
	const refused = await test.call(POST, PATH, { method: "POST", params, cookie, body: { runId: "abcdefgh01", choice: "keep" } });
	expect(refused.status).toBe(422);
	const [event] = (await test.console.audit.list({ action: "run.adopt" })).events;
	expect(event).toMatchObject({
		target: { kind: "run", id: "abcdefgh01", name: "node1" },
		outcome: code,
		values: { node: "node1", choice: "keep" },
	});
	expect(await test.console.db.run.count()).toBe(0);
});
