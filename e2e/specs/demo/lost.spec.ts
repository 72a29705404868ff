import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { createdSchema } from "../../../lib/contracts/id.ts";
import { migrationDetailSchema } from "../../../lib/contracts/migration.ts";
import { nodeListSchema } from "../../../lib/contracts/node.ts";
import type { RunView } from "../../../lib/contracts/run.ts";
import { Api } from "../../../scripts/demo/api.ts";
import { addCluster, uploadCrictl } from "../../../scripts/demo/inventory.ts";
import { maskedLog } from "../../../server/logs/redactor.ts";
import { runDir } from "../../../server/plan/layout.ts";
import { type DemoClusters, startDemoClusters } from "../../simulator/demo-clusters.ts";
import { NamedConsole } from "./named-console.ts";

// What tabs show of a run is whole, and what they say is true, whatever becomes of their stream or of the console meanwhile.
test.describe.configure({ mode: "serial", timeout: 240_000 });

const CUTS = 12;
/** An answer's head and first message are about so long: cuts fall into heads, into messages and between them. */
const MOST_BYTES = 900;
const FINAL = /^(done|failed|cancelled|reverted|revert-failed|not-started|skipped)$/;

let stateDir: string;
let clusters: DemoClusters;
let named: NamedConsole;
let api: Api;
let context: BrowserContext;

test.beforeAll(async ({ launchOptions }) => {
	test.setTimeout(600_000);
	const after = Array.from({ length: CUTS }, () => 1 + Math.floor(Math.random() * MOST_BYTES));
	process.stderr.write(`event streams are cut after ${after.join(", ")} bytes\n`);
	stateDir = await mkdtemp(join(tmpdir(), "gantry-lost-"));
	// The cluster takes its time to show a node on containerd: so long a deadline stands, however slow the browser is.
	clusters = await startDemoClusters({ stateDir, pace: 3, lagMs: 15_000 });
	named = await NamedConsole.start(launchOptions, after);
	api = new Api(named.console.url);
	await api.signIn(named.console.email, named.console.password);
	await uploadCrictl(api);
	await addCluster(api, clusters.legacy);
	context = await named.profile();
});

test.afterAll(async () => {
	await context?.close();
	await named?.close();
	await clusters?.close();
	await rm(stateDir, { recursive: true, force: true });
});

/** Plans and starts the migration of one node, without draining. Returns its run. */
async function migrate(name: string): Promise<RunView> {
	const { nodes } = await api.call("/nodes", nodeListSchema);
	const node = nodes.find((one) => one.name === name);
	if (!node) throw new Error(`there is no ${name}`);
	const policy = { drain: { enabled: false } };
	const body = { clusterId: node.clusterId, direction: "migrate", nodeIds: [node.id], policy, reason: "To see what it survives" };
	const { id } = await api.call("/migrations", createdSchema.loose(), { method: "POST", body });
	await api.start(id);
	return theRun(id);
}

async function theRun(migrationId: string): Promise<RunView> {
	const [run] = (await api.call(`/migrations/${migrationId}`, migrationDetailSchema)).runs;
	if (!run) throw new Error("the migration has no run");
	return run;
}

async function expectDone({ migrationId }: RunView): Promise<void> {
	await expect.poll(async () => (await theRun(migrationId)).state, { timeout: 180_000 }).toMatch(FINAL);
	expect((await theRun(migrationId)).state).toBe("done");
}

/** Resolves when the page holds the run's log exactly as it lies on the node, with its secrets masked. */
async function expectWholeLog(tab: Page, run: RunView): Promise<void> {
	const node = clusters.legacy.nodes.find(({ name }) => name === run.nodeName);
	const file = node?.machine.fs.find(`${runDir(run.id)}/log`);
	if (file?.kind !== "file") throw new Error("the node has no log");
	const bytes = file.content.bytes();
	expect(bytes.length).toBeGreaterThan(0);
	const foot = tab.getByTestId("log-foot");
	await expect(foot).toHaveAttribute("data-sha256", createHash("sha256").update(maskedLog(run.id, bytes)).digest("hex"), {
		timeout: 30_000,
	});
	await expect(foot).toHaveAttribute("data-bytes", String(bytes.length));
}

async function openTab(path: string): Promise<Page> {
	const tab = await context.newPage();
	await tab.goto(path);
	return tab;
}

test("a log is whole in every tab though the stream that they share is cut again and again", async () => {
	const run = await migrate("node4");
	const tabs = [await openTab(`/runs/${run.id}`), await openTab(`/runs/${run.id}`)];
	await openTab("/nodes");
	await expectDone(run);
	tabs.push(await openTab(`/runs/${run.id}`));
	await expect.poll(() => named.proxy.cuts, { timeout: 120_000 }).toBe(CUTS);
	for (const tab of tabs) await expectWholeLog(tab, run);
	await expect.poll(() => named.proxy.streams).toBe(1);
	for (const tab of context.pages()) await tab.close();
});

/** A deadline moves with each look at its node, and a tab may have been told one before the last. */
const MOVED_S = 60;

/** How many seconds what a banner says of node5 is from its deadline; infinite where it says nothing of it. */
function fromDeadline(text: string | null, { revertAt }: { revertAt: string | null }): number {
	const told = /Next revert deadline: (\d\d:\d\d:\d\d), node5/.exec(text ?? "")?.[1];
	if (!told || !revertAt) return Number.POSITIVE_INFINITY;
	const apartS = Math.abs(Date.parse(`${revertAt.slice(0, 10)}T${told}Z`) - Date.parse(revertAt)) / 1000;
	// Before midnight one, after it the other.
	return Math.min(apartS, 86_400 - apartS);
}

test("where the console is gone every tab says that nodes go on, and when the next goes back, and comes back with it", async () => {
	const elsewhere = await openTab("/settings");
	const { migrationId } = await migrate("node5");
	const tab = await openTab(`/migrations/${migrationId}`);
	await expect(tab.getByText(/^goes back in/).first()).toBeVisible({ timeout: 120_000 });
	// Tabs are told a moment after a page can read it: a console that is killed in between has told nobody.
	const armed = await theRun(migrationId);
	await expect.poll(async () => (await theRun(migrationId)).version, { timeout: 60_000 }).toBeGreaterThan(armed.version);
	const run = await theRun(migrationId);
	await named.console.kill();
	for (const one of [tab, elsewhere]) {
		const banner = one.getByRole("alert").filter({ hasText: "Nodes go on by themselves" });
		await expect.poll(async () => fromDeadline(await banner.textContent(), run), { timeout: 30_000 }).toBeLessThan(MOVED_S);
		await expect(one.locator("[data-live=offline]")).toBeVisible();
	}
	for (const colorScheme of ["light", "dark"] as const) {
		await tab.emulateMedia({ colorScheme });
		await tab.screenshot({ path: `test-results/screens/console-gone-${colorScheme}.png` });
	}
	await named.console.up();
	for (const one of [tab, elsewhere]) {
		await expect(one.locator("[data-live=live]")).toBeVisible({ timeout: 30_000 });
		await expect(one.getByText("Nodes go on by themselves")).toHaveCount(0);
	}
	await expectDone(run);
	await expect(tab.locator('tr[data-node="node5"]')).toHaveAttribute("data-run-state", "done");
});
