import { expect, type Page, test } from "@playwright/test";
import type { Trend } from "../../../lib/contracts/overview.ts";
import { LOCALE_COOKIE } from "../../../lib/locale.ts";
import type { Demo } from "../../../scripts/demo/start-demo.ts";
import { ConsoleProcess } from "../../console/console-process.ts";
import { done, migrationBecomes, openNode, plan, runRow, sayWhy, start } from "../browser/migration.ts";
import { signIn } from "../browser/sign-in.ts";
import { words } from "../browser/words.ts";
import { holdDrains } from "../demo/machines.ts";
import { closeDemo, openDemo } from "../demo/open-demo.ts";
import { chooseNodes, open, scopeTo } from "../demo/table.ts";
import { seededMigration, seedRuns } from "./seeded-runs.ts";
import { clearPictures, shoot, stillAges } from "./shoot.ts";

// Every page as it is after a day's work in the demo, light and dark, on a desk and on a phone, looks as in docs/screens.
// `npm run docs:screens` takes those pictures anew.
test.describe.configure({ mode: "serial", timeout: 900_000 });

/** Two workers and a node of the control plane, which goes last. */
const NODES = ["node1", "node4", "node5"];
/** Steps, phases, and tiles with a table. */
const SIZES = [3, 28, 60, 300];

let demo: Demo;
let page: Page;

test.beforeAll(async ({ browser }) => {
	clearPictures();
	({ demo, page } = await openDemo(browser, { context: { timezoneId: "UTC" } }));
	await stillAges(page.context());
	// What runs first on a page runs on the next one.
	await page.reload();
	await page.route(/\/api\/v1\/trend\?/, async (route) => {
		const response = await route.fetch();
		await route.fulfill({ response, json: stillTrend((await response.json()) as Trend) });
	});
});

test.afterAll(() => closeDemo({ demo, page }));

/** What came when is another thing in each run: here a node of each cluster went over each week. */
function stillTrend({ clusters }: Trend): Trend {
	const at = (week: number) => new Date(Date.UTC(2026, 2, 2 + week * 7)).toISOString();
	return {
		from: at(0),
		now: at(4),
		clusters: clusters.map(({ points, ...cluster }) => {
			const { docker = 0, containerd = 0, other = 0 } = points.at(-1) ?? {};
			const weeks = [0, 1, 2, 3].filter((week) => containerd >= 3 - week);
			return {
				...cluster,
				points: weeks.map((week) => ({ at: at(week), docker: docker + 3 - week, containerd: containerd - 3 + week, other })),
			};
		}),
	};
}

/** A checkbox's name goes on with its hint. */
const box = (key: string) => page.getByRole("checkbox", { name: new RegExp(words("migration", key).source.replace(/\$$/, "")) });

/** Answers what the migration asks before its next wave. */
async function goOn(): Promise<void> {
	await migrationBecomes(page, "paused");
	await page
		.getByRole("region", { name: words("migration", "needsYou") })
		.getByRole("button", { name: words("migration", "goOn") })
		.click();
	await sayWhy(page, "Looked at it: its pods run");
}

const DAY_MS = 86_400_000;

/**
 * A Wednesday of two digits ten days ahead or more, five hours and a half of the day later: told in as many letters whenever the picture is
 * drawn. What the dialog offers first is "in 15 hr" or "in 17 hr 43 min", which takes another line of a phone.
 */
async function fillStart(): Promise<void> {
	let startMs = Date.now() + 10 * DAY_MS + 5.5 * 3_600_000;
	while (new Date(startMs).getUTCDay() !== 3 || new Date(startMs).getUTCDate() < 10) startMs += DAY_MS;
	const [date = "", time = ""] = new Date(startMs).toISOString().split("T");
	await page.getByLabel(words("migration", "scheduleDate")).fill(date);
	const clock = page.getByLabel(words("migration", "scheduleTime"));
	await clock.fill(time.slice(0, 5));
	await clock.blur();
}

test("before anything has run", async ({ browser }) => {
	const stranger = await (await browser.newContext()).newPage();
	await stranger.goto(demo.console.url);
	await expect(stranger.getByRole("heading", { name: "Sign in" })).toBeVisible();
	await shoot(stranger, "login");
	await stranger.context().close();
	await open(page, "Nodes");
	await page.getByRole("link", { name: "node5", exact: true }).click();
	await expect(page.getByRole("heading", { level: 1, name: "node5" })).toBeVisible();
	await shoot(page, "node-before");
	await chooseNodes(page, "legacy", NODES);
	await shoot(page, "nodes");
	await page.getByRole("button", { name: `Migrate ${NODES.length} nodes…` }).click();
	await expect(page.getByRole("button", { name: words("migration", "plan") })).toBeVisible();
	await page.getByRole("radio", { name: words("migration", "canaryChoice.named") }).click();
	await expect(page.getByRole("checkbox", { name: "node4" })).toBeChecked();
	await page.getByLabel(words("migration", "soak")).fill("3");
	for (const key of ["canaryAsk", "askBeforeControlPlane"]) await box(key).click();
	await shoot(page, "migration-new");
});

test("a migration: its preflight, its review and its dialogs, its run, its end", async () => {
	await plan(page, { reason: "Docker is leaving", ticket: "CHG-8841" });
	await shoot(page, "migration-review");
	await page.getByRole("button", { name: words("migration", "schedule") }).click();
	await fillStart();
	await shoot(page, "schedule-dialog", page.getByRole("dialog"));
	await page.keyboard.press("Escape");
	await page.getByRole("button", { name: words("templates", "save") }).click();
	await page.getByRole("dialog").getByLabel(/^Name/).fill("Two workers at a time");
	await page
		.getByRole("dialog")
		.getByRole("button", { name: words("templates", "saveConfirm") })
		.click();
	await expect(page.getByRole("dialog")).toHaveCount(0);
	await page
		.getByRole("navigation", { name: words("migration", "steps") })
		.getByRole("link", { name: /^Preflight/ })
		.click();
	await shoot(page, "migration-preflight");
	await page.goBack();
	await page.getByRole("button", { name: words("migration", "start") }).click();
	await shoot(page, "start-dialog", page.getByRole("alertdialog"));
	await page.getByRole("alertdialog").getByRole("textbox").fill("legacy");
	await page
		.getByRole("alertdialog")
		.getByRole("button", { name: words("migration", "start") })
		.click();
	await done(page, ["node4"], 180_000);
	const release = holdDrains(demo.clusters.legacy, "web");
	await goOn();
	await expect(runRow(page, "node5")).toContainText("web", { timeout: 120_000 });
	await shoot(page, "run-page-live");
	release();
	await done(page, ["node5"], 180_000);
	await goOn();
	await done(page, ["node1"], 180_000);
	await migrationBecomes(page, "done");
	await openNode(page, "node4");
	await shoot(page, "run-page-done");
	await page.getByRole("link", { name: words("migration", "permanent") }).click();
	await expect(page).toHaveURL(/\/runs\//);
	await shoot(page, "run");
});

test("a node, and the way back", async () => {
	await open(page, "Nodes");
	await page.getByRole("link", { name: "node4", exact: true }).click();
	await expect(page.getByRole("button", { name: "Roll back…" })).toBeVisible();
	await shoot(page, "node");
	for (const [name, tab] of [
		["node-pods", words("nodes", "tabs.pods")],
		["node-snapshot", words("nodes", "tabs.snapshot")],
		["node-runs", words("nodes", "tabs.runs")],
		["node-facts", words("nodes", "facts")],
		["node-ssh", words("nodes", "tabs.access")],
	] as const) {
		await page.getByRole("tab", { name: tab }).click();
		await shoot(page, name);
	}
	await page.getByRole("button", { name: "Roll back…" }).click();
	await plan(page, { reason: "To see that it comes back", ticket: "CHG-8842" });
	await shoot(page, "rollback-review");
	await start(page, "rollback");
	await done(page, ["node4"], 180_000);
});

test("reports, two runs compared, and the templates", async () => {
	await open(page, "Migrations");
	await page.getByRole("button", { name: words("templates", "manage") }).click();
	await expect(page.getByText("Two workers at a time")).toBeVisible();
	await shoot(page, "templates-dialog", page.getByRole("dialog"));
	await page.keyboard.press("Escape");
	await page.locator("tr[data-migration] a").last().click();
	await page.getByRole("link", { name: words("report", "title") }).click();
	await expect(page.locator("[data-report-run]")).toHaveCount(NODES.length);
	await shoot(page, "report");
	await open(page, "History");
	await page.getByRole("button", { name: words("history", "timeline") }).click();
	await expect(page.getByRole("list", { name: words("history", "timeline") })).toBeVisible();
	await shoot(page, "history-timeline");
	await open(page, "History");
	for (const what of [/^Compare node4, Migrate,/, /^Compare node5, Migrate,/]) await page.getByRole("checkbox", { name: what }).click();
	await page.getByRole("link", { name: words("history", "compareTwo") }).click();
	await expect(page.getByRole("heading", { level: 1, name: words("history", "compareTitle") })).toBeVisible();
	await shoot(page, "runs-compared");
});

test("what is on record", async () => {
	for (const part of ["Overview", "Clusters", "Migrations", "History", "Audit", "Settings"]) {
		await open(page, part);
		await shoot(page, part.toLowerCase());
	}
	await open(page, "Audit");
	await page.locator('tr[data-action="migration.start"]').last().getByRole("button").click();
	await expect(page.getByRole("dialog")).toBeVisible();
	await shoot(page, "audit-details", page.getByRole("dialog"));
	await page.keyboard.press("Escape");
	await page.goto(`${demo.console.url}/nowhere`);
	await expect(page.getByRole("heading", { level: 1, name: words("shell", "notFoundTitle") })).toBeVisible();
	await shoot(page, "not-found");
	await page.goto(demo.console.url);
	await open(page, "Clusters");
	await page.getByRole("link", { name: "legacy", exact: true }).first().click();
	await expect(page.getByRole("heading", { level: 1, name: "legacy" })).toBeVisible();
	await shoot(page, "cluster");
	await page.getByRole("link", { name: words("report", "title") }).click();
	await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
	await shoot(page, "cluster-report");
	await open(page, "Nodes");
	await scopeTo(page, "legacy");
	await page.keyboard.press("Control+k");
	await page.locator("[cmdk-input]").fill("node");
	await expect(page.getByRole("option").first()).toBeVisible();
	await shoot(page, "palette");
});

test("the same in Chinese", async () => {
	await page.keyboard.press("Escape");
	await page.context().addCookies([{ name: LOCALE_COOKIE, value: "zh-CN", url: demo.console.url }]);
	await page.goto(demo.console.url);
	await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
	for (const part of ["Overview", "Clusters", "Nodes", "Migrations", "History", "Audit", "Settings"]) {
		await open(page, part);
		await shoot(page, `chinese-${part.toLowerCase()}`);
	}
	await open(page, "Migrations");
	await page.locator("tr[data-migration] a").last().click();
	await expect(runRow(page, "node4")).toBeVisible();
	await shoot(page, "chinese-run-page");
	await openNode(page, "node4");
	await shoot(page, "chinese-run-page-node");
});

test("run pages of few nodes and of many", async ({ browser }) => {
	const console = await ConsoleProcess.start();
	const context = await browser.newContext({ timezoneId: "UTC" });
	await stillAges(context);
	try {
		await console.stop();
		await seedRuns(console.database, SIZES);
		await console.up();
		const other = await context.newPage();
		await signIn(other, console);
		for (const size of SIZES) {
			await other.goto(`${console.url}/migrations/${seededMigration(size)}`);
			await expect(runRow(other, "worker-1")).toBeVisible();
			await shoot(other, `run-page-${size}-nodes`);
		}
	} finally {
		await context.close();
		await console.close();
	}
});
