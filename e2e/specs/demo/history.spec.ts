import { readFile } from "node:fs/promises";
import { expect, type Page, test } from "@playwright/test";
import type { Demo } from "../../../scripts/demo/start-demo.ts";
import { done, migrationBecomes, plan, start } from "../browser/migration.ts";
import { words } from "../browser/words.ts";
import { look, lookInBothThemes } from "./look.ts";
import { closeDemo, openDemo } from "./open-demo.ts";
import { chooseNodes, open } from "./table.ts";

// What is left of a migration when it is over: its rows, its place in time, its files, its report, and two of its runs compared.
test.describe.configure({ mode: "serial", timeout: 180_000 });
test.use({ actionTimeout: 20_000 });

const NODES = ["node4", "node5"];
let demo: Demo;
let page: Page;
let migrationId: string;

const word = (key: string) => words("history", key);

test.beforeAll(async ({ browser }) => {
	({ demo, page } = await openDemo(browser, { context: { timezoneId: "Asia/Shanghai" } }));
	await chooseNodes(page, "legacy", NODES);
	await page.getByRole("button", { name: `Migrate ${NODES.length} nodes…` }).click();
	await page.getByLabel(words("migration", "maxUnavailable")).fill("2");
	await plan(page, { reason: "To have a history", ticket: "CHG-77" });
	migrationId = await start(page, "migrate");
	await done(page, NODES, 120_000);
	await migrationBecomes(page, "done");
});

test.afterAll(() => closeDemo({ demo, page }));

/** From now on what the console answers there comes only once the returned function is called. */
async function holdAnswers(path: RegExp): Promise<() => void> {
	let release = () => {};
	const released = new Promise<void>((resolve) => {
		release = resolve;
	});
	await page.route(path, async (route) => {
		await released;
		await route.continue();
	});
	return release;
}

/** What a link downloads, as text. */
async function downloaded(name: RegExp): Promise<string> {
	const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name }).click()]);
	return readFile(await download.path(), "utf8");
}

test("filters runs and migrations by the address, and puts them along time", async () => {
	await open(page, "History");
	await expect(page.locator("tr[data-run]")).toHaveCount(2);
	await page.getByRole("searchbox", { name: word("search") }).fill("node4");
	await expect(page.locator("tr[data-run]")).toHaveCount(1);
	await expect(page).toHaveURL(/[?&]q=node4/);
	await page.reload();
	await expect(page.locator("tr[data-run]")).toHaveCount(1);
	await page.getByRole("searchbox", { name: word("search") }).fill("");
	await expect(page.locator("tr[data-run]")).toHaveCount(2);

	// Who types at once is quicker than the field in the list, and than the nodes.
	await page.reload();
	await expect(page.locator("tr[data-run]")).toHaveCount(2);
	const release = await holdAnswers(/\/api\/v1\/nodes\b/);
	const node = page.getByRole("combobox", { name: word("node") }).first();
	await node.click();
	await page.keyboard.type("NODE5");
	await expect(page.getByText(word("nodeReading"))).toBeVisible();
	await expect(page.getByRole("option")).toHaveCount(0);
	await expect(page.getByRole("combobox", { name: word("nodeSearch") })).toBeFocused();
	await page.keyboard.press("Enter");
	await expect(page.getByText(word("nodeReading"))).toBeVisible();
	release();
	await expect(page.getByRole("option")).toHaveText(/node5/);
	await expect(page.getByRole("combobox", { name: word("nodeSearch") })).toHaveValue("NODE5");
	await lookInBothThemes(page, "history-node-search");
	await page.keyboard.press("Enter");
	await expect(page).toHaveURL(/[?&]node=/);
	await expect(page.locator("tr[data-run]")).toHaveCount(1);
	await expect(node).toBeFocused();
	await expect(node).toHaveText(/node5/);
	await page.keyboard.press("ArrowDown");
	await page.keyboard.type("nobody");
	await expect(page.getByText(word("nodeNone"))).toBeVisible();
	await page.keyboard.press("Escape");
	await expect(node).toBeFocused();
	await page.keyboard.press("ArrowDown");
	await page.getByRole("option", { name: word("anyNode") }).click();
	await expect(page.locator("tr[data-run]")).toHaveCount(2);

	await page.getByRole("button", { name: word("timeline") }).click();
	const timeline = page.getByRole("list", { name: word("timeline") });
	await expect(timeline.getByRole("link")).toHaveCount(2);
	await expect(timeline.getByRole("link", { name: /node4/ })).toHaveAccessibleName(/Done.*node4.*took/s);
	await look(page, "history-timeline");
	await timeline.getByRole("link", { name: /node5/ }).focus();
	await page.keyboard.press("Enter");
	await expect(page.getByRole("heading", { level: 1 })).toContainText("node5");
	await page.goBack();

	// Two changes with nothing between them do not undo each other.
	const migrations = await page.getByRole("button", { name: word("migrations") }).elementHandle();
	await page.getByRole("button", { name: word("table") }).evaluate((table: HTMLElement, other) => {
		table.click();
		(other as HTMLElement | null)?.click();
	}, migrations);
	const row = page.locator(`tr[data-migration="${migrationId}"]`);
	await expect(row).toContainText("CHG-77");
	await expect(row).toContainText("2 of 2 done");
	await look(page, "history-migrations");
});

/** As a field shows it to a reader in Shanghai, and as the address has it. */
function moment(fromNowMinutes: number): { field: string; address: string } {
	const at = Math.floor(Date.now() / 60_000) * 60_000 + fromNowMinutes * 60_000;
	const minute = (ms: number) => new Date(ms).toISOString().slice(0, 16);
	return { field: minute(at + 8 * 3_600_000), address: `${minute(at)}Z` };
}

test("shows what was under way between two moments of the reader's own", async () => {
	await page.goto(`${demo.console.url}/history`);
	await expect(page.locator("tr[data-run]")).toHaveCount(2);
	await page.getByRole("combobox", { name: word("time") }).click();
	await page.getByRole("option", { name: word("range"), exact: true }).click();
	const [from, to] = [page.getByLabel(word("rangeFrom")), page.getByLabel(word("rangeTo"))];
	const [later, anHourAgo, earlier] = [moment(60), moment(-60), moment(-120)];
	const shown = page.locator("tr[data-run]");
	await from.fill(later.field);
	await expect(shown).toHaveCount(0);
	await expect.poll(() => new URL(page.url()).searchParams.get("from")).toBe(later.address);
	await from.fill(anHourAgo.field);
	await expect(shown).toHaveCount(2);

	await to.fill(earlier.field);
	await to.press("Enter");
	await expect(to).toHaveAccessibleDescription(word("rangeBackwards"));
	await expect(page.getByText(word("rangeWrong"))).toBeVisible();
	await expect(page.getByRole("link", { name: word("csv") })).toHaveCount(0);
	await page.reload();
	await expect(from).toHaveValue(anHourAgo.field);
	await expect(to).toHaveAccessibleDescription(word("rangeBackwards"));
	await look(page, "history-range-wrong");

	await to.fill(later.field);
	await expect(shown).toHaveCount(2);
	await expect(page.getByText(word("rangeBetween"))).toContainText("Asia/Shanghai");
	await look(page, "history-range");
	await page.getByRole("button", { name: word("rangeClear") }).click();
	await expect(from).toBeFocused();
	for (const field of [from, to]) await expect(field).toHaveValue("");
	await expect.poll(() => new URL(page.url()).search).toBe("?last=range");
	await page.getByRole("button", { name: word("migrations") }).click();
	await from.fill(later.field);
	await expect(page.getByText(word("noMigrations"))).toBeVisible();
	await from.fill("");
	await expect(page.locator(`tr[data-migration="${migrationId}"]`)).toBeVisible();
});

test("writes what is shown as files", async () => {
	const migrations = await downloaded(word("csv"));
	expect(migrations.split("\r\n")[1]).toMatch(new RegExp(`^${migrationId},legacy,migrate,done,CHG-77,`));
	await page.getByRole("button", { name: word("runs") }).click();
	await expect(page.locator("tr[data-run]")).toHaveCount(2);
	const runs = JSON.parse(await downloaded(word("json"))) as { nodeName: string; ticket: string }[];
	expect(runs.map((run) => `${run.nodeName} ${run.ticket}`).toSorted()).toEqual(NODES.map((node) => `${node} CHG-77`));
});

test("compares two runs step by step, by facts and by files", async () => {
	for (const node of NODES) await page.getByRole("checkbox", { name: new RegExp(`^Compare ${node},`) }).click();
	await page.getByRole("link", { name: word("compareTwo") }).click();
	await expect(page.getByRole("heading", { level: 1, name: word("compareTitle") })).toBeVisible();
	const steps = page.getByRole("table", { name: word("compareSteps") });
	await expect(steps.getByRole("row").filter({ hasText: "Take the snapshot" })).toBeVisible();
	await expect(steps.getByRole("row").last()).toContainText("All steps");
	await expect(page.getByText("host.hostname")).toBeVisible();
	await expect(page.getByRole("heading", { name: "/etc/containerd/config.toml" })).toBeVisible();
	await look(page, "history-comparison");
});

test("searches a log, and shows the report of the migration on paper", async () => {
	await page.goto(`${demo.console.url}/migrations/${migrationId}/report`);
	await expect(page.getByRole("heading", { level: 1 })).toHaveText("Change report CHG-77");
	await expect(page.locator("[data-report-run]")).toHaveCount(2);
	await expect(page.getByRole("table", { name: words("report", "scripts") }).getByText(/^[0-9a-f]{64}$/)).toHaveCount(6);
	await expect(page.getByRole("table", { name: words("report", "decisions") })).toContainText("Migration started");
	await look(page, "history-report");
	await page.emulateMedia({ media: "print" });
	await expect(page.getByRole("navigation", { name: "Main navigation" })).toBeHidden();
	await expect(page.getByRole("button", { name: words("report", "print") })).toBeHidden();
	await expect(page.locator("[data-report-run]").first()).toBeVisible();
	await page.emulateMedia({ media: "screen" });

	// Who presses Enter before the log has come is taken to the first found line once it has.
	const release = await holdAnswers(/\/api\/v1\/runs\/\w+\/log\?/);
	await page.goto(`${demo.console.url}/migrations/${migrationId}?node=node4`);
	const search = page.getByRole("searchbox", { name: words("run", "log.search") });
	await search.fill("containerd");
	await search.press("Enter");
	release();
	await expect(page.getByText(/^1 of \d+$/)).toBeVisible();
	await search.press("Shift+Enter");
	await expect(page.getByText(/^(\d+) of \1$/)).toBeVisible();
});

test("is watched on a phone without scrolling sideways", async () => {
	await page.setViewportSize({ width: 390, height: 844 });
	await page.goto(`${demo.console.url}/migrations/${migrationId}`);
	await expect(page.locator("li[data-node]")).toHaveCount(2);
	await expect(page.locator("tr[data-node]")).toHaveCount(0);
	await expect(page.getByRole("button", { name: words("migration", "rollBack") })).toBeVisible();
	await page.getByRole("button", { name: /node5/ }).click();
	await expect(page.getByRole("region", { name: "node5", exact: true })).toBeInViewport();
	expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
});
