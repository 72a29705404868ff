import { afterAll, beforeAll, expect, it } from "vitest";
import { GET } from "./readyz/route.ts";
import { type TestConsole, testConsole } from "./testing/console.ts";

let test: TestConsole;
beforeAll(async () => {
	test = await testConsole();
});
afterAll(() => test.close());

it("is ready while the engine runs, and not once the engine has stopped, whatever the database answers", async () => {
	await expect.poll(async () => (await GET()).status, { timeout: 10_000 }).toBe(200);
	await test.console.engine.stop();
	const answer = await GET();
	expect(answer.status).toBe(503);
	expect(await answer.json()).toEqual({ ok: false });
});
