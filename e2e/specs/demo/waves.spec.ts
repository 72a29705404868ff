import { expect, type Page, test } from "@playwright/test";
import { wallClock } from "../../../lib/zoned-time.ts";
import type { Demo } from "../../../scripts/demo/start-demo.ts";
import { done, migrationBecomes, openNode, plan, runRow, sayWhy, start } from "../browser/migration.ts";
import { needed, migrationWords as word, words } from "../browser/words.ts";
import { look } from "./look.ts";
import { breakContainerd, holdDrains, labelNode, mendContainerd, podsOn } from "./machines.ts";
import { closeDemo, openDemo } from "./open-demo.ts";
import { chooseNodes } from "./table.ts";

// Who goes when: by a label and within hours, back again in the reverse order where too many fail, and nodes that are added on the way.
test.describe.configure({ mode: "serial", timeout: 300_000 });
test.use({ actionTimeout: 30_000 });

const WORKERS = ["node4", "node5"];
const ALL = [...WORKERS, "node1"];
/** Where the hours are counted; the browser is in UTC. */
const ZONE = "Asia/Shanghai";
const HOUR_MS = 3_600_000;
let demo: Demo;
let page: Page;

test.beforeAll(async ({ browser }) => {
	({ demo, page } = await openDemo(browser, { context: { timezoneId: "UTC" } }));
});

test.afterAll(() => closeDemo({ demo, page }));

const press = (key: string) => page.getByRole("button", { name: word(key) }).click();
const becomes = (state: string, timeoutMs?: number) => migrationBecomes(page, state, timeoutMs);
const runBecomes = (node: string, state: string | RegExp) =>
	expect(runRow(page, node)).toHaveAttribute("data-run-state", state, { timeout: 120_000 });
/** A checkbox's name goes on with its hint. */
const box = (key: string) => page.getByRole("checkbox", { name: new RegExp(word(key).source.replace(/\$$/, "")) });
const waves = () => page.getByRole("region", { name: word("waves") });
const runtimeOf = (node: string) => demo.clusters.legacy.cluster.nodes.get(node)?.status.nodeInfo.containerRuntimeVersion;
const reviewed = () => page.locator("[data-review-node]").evaluateAll((all) => all.map((node) => node.getAttribute("data-review-node")));

/** From now on the drain of a worker waits, once each of them has a pod to wait for. */
async function holdWorkers(): Promise<() => void> {
	const { legacy } = demo.clusters;
	for (const node of WORKERS) await expect.poll(() => podsOn(legacy, node, "web"), { timeout: 60_000 }).toBeGreaterThan(0);
	return holdDrains(legacy, "web");
}

test("goes by a node label and waits for its hours, until when it says", async () => {
	// Counted as people do: 9 before 10.
	labelNode(demo.clusters.legacy, "node4", "example.com/rack", "r10");
	labelNode(demo.clusters.legacy, "node5", "example.com/rack", "r9");
	await chooseNodes(page, "legacy", ALL);
	await page.getByRole("button", { name: "Migrate 3 nodes…" }).click();
	await page.getByRole("radio", { name: word("orderChoice.label") }).click();
	await page.getByLabel(needed(word("orderLabel"))).fill("example.com/rack");
	await expect(page.getByText("2 of 2 chosen workers have it.")).toBeVisible();
	await box("batches").click();
	await page.getByLabel(word("batchSize")).fill("1");
	await page.getByRole("radio", { name: word("onFailuresChoice.roll-back") }).click();
	await box("askBeforeControlPlane").click();
	await box("window").click();
	const opensMs = Date.now() + 3 * HOUR_MS;
	await page.getByLabel(word("windowFrom")).fill(wallClock(opensMs, ZONE).time);
	await page.getByLabel(word("windowTo")).fill(wallClock(opensMs + HOUR_MS, ZONE).time);
	await page.getByLabel(word("windowZone")).fill("Asia/Nowhere");
	await expect(page.getByText(word("windowZoneWrong"))).toBeVisible();
	await page.getByLabel(word("windowZone")).fill(ZONE);
	await plan(page, { reason: "Rack by rack, in its hours", ticket: "CHG-11" });
	expect(await reviewed()).toEqual(["node5", "node4", "node1"]);
	await expect(waves()).toContainText(/batch 1.*batch 2.*control plane 1/);

	await press("start");
	const dialog = page.getByRole("alertdialog");
	await dialog.getByRole("textbox").fill("legacy");
	await dialog.getByRole("button", { name: word("start") }).click();
	for (const node of ALL) await runBecomes(node, "prepared");
	await becomes("running");
	await expect(waves()).toContainText(`Outside its hours; opens at ${wallClock(opensMs, "UTC").time}:00`);
	await look(page, "waves-window");
});

test("goes at once when its hours are taken away, batch by batch", async () => {
	const release = await holdWorkers();
	await press("changePace");
	const pace = page.getByRole("dialog");
	await expect(pace.getByLabel(word("windowZone"))).toHaveValue(ZONE);
	await pace.getByRole("checkbox", { name: new RegExp(word("window").source.replace(/\$$/, "")) }).click();
	await pace.getByLabel(needed(word("cancelReason"))).fill("Nobody is there today");
	await pace.getByRole("button", { name: word("paceConfirm") }).click();
	await expect(pace).toBeHidden();
	await runBecomes("node5", "draining");
	await expect(waves().locator("[aria-current=step]")).toHaveText("batch 1");
	await expect(waves()).not.toContainText("Outside its hours");
	await runBecomes("node4", "prepared");
	release();
	await done(page, ["node5", "node4"], 120_000);
	await becomes("paused");
});

test("too many have failed: what went over goes back, the last one first", async () => {
	const release = await holdWorkers();
	// By a foreign hand, so that it is another node than the one that was planned.
	await breakContainerd(demo, "node1");
	await page
		.getByRole("region", { name: word("needsYou") })
		.getByRole("button", { name: word("goOn") })
		.click();
	await sayWhy(page, "The workers are well");
	await runBecomes("node1", "failed");
	// Nobody is under way any more: what is left of it goes on in another migration, which it leads to.
	await becomes("done-with-failures");
	// Those go already: nobody is offered to have them go, here or where they are listed.
	const result = page.getByRole("region", { name: word("result") });
	const rollBack = page.getByRole("button", { name: /^Roll back/ });
	await expect(result.getByRole("link", { name: "2 nodes are on their way back" })).toBeVisible();
	await expect(rollBack).toHaveCount(0);
	await look(page, "waves-rolled-back");
	const over = page.url();
	await chooseNodes(page, "legacy", WORKERS);
	await expect(page.getByText("each has a run under way")).toBeVisible();
	await expect(rollBack).toHaveCount(0);
	await page.goto(over);
	await openNode(page, "node5");
	await page.getByRole("link", { name: word("permanent") }).click();
	await expect(page.getByRole("link", { name: words("run", "toActive") })).toBeVisible();
	await expect(rollBack).toHaveCount(0);
	await page.goto(over);
	await result.getByRole("link", { name: "2 nodes are on their way back" }).click();
	await runBecomes("node4", "draining");
	await runBecomes("node5", "prepared");
	await expect(runRow(page, "node1")).toHaveCount(0);
	const left = await page.context().newPage();
	await left.goto(over);
	const told = left.getByRole("region", { name: word("result") });
	await expect(told.getByRole("link", { name: "2 nodes are on their way back" })).toBeVisible();
	release();
	await done(page, ["node4", "node5"], 120_000);
	await becomes("done");
	await expect(told.getByRole("link", { name: "2 nodes have gone back" })).toHaveAttribute("href", new URL(page.url()).pathname);
	await expect(told.getByRole("button", { name: /^Roll back/ })).toHaveCount(0);
	await left.close();
	for (const node of ALL) expect(runtimeOf(node)).toBe("docker://19.3.13");
	await mendContainerd(demo, "node1");
});

test("nodes are added while it is paused, and it goes on to its end with them", async () => {
	const release = await holdWorkers();
	await chooseNodes(page, "legacy", ["node4"]);
	await page.getByRole("button", { name: "Migrate 1 node…" }).click();
	await plan(page, { reason: "One first, then the others", ticket: "CHG-12" });
	await start(page, "migrate");
	await runBecomes("node4", "draining");
	await press("pause");
	await becomes("paused");
	await press("addNodes");
	const dialog = page.getByRole("dialog");
	for (const node of ["node5", "node1"]) await dialog.getByRole("checkbox", { name: node }).click();
	const confirm = dialog.getByRole("button", { name: "Plan and add 2 nodes" });
	await dialog.getByLabel(needed(word("cancelReason"))).fill("There is time for them too");
	await expect(confirm).toBeDisabled();
	await dialog.getByLabel(word("typeCluster")).fill("legacy");
	await confirm.click();
	await expect(dialog).toBeHidden({ timeout: 60_000 });
	for (const node of ["node5", "node1"]) await runBecomes(node, /queued|prepared/);
	release();
	await done(page, ["node4"], 120_000);
	await runBecomes("node5", /queued|prepared/);
	await press("resume");
	await sayWhy(page, "All three now");
	await done(page, ["node5", "node1"], 180_000);
	await becomes("done");
	for (const node of ALL) expect(runtimeOf(node)).toBe("containerd://1.3.7");
	await expect(page.getByText("All 3 of 3 nodes are done.")).toBeVisible();
});

test("the whole of it is planned back by one button, the last one first", async () => {
	await page.getByRole("button", { name: "Roll back 3…" }).click();
	await plan(page, { reason: "All the way back", ticket: "CHG-13" });
	expect(await reviewed()).toEqual(["node1", "node5", "node4"]);
});
