import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { ConsoleProcess } from "../../console/console-process.ts";
import { CuttingProxy } from "../../console/cutting-proxy.ts";
import { freePort } from "../../console/free-port.ts";
import { attach, type Fleet } from "../../fleet/fleet.ts";
import { tellOfFailure } from "../browser/failure.ts";
import { done, openNode, plan, start } from "../browser/migration.ts";
import { signIn } from "../browser/sign-in.ts";
import { FLEET_NAME, givenFleet } from "./fleet-name.ts";
import { expectWholeLog } from "./log.ts";
import { acceptHostKeys, addCluster, addCredential, probeAll, uploadArchive } from "./set-up.ts";

// What is shown is what happened, whatever becomes of the stream or of the console meanwhile.
test.describe.configure({ mode: "serial", timeout: 420_000 });

const CUTS = 20;
/** An answer's head and first message are about so long: cuts fall into heads, into messages and between them. */
const MOST_BYTES = 1_000;

let fleet: Fleet;
let console: ConsoleProcess;
let proxy: CuttingProxy;
let context: BrowserContext;
let page: Page;

test.beforeAll(async ({ browser }) => {
	fleet = await attach(givenFleet() ?? FLEET_NAME);
	const port = await freePort();
	console = await ConsoleProcess.start({ origins: [`http://127.0.0.1:${port}`] });
	const after = Array.from({ length: CUTS }, () => 1 + Math.floor(Math.random() * MOST_BYTES));
	process.stderr.write(`event streams are cut after ${after.join(", ")} bytes\n`);
	proxy = await CuttingProxy.start({ port, target: console.port, after });
	context = await browser.newContext();
	page = await context.newPage();
	await signIn(page, console, { at: proxy.url });
	await addCluster(page, fleet);
	await addCredential(page, fleet);
	await acceptHostKeys(page, fleet);
	await uploadArchive(page);
	await probeAll(page, fleet);
});

test.afterEach(() => tellOfFailure(test.info(), console, context?.pages() ?? []));

test.afterAll(async () => {
	await context?.close();
	await proxy?.close();
	await test.info().attach("console.log", { body: (await console?.log()) ?? "", contentType: "text/plain" });
	await console?.close();
	for (const node of fleet?.nodes ?? []) if (!(await node.status())?.runtime.startsWith("docker://")) await fleet.reset(node.name);
});

async function startMigration(name: string): Promise<void> {
	await page.getByRole("link", { name: "Nodes", exact: true }).first().click();
	await page.getByRole("link", { name, exact: true }).click();
	await page.getByRole("button", { name: "Migrate…" }).click();
	await plan(page, { reason: `${name} in bad weather`, ticket: "CHG-1" });
	await start(page, "migrate");
}

const row = (tab: Page, name: string) => tab.locator(`tr[data-node="${name}"]`);

test("a log is whole though its stream was cut twenty times, in a tab that was loaded anew and in a second one", async () => {
	await startMigration("node2");
	const runId = await openNode(page, "node2");
	const second = await context.newPage();
	await second.goto(page.url());
	await expect(row(page, "node2")).toHaveAttribute("data-run-state", "cutover", { timeout: 180_000 });
	await page.reload();
	for (const tab of [page, second]) {
		await done(tab, ["node2"]);
		await expectWholeLog(tab, fleet.node("node2"), runId);
	}
	await expect.poll(() => proxy.cuts, { timeout: 120_000 }).toBe(CUTS);
	for (const tab of [page, second]) await expectWholeLog(tab, fleet.node("node2"), runId);
	await second.close();
});

test("a console killed in the middle of a cutover takes the run up again, and the open page with it", async () => {
	await startMigration("node3");
	const runId = await openNode(page, "node3");
	await expect(row(page, "node3")).toHaveAttribute("data-run-state", "cutover", { timeout: 180_000 });
	await console.kill();
	await expect(page.getByText("Offline", { exact: true })).toBeVisible({ timeout: 30_000 });
	await console.up();
	await expect(page.getByText("Live", { exact: true })).toBeVisible({ timeout: 30_000 });
	await done(page, ["node3"]);
	await expectWholeLog(page, fleet.node("node3"), runId);
	expect((await fleet.node("node3").status())?.runtime).toMatch(/^containerd:\/\//);
	expect(await fleet.kubectl(["get", "nodes", "--no-headers"])).not.toContain("SchedulingDisabled");
});
