import { readFile } from "node:fs/promises";
import { expect, type Page, test } from "@playwright/test";
import type { MigrationDetail } from "../../../lib/contracts/migration.ts";
import type { RunDetail } from "../../../lib/contracts/run-detail.ts";
import { TIME_COOKIE } from "../../../lib/time-choice.ts";
import type { Demo } from "../../../scripts/demo/start-demo.ts";
import { maskedLog } from "../../../server/logs/redactor.ts";
import { openNode, plan, runRow, start } from "../browser/migration.ts";
import { words } from "../browser/words.ts";
import { lookInBothThemes } from "./look.ts";
import { breakContainerd, holdDrains, logOn, podsOn, unseenFromCutover } from "./machines.ts";
import { closeDemo, openDemo } from "./open-demo.ts";
import { chooseNodes } from "./table.ts";

// What a person does with a run's log, while it grows and when it is over; and what may follow a migration.
test.describe.configure({ mode: "serial", timeout: 120_000 });
test.use({ actionTimeout: 20_000 });

// So low that a log of a few dozen lines has to be scrolled.
const LOW = { width: 1440, height: 520 };
const SHANGHAI_MS = 8 * 3_600_000;
let demo: Demo;
let page: Page;
let migrationId: string;
let runId: string;

test.beforeAll(async ({ browser }) => {
	const context = { timezoneId: "Asia/Shanghai", viewport: LOW, permissions: ["clipboard-read", "clipboard-write"] };
	({ demo, page } = await openDemo(browser, { context }));
});

test.afterAll(() => closeDemo({ demo, page }));

const word = (key: string) => words("run", `log.${key}`);
const button = (key: string) => page.getByRole("button", { name: word(key) });
const log = () => page.getByRole("region", { name: word("region") });
const line = (number: number) => log().locator(`[data-line="${number}"]`);
const foot = () => page.getByTestId("log-foot");
const newLines = () => page.getByRole("button", { name: /^\d+ new lines?$/ });
const clock = (atMs: number) => new Date(atMs).toISOString().slice(11, 19);
/** Opens the run's own page, where the log lies below what the record says. */
async function openRun(hash = ""): Promise<void> {
	await page.goto(`${demo.console.url}/runs/${runId}${hash}`);
	await log().scrollIntoViewIfNeeded();
}

async function detailOf(id: string): Promise<RunDetail> {
	return (await page.request.get(`${demo.console.url}/api/v1/runs/${id}`)).json();
}

/** The run's log as the console has to have stored it: the node's own, with its secrets masked. */
const stored = () => Buffer.from(maskedLog(runId, logOn(demo.clusters.legacy, "node4", runId)));

/** Number of the last line of the log as it is now. */
const lastLine = () => stored().toString().trimEnd().split("\n").length;

async function wheel(by: number): Promise<void> {
	await log().hover();
	await page.mouse.wheel(0, by);
}

/** Starts the migration of one node and waits until a budget holds it in its drain. */
async function startHeld(node: string, ticket: string): Promise<{ migration: string; run: string; release: () => void }> {
	const { legacy } = demo.clusters;
	await expect.poll(() => podsOn(legacy, node, "web"), { timeout: 30_000 }).toBeGreaterThan(0);
	await chooseNodes(page, "legacy", [node]);
	await page.getByRole("button", { name: "Migrate 1 node…" }).click();
	await plan(page, { reason: "To read its log", ticket });
	const release = holdDrains(legacy, "web");
	const migration = await start(page, "migrate");
	await expect(runRow(page, node)).toHaveAttribute("data-run-state", "draining", { timeout: 60_000 });
	return { migration, run: await openNode(page, node), release };
}

test("holds still for a reader, tells of new lines, and follows again at the end", async () => {
	const see = unseenFromCutover(demo.clusters.legacy, "node4");
	const held = await startHeld("node4", "CHG-41");
	({ migration: migrationId, run: runId } = held);
	await openRun();
	await expect(foot()).toContainText("following");
	await expect(line(lastLine())).toBeInViewport();
	await wheel(-100_000);
	await expect(button("follow")).toBeVisible();
	await wheel(100_000);
	await expect(button("follow")).toHaveCount(0);
	await expect(foot()).toContainText("following");
	await wheel(-100_000);
	await expect(line(1)).toBeInViewport();
	await expect(button("follow")).toBeVisible();
	await expect(newLines()).toHaveCount(0);

	held.release();
	await expect(newLines()).toBeVisible({ timeout: 60_000 });
	await expect(line(1)).toBeInViewport();
	await newLines().click();
	await expect(newLines()).toHaveCount(0);
	await expect.poll(async () => (await detailOf(runId)).run.state, { timeout: 60_000 }).toBe("verifying");
	await expect(line(lastLine())).toBeInViewport();
	(await see)();
	await expect(foot()).toContainText("ended", { timeout: 60_000 });
	await expect(line(lastLine())).toBeInViewport();
});

test("is copied and downloaded byte for byte", async () => {
	await openRun();
	await expect(foot()).toHaveAttribute("data-bytes", String(stored().length));
	await button("copyAll").click();
	await expect(page.getByRole("button", { name: words("ui", "copied") })).toBeVisible();
	expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(stored().toString());
	const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: word("download") }).click()]);
	expect((await readFile(await download.path())).equals(stored())).toBe(true);
});

test("wraps and tells the time of day, also after a reload, in the zone that was chosen", async () => {
	const { run } = await detailOf(runId);
	const step = run.steps.find((one) => one.logLine !== null);
	if (!step?.logLine || !step.startedAt) throw new Error("no step has a line");
	await openRun(`#L${step.logLine}`);
	await button("wrap").click();
	await button("times.label").click();
	await page.getByRole("menuitemradio", { name: word("times.clock") }).click();
	const head = line(step.logLine).locator("time");
	const after = line(step.logLine + 1).locator("time");
	const startedMs = Date.parse(step.startedAt);
	await expect(head).toHaveText(clock(startedMs + SHANGHAI_MS));
	await expect(after).toHaveText(/^≈\d\d:\d\d:\d\d$/);
	await page.reload();
	await expect(button("wrap")).toHaveAttribute("aria-pressed", "true");
	await expect(line(step.logLine).locator("> span").last()).toHaveCSS("white-space", "pre-wrap");
	await expect(head).toHaveText(clock(startedMs + SHANGHAI_MS));
	await lookInBothThemes(page, "log-times");

	await page.context().addCookies([{ name: TIME_COOKIE, value: "utc", url: demo.console.url }]);
	await page.reload();
	await expect(head).toHaveText(clock(startedMs));
	// By its key: round to none.
	await page.keyboard.press("t");
	await expect(log().locator("time")).toHaveCount(0);
});

test("ends a step that went well with a mark, and has the line as the node wrote it", async () => {
	const lines = stored().toString().split("\n");
	const at = lines.findIndex((text) => / end \S+ ok /.test(text));
	const text = lines[at] ?? "";
	await openRun(`#L${at + 1}`);
	const end = line(at + 1);
	await expect(end).toContainText(/✓ [\d.]+ m?s/);
	const selected = await end.evaluate((element) => {
		const range = document.createRange();
		range.selectNodeContents(element);
		const selection = window.getSelection();
		selection?.removeAllRanges();
		selection?.addRange(range);
		return selection?.toString() ?? "";
	});
	expect(selected.trim()).toBe(text);
	const search = page.getByRole("searchbox", { name: word("search") });
	await search.fill(text.slice(text.indexOf(" end ") + 1));
	await search.press("Enter");
	await expect(end).toHaveText(`${at + 1}${text}`);
	await expect(end.locator("mark")).toBeVisible();
});

test("opens at the line that the address names, and puts there the one that is clicked", async () => {
	// On a desk the log lies below the record; nothing but the address brings the line into view.
	await page.setViewportSize({ width: 1440, height: 900 });
	await page.goto("about:blank");
	await page.goto(`${demo.console.url}/runs/${runId}#L12`);
	await expect(line(12)).toBeInViewport();
	await expect(line(12)).toHaveClass(/\bbg-info-soft\b/);
	await log()
		.getByRole("link", { name: /^Link to line 14$/ })
		.click();
	await expect(page).toHaveURL(/#L14$/);
	await expect(line(14)).toHaveClass(/\bbg-info-soft\b/);
	await expect(line(12)).not.toHaveClass(/\bbg-info-soft\b/);
	await page.reload();
	await expect(line(14)).toBeInViewport();
	await expect(line(14)).toHaveClass(/\bbg-info-soft\b/);
	await page.setViewportSize(LOW);
});

test("exports the change record, and plans the way back of these nodes", async () => {
	await page.goto(`${demo.console.url}/migrations/${migrationId}`);
	const result = page.getByRole("region", { name: words("migration", "result") });
	const exportRecord = result.getByRole("button", { name: words("migration", "export") });
	const [download] = await Promise.all([page.waitForEvent("download"), exportRecord.click()]);
	expect(download.suggestedFilename()).toBe(`gantry-CHG-41-${migrationId}.json`);
	const { migration, runs, events }: MigrationDetail = JSON.parse(await readFile(await download.path(), "utf8"));
	expect(migration).toMatchObject({ id: migrationId, state: "done", ticket: "CHG-41", reason: "To read its log" });
	expect(runs).toHaveLength(1);
	const { run } = await detailOf(runId);
	expect(runs[0]).toMatchObject({ id: runId, nodeName: "node4", state: "done", steps: run.steps, scriptSha256: run.scriptSha256 });
	expect(run.scriptSha256?.cutover).toMatch(/^[0-9a-f]{64}$/);
	expect(events.length).toBeGreaterThan(0);
	expect(events.every((event) => event.runId === runId)).toBe(true);

	await result.getByRole("button", { name: words("migration", "rollBack") }).click();
	await expect(page).toHaveURL(/\/migrations\/new/);
	await plan(page, { reason: "The way back", ticket: "CHG-42" });
	const nodes = page.locator("[data-review-node]");
	await expect(nodes).toHaveCount(1);
	await expect(nodes).toHaveAttribute("data-review-node", "node4");
	await expect(page.getByRole("button", { name: words("migration", "startRollback") })).toBeEnabled();
});

test("leads to the error of a run that failed", async () => {
	const held = await startHeld("node5", "CHG-43");
	await breakContainerd(demo, "node5");
	held.release();
	await expect(runRow(page, "node5")).toHaveAttribute("data-run-state", "reverted", { timeout: 90_000 });
	runId = held.run;
	await openRun();
	const failure = log().locator("[data-line]").filter({ hasText: "containerd.service did not start" }).first();
	await expect(failure).toBeInViewport();
	await button("unfoldAll").click();
	await wheel(-100_000);
	await expect(line(1)).toBeInViewport();
	await expect(failure).not.toBeInViewport();
	await button("toError").click();
	await expect(failure).toBeInViewport();
});
