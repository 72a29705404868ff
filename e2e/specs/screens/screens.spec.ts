import { mkdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, type Page, test } from "@playwright/test";
import type { Demo } from "../../../scripts/demo/start-demo.ts";
import { done, openNode, plan, start } from "../browser/migration.ts";
import { words } from "../browser/words.ts";
import { closeDemo, openDemo } from "../demo/open-demo.ts";
import { chooseNodes, open, scopeTo } from "../demo/table.ts";

// Every page as it is after a day's work in the demo, light and dark, on a desk and on a phone, looks as in docs/screens.
// `npm run docs:screens` takes those pictures anew.
test.describe.configure({ mode: "serial", timeout: 600_000 });

const FOLDER = fileURLToPath(new URL("../../../docs/screens/", import.meta.url));
/** Pages that look otherwise at each moment, as does the trend of what happened when: taken for the documentation, and not compared. */
const MOMENTS: readonly string[] = ["run-page-live", "overview"];
const SIZES = { wide: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const;

let demo: Demo;
let page: Page;

const taking = () => ["all", "changed"].includes(test.info().config.updateSnapshots);

test.beforeAll(async ({ browser }) => {
	if (taking()) {
		rmSync(FOLDER, { recursive: true, force: true });
		mkdirSync(FOLDER, { recursive: true });
	}
	({ demo, page } = await openDemo(browser, { context: { timezoneId: "UTC" } }));
});

test.afterAll(() => closeDemo({ demo, page }));

/** What one sees on opening the page, not all of its length. */
async function shoot(name: string): Promise<void> {
	await expect(page.locator("main [aria-busy=true]")).toHaveCount(0);
	for (const colorScheme of ["light", "dark"] as const) {
		await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
		await expect(page.locator("html")).toHaveClass(new RegExp(`\\b${colorScheme}\\b`));
		for (const [kind, size] of Object.entries(SIZES)) {
			await page.setViewportSize(size);
			const picture = `${name}-${colorScheme}-${kind}.png`;
			if (!MOMENTS.includes(name)) await expect.soft(page).toHaveScreenshot(picture);
			else if (taking()) await page.screenshot({ path: `${FOLDER}${picture}`, animations: "disabled" });
		}
	}
	await page.emulateMedia({ colorScheme: "light" });
	await page.setViewportSize(SIZES.wide);
}

test("before anything has run", async ({ browser }) => {
	const stranger = await (await browser.newContext()).newPage();
	await stranger.goto(demo.console.url);
	await expect(stranger.getByRole("heading", { name: "Sign in" })).toBeVisible();
	const mine = page;
	page = stranger;
	await shoot("login");
	page = mine;
	await stranger.context().close();
	await chooseNodes(page, "legacy", ["node4", "node5"]);
	await shoot("nodes");
	await page.getByRole("button", { name: "Migrate 2 nodes…" }).click();
	await expect(page.getByRole("button", { name: words("migration", "plan") })).toBeEnabled();
	await shoot("migration-new");
});

test("a migration: its review, its run, its end", async () => {
	await plan(page, { reason: "Docker is leaving", ticket: "CHG-8841" });
	await shoot("migration-review");
	await start(page, "migrate");
	await expect(page.locator('tr[data-node="node4"]')).not.toHaveAttribute("data-run-state", "queued");
	await shoot("run-page-live");
	await done(page, ["node4", "node5"], 180_000);
	await openNode(page, "node4");
	await shoot("run-page-done");
	await page.getByRole("link", { name: words("migration", "permanent") }).click();
	await expect(page).toHaveURL(/\/runs\//);
	await shoot("run");
});

test("a node, and the way back", async () => {
	await open(page, "Nodes");
	await page.getByRole("link", { name: "node4", exact: true }).click();
	await expect(page.getByRole("button", { name: "Roll back…" })).toBeVisible();
	await shoot("node");
	await page.getByRole("button", { name: "Roll back…" }).click();
	await plan(page, { reason: "To see that it comes back", ticket: "CHG-8842" });
	await shoot("rollback-review");
	await start(page, "rollback");
	await done(page, ["node4"], 180_000);
});

test("what is on record", async () => {
	for (const part of ["Overview", "Clusters", "Migrations", "History", "Audit", "Settings"]) {
		await open(page, part);
		await shoot(part.toLowerCase());
	}
	await open(page, "Clusters");
	await page.getByRole("link", { name: "legacy", exact: true }).first().click();
	await expect(page.getByRole("heading", { level: 1, name: "legacy" })).toBeVisible();
	await shoot("cluster");
	await open(page, "Nodes");
	await scopeTo(page, "legacy");
	await page.keyboard.press("Control+k");
	await page.locator("[cmdk-input]").fill("node");
	await expect(page.getByRole("option").first()).toBeVisible();
	await shoot("palette");
});
