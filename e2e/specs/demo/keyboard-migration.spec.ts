import { expect, type Page, test } from "@playwright/test";
import type { Demo } from "../../../scripts/demo/start-demo.ts";
import { done, migrationBecomes, runRow, sayWhy } from "../browser/migration.ts";
import { needed, words } from "../browser/words.ts";
import { choose, expectFocusIn, goTo, press, tabTo } from "./keyboard.ts";
import { holdDrains, podsOn } from "./machines.ts";
import { closeDemo, openDemo } from "./open-demo.ts";

// A migration without a mouse: over, paused, cancelled, back, and what is left of it.
test.describe.configure({ mode: "serial", timeout: 180_000 });

const TEMPLATE = "By the keyboard";
let demo: Demo;
let page: Page;

test.beforeAll(async ({ browser }) => {
	({ demo, page } = await openDemo(browser, { context: { viewport: { width: 1440, height: 600 } } }));
});

test.afterAll(() => closeDemo({ demo, page }));

const word = (key: string) => words("migration", key);
const button = (name: string | RegExp) => page.getByRole("button", { name, exact: true });
const dialog = () => page.getByRole("dialog");
const question = () => page.getByRole("alertdialog");
const heading = (name: string | RegExp) => page.getByRole("heading", { level: 1, name });

/** To a node's page by its name, and there to what its page offers to do. */
async function fromItsPage(node: string, action: RegExp): Promise<void> {
	await page.keyboard.press("Control+k");
	await expect(page.locator("[cmdk-input]")).toBeFocused();
	await page.keyboard.type(node);
	await expect(page.getByRole("option", { selected: true })).toContainText(node);
	await page.keyboard.press("Enter");
	await expect(heading(node)).toBeVisible();
	await expect(page.locator("[cmdk-input]")).toHaveCount(0);
	await press(page, button(action));
}

/** From the policy on to the review. */
async function toReview(reason: string): Promise<void> {
	await tabTo(page, page.getByLabel(needed(word("reason"))));
	await page.keyboard.type(reason);
	await tabTo(page, page.getByLabel(word("ticket")));
	await page.keyboard.type("CHG-6");
	await press(page, button(word("plan")));
	await press(page, page.getByRole("link", { name: word("toReview") }));
	await expect(page.locator("[data-review-node]").first()).toBeVisible();
}

async function start(name: RegExp): Promise<void> {
	await press(page, button(name));
	await press(page, question().getByRole("button", { name }));
	await expect(page.locator("tr[data-node]").first()).toBeVisible();
	await expectFocusIn(page, page.locator("main"));
}

test("a review's dialogs lead back to their buttons; the plan is kept as a template and goes over", async () => {
	const { keyboard } = page;
	const template = (key: string) => words("templates", key);
	await fromItsPage("node4", words("nodes", "migrateOne"));
	await toReview("To go over");
	for (const key of ["discard", "schedule", "start"]) {
		await press(page, button(word(key)));
		await expectFocusIn(page, dialog().or(question()));
		await keyboard.press("Escape");
		await expect(dialog().or(question())).toHaveCount(0);
		await expect(button(word(key))).toBeFocused();
	}
	await press(page, button(word("schedule")), "Shift+Tab");
	await tabTo(page, dialog().getByLabel(word("scheduleZone")));
	await press(page, dialog().getByRole("button", { name: word("scheduleConfirm") }));
	await migrationBecomes(page, "scheduled");
	await expect(dialog()).toHaveCount(0);
	await expectFocusIn(page, page.locator("main"));
	await press(page, button(word("unschedule")));
	await migrationBecomes(page, "draft");
	await expect(page.getByLabel("Schedule taken back. Say why:").first()).toBeFocused();
	await keyboard.type("Now is better");
	await keyboard.press("Enter");
	await expect(page.locator("[data-last-decision]")).toContainText("Now is better");
	await expectFocusIn(page, page.locator("main"));
	await press(page, button(template("save")), "Shift+Tab");
	await tabTo(page, dialog().getByLabel(/^Name( \*)?$/));
	await keyboard.type(TEMPLATE);
	await keyboard.press("Enter");
	await expect(dialog()).toHaveCount(0);
	await expect(button(template("save"))).toBeFocused();
	await start(word("start"));
	await done(page, ["node4"], 90_000);
});

test("a node goes back by its page", async () => {
	await fromItsPage("node4", words("nodes", "rollBackOne"));
	await toReview("To come back");
	await start(word("startRollback"));
	await done(page, ["node4"], 90_000);
});

test("a migration is paused and told why, goes on, and is cancelled", async () => {
	const { keyboard } = page;
	const { legacy } = demo.clusters;
	await expect.poll(() => podsOn(legacy, "node4", "web"), { timeout: 30_000 }).toBeGreaterThan(0);
	const release = holdDrains(legacy, "web");
	await fromItsPage("node4", words("nodes", "migrateOne"));
	await toReview("To be cancelled");
	await start(word("start"));
	await expect(runRow(page, "node4")).toHaveAttribute("data-run-state", "draining", { timeout: 60_000 });

	await press(page, button(/^Pause/), "Shift+Tab");
	await migrationBecomes(page, "paused");
	const why = page.getByLabel("Migration paused. Say why:").first();
	await expect(why).toBeFocused();
	await keyboard.type("The switch is down");
	await keyboard.press("Enter");
	await expect(page.locator("[data-last-decision]")).toContainText("The switch is down");
	await expectFocusIn(page, page.locator("main"));
	await press(page, button(word("resume")), "Shift+Tab");
	await sayWhy(page, "It is up again");
	await migrationBecomes(page, "running");
	await expectFocusIn(page, page.locator("main"));

	await press(page, button(word("changePace")));
	await expectFocusIn(page, dialog());
	await keyboard.press("Escape");
	await expect(button(word("changePace"))).toBeFocused();
	await press(page, button(word("cancel")));
	await expectFocusIn(page, question());
	await keyboard.press("Escape");
	await expect(question()).toHaveCount(0);
	await expect(button(word("cancel"))).toBeFocused();
	await keyboard.press("Enter");
	await tabTo(page, question().getByLabel(word("cancelReason")));
	await keyboard.type("Not tonight");
	await press(page, question().getByRole("button", { name: word("cancelConfirm") }));
	await migrationBecomes(page, "cancelled");
	await expect(question()).toHaveCount(0);
	await expectFocusIn(page, page.locator("main"));
	release();
});

test("the history is narrowed, laid along time, and two of its runs are compared", async () => {
	const { keyboard } = page;
	const history = (key: string) => words("history", key);
	await goTo(page, "gh", "History");
	await keyboard.press("/");
	await keyboard.type("node4");
	await expect(page).toHaveURL(/[?&]q=node4/);
	await expect(page.locator("tr[data-run]")).toHaveCount(3);
	await choose(page, page.getByRole("combobox", { name: history("result") }), page.getByRole("option", { name: /^Done/ }));
	await expect(page.locator("tr[data-run]")).toHaveCount(2);
	await press(page, button(history("timeline")), "Shift+Tab");
	await expect(button(history("timeline"))).toBeFocused();
	await press(
		page,
		page
			.getByRole("list", { name: history("timeline") })
			.getByRole("link")
			.first(),
	);
	await expect(page).toHaveURL(/\/runs\//);
	await goTo(page, "gh", "History");
	for (const run of [0, 1]) {
		await tabTo(page, page.getByRole("checkbox", { name: /^Compare node4,/ }).nth(run));
		await keyboard.press("Space");
	}
	await press(page, page.getByRole("link", { name: history("compareTwo") }), "Shift+Tab");
	await expect(heading(history("compareTitle"))).toBeVisible();
	await expect(page.getByRole("table", { name: history("compareSteps") })).toBeVisible();
});

test("a template is deleted in the list of them", async () => {
	const { keyboard } = page;
	const template = (key: string) => words("templates", key);
	await goTo(page, "gm", "Migrations");
	await press(page, button(template("manage")));
	await press(page, dialog().getByRole("button", { name: `Delete ${TEMPLATE}` }));
	await press(page, question().getByRole("button", { name: template("delete") }));
	await expect(page.getByText(template("none"))).toBeVisible();
	await expect(question()).toHaveCount(0);
	await expectFocusIn(page, dialog());
	await keyboard.press("Escape");
	await expect(dialog()).toHaveCount(0);
	await expect(button(template("manage"))).toBeFocused();
});
