import { expect, type Page, test } from "@playwright/test";
import type { Demo } from "../../../scripts/demo/start-demo.ts";
import { done, migrationBecomes, plan, runRow, sayWhy } from "../browser/migration.ts";
import { needed, migrationWords as word, words } from "../browser/words.ts";
import { look } from "./look.ts";
import { closeDemo, openDemo } from "./open-demo.ts";
import { chooseNodes, open } from "./table.ts";

// Two people: one plans, starts and changes; the other one approves, before the start and after the canary.
test.describe.configure({ mode: "serial", timeout: 300_000 });
test.use({ actionTimeout: 30_000 });

const BO = { name: "Bo Example", email: "bo@example.com", password: "a password of my own" };
let demo: Demo;
let page: Page;
let bo: Page;

test.beforeAll(async ({ browser }) => {
	({ demo, page } = await openDemo(browser));
	bo = await (await browser.newContext()).newPage();
	await addBo();
});

test.afterAll(async () => {
	await bo?.context().close();
	await closeDemo({ demo, page });
});

/** Adds the second person, and signs her in with a password of her own. */
async function addBo(): Promise<void> {
	const setting = (key: string) => words("settings", key);
	await open(page, "Settings");
	await page.getByRole("button", { name: setting("people.add") }).click();
	const dialog = page.getByRole("dialog");
	await dialog.getByLabel("Name").fill(BO.name);
	await dialog.getByLabel("E-mail").fill(BO.email);
	await dialog.getByRole("button", { name: setting("people.add") }).click();
	const given = await page.locator("[data-given-password] code").innerText();
	await dialog.getByRole("button", { name: setting("people.passwordDone") }).click();
	await bo.goto(demo.console.url);
	await bo.getByLabel("E-mail").fill(BO.email);
	await bo.getByLabel("Password", { exact: true }).fill(given);
	await bo.getByRole("button", { name: "Sign in" }).click();
	await expect(bo.getByLabel("Current password")).toBeVisible();
	await bo.getByLabel("Current password").fill(given);
	await bo.getByLabel(/^New password \*?$/).fill(BO.password);
	await bo.getByLabel("New password once more").fill(BO.password);
	await bo.getByRole("button", { name: setting("changePassword") }).click();
	await expect(bo.getByRole("navigation", { name: words("shell", "navigation") })).toBeVisible();
}

/** A checkbox's name goes on with its hint. */
const box = (key: string) => page.getByRole("checkbox", { name: new RegExp(word(key).source.replace(/\$$/, "")) });
const askedOf = (who: Page) => who.getByRole("region", { name: word("needsYou") });
const goOn = (who: Page) =>
	askedOf(who)
		.getByRole("button", { name: word("goOn") })
		.click();

/** Between two nodes so many seconds more. */
async function slower(seconds: number): Promise<void> {
	await page.getByRole("button", { name: word("changePace") }).click();
	const pace = page.getByRole("dialog");
	await pace.getByLabel(word("pauseBetween")).fill(String(seconds));
	await pace.getByLabel(needed(word("cancelReason"))).fill("Not so fast");
	await pace.getByRole("button", { name: word("paceConfirm") }).click();
	await expect(pace).toHaveCount(0);
}

test("is approved by somebody else, and started", async () => {
	await chooseNodes(page, "legacy", ["node4", "node5"]);
	await page.getByRole("button", { name: "Migrate 2 nodes…" }).click();
	await page.getByRole("radio", { name: word("canaryChoice.named") }).click();
	await page.getByLabel(word("soak")).fill("3");
	for (const key of ["canaryAsk", "approvalNeeded", "approvalByAnother"]) await box(key).click();
	await plan(page, { reason: "With four eyes", ticket: "CHG-60" });
	await expect(page.getByText("before the start, after the canaries; by somebody else than who starts it")).toBeVisible();
	await bo.goto(page.url());
	await bo.getByLabel(needed(word("approvalReason"))).fill("Read every script");
	await bo.getByRole("button", { name: word("approve") }).click();
	await expect(bo.getByText(`Approved by ${BO.email}`, { exact: true })).toBeVisible();
	await page.getByRole("button", { name: word("start") }).click();
	await page
		.getByRole("alertdialog")
		.getByRole("button", { name: word("start") })
		.click();
	await done(page, ["node4"], 120_000);
	await migrationBecomes(page, "paused");
	await expect(runRow(page, "node5")).toHaveAttribute("data-run-state", "prepared");
});

test("after the canary the starter cannot go on", async () => {
	await expect(askedOf(page)).toContainText("The policy has somebody else give it than who started this.");
	await goOn(page);
	const dialog = page.getByRole("dialog");
	await dialog.getByLabel(needed(word("cancelReason"))).fill("It looks well to me");
	await page.keyboard.press("Enter");
	await expect(dialog.getByRole("alert")).toContainText("the policy asks for two people");
	await look(page, "approval-by-starter");
	await page.keyboard.press("Escape");
	await expect(dialog).toHaveCount(0);
	await migrationBecomes(page, "paused");
});

test("another person sees what is different since, approves nothing that she has not seen, and goes on", async () => {
	await slower(1);
	const dialog = bo.getByRole("dialog");
	await expect(bo.getByText("Pause between batches and between control plane nodes, seconds: 0 → 1")).toBeVisible();
	await goOn(bo);
	await expect(dialog.getByText(`Void: ${BO.email} approved something else`)).toBeVisible();
	await expect(dialog.getByText("Pause between batches and between control plane nodes, seconds: 0 → 1")).toBeVisible();
	await look(bo, "approval-after-canary");
	// Changed while she reads.
	await slower(2);
	await dialog.getByLabel(needed(word("cancelReason"))).fill("The canary is well");
	await bo.keyboard.press("Enter");
	await expect(dialog.getByRole("alert")).toContainText("What you have seen is not what is there now");
	await bo.keyboard.press("Escape");
	await expect(dialog).toHaveCount(0);
	await migrationBecomes(page, "paused");

	await goOn(bo);
	await expect(dialog.getByText("Pause between batches and between control plane nodes, seconds: 0 → 2")).toBeVisible();
	await sayWhy(bo, "Two seconds are fine");
	await done(page, ["node5"], 120_000);
	await migrationBecomes(page, "done");
	await expect(page.getByText(`approved by ${BO.email}`, { exact: true })).toBeVisible();
});

test("both approvals are in the report, each with its reason and what it is of", async () => {
	await page.getByRole("link", { name: words("migration", "report") }).click();
	const approvals = page.getByRole("table", { name: words("report", "approvals") });
	await expect(approvals.getByRole("row")).toHaveCount(3);
	await expect(approvals.getByRole("row").nth(1)).toContainText("Read every script");
	await expect(approvals.getByRole("row").nth(2)).toContainText("Two seconds are fine");
	await expect(approvals.getByText(BO.email)).toHaveCount(2);
	await expect(approvals.getByText(/^[0-9a-f]{64}$/)).toHaveCount(2);
});
