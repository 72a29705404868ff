import { expect, type Page, test } from "@playwright/test";
import type { Demo } from "../../../scripts/demo/start-demo.ts";
import { done, openNode, plan, runRow, start } from "../browser/migration.ts";
import { words } from "../browser/words.ts";
import { look } from "./look.ts";
import { unseenFromCutover } from "./machines.ts";
import { closeDemo, openDemo } from "./open-demo.ts";
import { chooseNodes } from "./table.ts";

// Two nodes that verify themselves and that the cluster does not show. Each wait for a hold takes a minute and a half, so that both wait at
// once: going back is tried in server/engine/executor/hold.integration.test.ts.
test.describe.configure({ mode: "serial", timeout: 360_000 });
test.use({ actionTimeout: 30_000 });

const BOTH = ["node4", "node5"];
let demo: Demo;
let page: Page;
/** Each lets the cluster hear of its node again. */
let see4 = () => {};
let see5 = () => {};

test.beforeAll(async ({ browser }) => {
	({ demo, page } = await openDemo(browser));
});

test.afterAll(() => closeDemo({ demo, page }));

const word = (key: string) => words("migration", key);
/** A button's name goes on with the node's. */
const begins = (key: string) => new RegExp(words("run", key).source.replace(/\$$/, ""));
const becomes = (state: string) =>
	expect(page.locator("[data-migration-state]").first()).toHaveAttribute("data-migration-state", state, { timeout: 180_000 });
const needsYou = () => page.getByRole("region", { name: word("needsYou") });
const held = (node: string) =>
	needsYou()
		.getByRole("listitem")
		.filter({ hasText: node })
		.filter({ has: page.getByText(words("run", "status.held")) });
const answer = (node: string, key: string) =>
	held(node)
		.getByRole("button", { name: begins(key) })
		.click();
const cordoned = (node: string) => demo.clusters.legacy.cluster.nodes.get(node)?.spec.unschedulable === true;

test("of two that are held for a look, one is well when it is looked at again", async () => {
	await chooseNodes(page, "legacy", BOTH);
	await page.getByRole("button", { name: "Migrate 2 nodes…" }).click();
	await page.getByRole("radio", { name: new RegExp(word("onNodeFailureChoice.hold").source.replace(/\$$/, "")) }).click();
	await page.getByLabel(word("maxUnavailable")).fill("2");
	await page.getByLabel(word("verifyTimeout")).fill("30");
	await plan(page, { reason: "To be looked at", ticket: "CHG-9" });
	const { legacy } = demo.clusters;
	const unseen = Promise.all([unseenFromCutover(legacy, "node4"), unseenFromCutover(legacy, "node5")]);
	await start(page, "migrate");
	[see4, see5] = await unseen;
	for (const node of BOTH) await expect(held(node)).toBeVisible({ timeout: 180_000 });
	await look(page, "hold");
	for (const node of BOTH)
		for (const key of ["hold.lookAgain", "hold.goBack", "hold.keep"])
			await expect(held(node).getByRole("button", { name: begins(key) })).toBeEnabled();

	await answer("node5", "hold.lookAgain");
	const dialog = page.getByRole("alertdialog", { name: words("run", "hold.lookAgainTitle") });
	await expect(dialog).toContainText("node5");
	const confirm = dialog.getByRole("button", { name: words("run", "hold.lookAgain") });
	await expect(confirm).toBeDisabled();
	await dialog.getByRole("textbox").fill("The API lagged behind");
	await look(page, "hold-look-again");
	await confirm.click();
	await expect(dialog).toHaveCount(0);
	await expect(page.locator("[data-last-decision]")).toContainText("The API lagged behind");
	// It is asked about anew, with all its time, and does not see it yet.
	await expect(held("node5")).toHaveCount(0);
	await expect(runRow(page, "node5")).toHaveAttribute("data-run-state", "verifying");
	see5();
	await done(page, ["node5"], 120_000);
	expect(cordoned("node5")).toBe(false);
	await expect(held("node4")).toBeVisible();
});

test("held for a look, then kept: committed, cordoned, and uncordoned by a person", async () => {
	await answer("node4", "hold.keep");
	const dialog = page.getByRole("alertdialog");
	await expect(dialog.getByRole("button", { name: words("run", "hold.keepConfirm") })).toBeDisabled();
	await dialog.getByRole("textbox").fill("Its pods run; the API lags behind.");
	await look(page, "hold-keep");
	await dialog.getByRole("button", { name: words("run", "hold.keepConfirm") }).click();
	await done(page, BOTH, 120_000);
	await becomes("done");
	expect(cordoned("node4")).toBe(true);
	see4();
	await openNode(page, "node4");
	await page.getByRole("button", { name: words("run", "uncordon.button") }).click();
	const question = page.getByRole("alertdialog", { name: words("run", "uncordon.title") });
	await question.getByRole("textbox").fill("The cluster shows it by now");
	await question.getByRole("button", { name: words("run", "uncordon.button") }).click();
	await expect(question).toHaveCount(0);
	await expect.poll(() => cordoned("node4")).toBe(false);
});
