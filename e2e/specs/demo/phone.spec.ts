import { expect, type Page, test } from "@playwright/test";
import type { Demo } from "../../../scripts/demo/start-demo.ts";
import { migrationBecomes, plan, sayWhy, start } from "../browser/migration.ts";
import { words } from "../browser/words.ts";
import { lookInBothThemes } from "./look.ts";
import { holdDrains, podsOn } from "./machines.ts";
import { closeDemo, openDemo } from "./open-demo.ts";
import { chooseNodes } from "./table.ts";

// Who is called at night has a phone: a migration that was started at a desk is watched, paused and taken back with a finger.
test.describe.configure({ mode: "serial", timeout: 120_000 });
test.use({ actionTimeout: 20_000 });

const PHONE = { width: 390, height: 844 };
const NODES = ["node4", "node5"];
let demo: Demo;
let page: Page;
let release: () => void;

test.beforeAll(async ({ browser }) => {
	({ demo, page } = await openDemo(browser, { context: { hasTouch: true } }));
	const { legacy } = demo.clusters;
	for (const node of NODES) await expect.poll(() => podsOn(legacy, node, "web"), { timeout: 30_000 }).toBeGreaterThan(0);
	await chooseNodes(page, "legacy", NODES);
	await page.getByRole("button", { name: `Migrate ${NODES.length} nodes…` }).click();
	await plan(page, { reason: "To watch it on the way", ticket: "CHG-51" });
	release = holdDrains(legacy, "web");
	await start(page, "migrate");
	await page.setViewportSize(PHONE);
});

test.afterAll(() => closeDemo({ demo, page }));

const word = (key: string) => words("migration", key);
const tap = (key: string) => page.getByRole("button", { name: word(key) }).tap();
const node = (name: string) => page.locator(`li[data-node="${name}"]`);
const becomes = (name: string, state: string) => expect(node(name)).toHaveAttribute("data-run-state", state, { timeout: 90_000 });
const runtimeOf = (name: string) => demo.clusters.legacy.cluster.nodes.get(name)?.status.nodeInfo.containerRuntimeVersion;

/** Nothing on the page is wider than the phone. */
async function expectNarrow(where: string): Promise<void> {
	const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
	expect.soft(over, `${where} is wider than a phone by so many pixels`).toBeLessThanOrEqual(0);
}

test("a running migration is opened, paused and resumed", async () => {
	await page.goto(demo.console.url);
	await expect(page.locator("[data-live=live]")).toBeVisible();
	await page.getByRole("button", { name: words("shell", "openNavigation") }).tap();
	await page
		.getByRole("navigation", { name: words("shell", "navigation") })
		.getByRole("link", { name: words("shell", "migrations") })
		.tap();
	const row = page.locator("tr[data-migration]");
	await expect(row).toHaveCount(1);
	await expectNarrow("the list of migrations");
	await row.getByRole("link").tap();
	await expect(page.locator('li[data-run-state="draining"]')).toContainText("web", { timeout: 60_000 });
	await expectNarrow("a migration under way");

	await tap("pause");
	await migrationBecomes(page, "paused");
	await expectNarrow("a migration that is paused");
	await lookInBothThemes(page, "phone-paused");
	release();
	await expect(page.locator('li[data-run-state="done"]')).toHaveCount(1, { timeout: 90_000 });
	await expect(page.locator('li[data-run-state="prepared"]')).toHaveCount(1);
	await tap("resume");
	await sayWhy(page, "It was nothing");
	for (const name of NODES) await becomes(name, "done");
	await migrationBecomes(page, "done");
	await expectNarrow("a migration that is done");
});

test("a node's log is read to its end", async () => {
	await node("node5").getByRole("button").tap();
	const panel = page.getByRole("region", { name: "node5", exact: true });
	await expect(panel).toBeInViewport();
	const log = panel.getByRole("region", { name: words("run", "log.region") });
	await expect(log.locator("[data-line]").last()).toBeInViewport();
	await panel.getByRole("button", { name: words("run", "log.times.label") }).tap();
	await page.getByRole("menuitemradio", { name: words("run", "log.times.clock") }).tap();
	await expect(log.locator("time").last()).toHaveText(/^≈?\d\d:\d\d:\d\d$/);
	await expectNarrow("a node's log");
	await lookInBothThemes(page, "phone-log");
});

test("a node that is done is taken back from its page", async () => {
	await page.getByRole("region", { name: "node5", exact: true }).getByRole("link", { name: "node5", exact: true }).tap();
	await expect(page.getByRole("heading", { level: 1, name: "node5" })).toBeVisible();
	await expectNarrow("a node's page");
	// More tabs than there is room for: the one that the address names is in sight.
	await page.goto(`${page.url()}?tab=access`);
	await expect(page.getByRole("tab", { name: words("nodes", "tabs.access") })).toBeInViewport({ ratio: 0.9 });
	await page.getByRole("button", { name: words("nodes", "rollBackOne") }).tap();
	await expect(page.getByLabel(word("ticket"))).toBeVisible();
	await expectNarrow("the policy of a rollback");
	await plan(page, { reason: "Back for the night", ticket: "CHG-52" });
	await expect(page.locator("[data-review-node]")).toHaveCount(1);
	await expectNarrow("the review of a rollback");
	await tap("startRollback");
	await page
		.getByRole("alertdialog")
		.getByRole("button", { name: word("startRollback") })
		.tap();
	await becomes("node5", "done");
	await migrationBecomes(page, "done");
	await expectNarrow("a rollback that is done");
	expect(runtimeOf("node5")).toBe("docker://19.3.13");
	expect(runtimeOf("node4")).toBe("containerd://1.3.7");
});
