import { expect, type Page, test } from "@playwright/test";
import { wallClock } from "../../../lib/zoned-time.ts";
import type { Demo } from "../../../scripts/demo/start-demo.ts";
import { done, migrationBecomes, plan } from "../browser/migration.ts";
import { migrationWords as word, words } from "../browser/words.ts";
import { look } from "./look.ts";
import { closeDemo, openDemo } from "./open-demo.ts";
import { chooseNodes, open } from "./table.ts";

// A start that is confirmed now and happens by itself later: scheduled, taken back, scheduled anew and started by the console. And what one
// migration has shown to be good, kept as a template and used on another cluster.
test.describe.configure({ mode: "serial", timeout: 300_000 });
test.use({ actionTimeout: 30_000 });

const ZONE = "Asia/Shanghai";
let demo: Demo;
let page: Page;

test.beforeAll(async ({ browser }) => {
	({ demo, page } = await openDemo(browser, { context: { timezoneId: ZONE } }));
});

test.afterAll(() => closeDemo({ demo, page }));

const button = (key: string) => page.getByRole("button", { name: word(key) });
const becomes = (state: string, timeoutMs?: number) => migrationBecomes(page, state, timeoutMs);

test("is scheduled, told in both zones, and taken back", async () => {
	await chooseNodes(page, "legacy", ["node1", "node5"]);
	await page.getByRole("button", { name: "Migrate 2 nodes…" }).click();
	await plan(page, { reason: "In the night", ticket: "CHG-7" });
	await button("schedule").click();
	const dialog = page.getByRole("dialog");
	await expect(dialog.getByLabel(word("scheduleZone"))).toHaveValue(ZONE);
	await expect(dialog.getByLabel(word("scheduleTime"))).toHaveValue("22:00");
	await expect(dialog.locator("[data-schedule-echo]")).toContainText(`22:00 ${ZONE} = `);
	await expect(dialog.locator("[data-schedule-echo]")).toContainText("14:00 UTC");
	const confirm = dialog.getByRole("button", { name: word("scheduleConfirm") });
	await expect(confirm).toBeDisabled();

	const tomorrow = await dialog.getByLabel(word("scheduleDate")).inputValue();
	await dialog.getByLabel(word("scheduleDate")).fill("2020-01-01");
	await expect(dialog.getByText(word("scheduleRefused.past"))).toBeVisible();
	await dialog.getByLabel(word("scheduleDate")).fill("2999-01-01");
	await expect(dialog.getByText(word("scheduleRefused.too-far"))).toBeVisible();
	await dialog.getByLabel(word("scheduleZone")).fill("Mars/North");
	await expect(dialog.getByText(word("windowZoneWrong"))).toBeVisible();
	await look(page, "schedule-wrong");
	await dialog.getByLabel(word("scheduleZone")).fill(ZONE);
	await dialog.getByLabel(word("scheduleDate")).fill(tomorrow);
	await dialog.getByLabel(word("typeCluster")).fill("legacy");
	await look(page, "schedule-dialog");
	await confirm.click();

	await becomes("scheduled");
	const notice = page.getByRole("region", { name: word("state.scheduled") });
	await expect(notice).toContainText(`22:00 ${ZONE}`);
	await expect(notice).toContainText("14:00 UTC");
	await expect(button("startNow")).toBeEnabled();
	await expect(button("schedule")).toHaveCount(0);
	await look(page, "schedule-review");

	await open(page, "Migrations");
	await expect(page.locator("tr[data-migration]").first()).toContainText(`22:00 ${ZONE}`);
	await look(page, "schedule-list");
	await open(page, "Overview");
	await expect(page.getByRole("table", { name: "Migrations" })).toContainText("Scheduled");
	await look(page, "schedule-overview");

	await open(page, "Migrations");
	await page.locator("tr[data-migration]").first().getByRole("link").click();
	// At once, and why is said afterwards.
	await button("unschedule").click();
	await becomes("draft");
	await expect(notice).toHaveCount(0);
	const why = page.getByLabel("Schedule taken back. Say why:").first();
	await expect(why).toBeFocused();
	const decisions = page.getByRole("main").locator("summary").filter({ hasText: "decisions" });
	await expect(decisions).toContainText("1 without a reason");
	await look(page, "schedule-taken-back");
	const review = page.url();
	await page.goto(`${review}/report`);
	const told = page.getByRole("row", { name: /Schedule taken back/ });
	await expect(told.getByRole("cell", { name: word("noReason") })).toBeVisible();

	await page.goto(review);
	await why.fill("Another night");
	await why.press("Enter");
	await expect(page.locator("[data-last-decision]")).toContainText("Another night");
	await expect(decisions).not.toContainText("without a reason");
	await page.goto(`${review}/report`);
	await expect(told).toContainText("Another night");
	await page.goto(review);
});

test("starts by itself when its time has come", async () => {
	await button("schedule").click();
	const dialog = page.getByRole("dialog");
	// The next minute that leaves time enough to press the button.
	const { date, time } = wallClock(Math.ceil((Date.now() + 20_000) / 60_000) * 60_000, "UTC");
	await dialog.getByLabel(word("scheduleZone")).fill("UTC");
	await dialog.getByLabel(word("scheduleDate")).fill(date);
	await dialog.getByLabel(word("scheduleTime")).fill(time);
	await dialog.getByLabel(word("typeCluster")).fill("legacy");
	await dialog.getByRole("button", { name: word("scheduleConfirm") }).click();
	await becomes("scheduled");
	await becomes("running", 120_000);
	await done(page, ["node5", "node1"], 180_000);
	await becomes("done");

	await open(page, "Audit");
	for (const action of ["migration.schedule", "migration.unschedule", "migration.start"])
		await expect(page.locator(`tr[data-action="${action}"]`).first()).toBeVisible();
	await look(page, "schedule-audit");
});

const named = (key: string) => words("templates", key);

test("a migration is kept as a template, which another cluster's is made from", async () => {
	const save = async (name: string) => {
		await page.getByRole("button", { name: named("save") }).click();
		await page.getByRole("dialog").getByLabel(/^Name/).fill(name);
		await page.getByRole("dialog").getByLabel(named("description")).fill("One worker first, then the rest");
	};
	const confirm = () =>
		page
			.getByRole("dialog")
			.getByRole("button", { name: named("saveConfirm") })
			.click();
	await chooseNodes(page, "legacy", ["node4"]);
	await page.getByRole("button", { name: "Migrate 1 node…" }).click();
	await page.getByRole("radio", { name: word("canaryChoice.named") }).click();
	await page.getByLabel(word("soak")).fill("7");
	await plan(page, { reason: "To be kept", ticket: "CHG-9" });
	await save("Careful");
	await expect(page.getByRole("dialog").getByText(named("canariesByNumber"))).toBeVisible();
	await look(page, "template-save");
	await confirm();
	await expect(page.getByRole("dialog")).toBeHidden();

	await save("Careful");
	await confirm();
	await expect(page.getByRole("dialog").getByRole("alert")).toContainText("The name Careful is taken");
	await look(page, "template-taken");
	await page.getByRole("dialog").getByLabel(/^Name/).fill("Quick");
	await confirm();
	await expect(page.getByRole("dialog")).toBeHidden();

	await chooseNodes(page, "prod", ["prod-worker-1"]);
	await page.getByRole("button", { name: "Migrate 1 node…" }).click();
	await page.getByRole("button", { name: word("startOver") }).click();
	await page.getByRole("combobox", { name: named("from") }).click();
	await page.getByRole("option", { name: "Careful" }).click();
	await page.getByRole("combobox", { name: word("cluster") }).click();
	await page.getByRole("option", { name: "prod" }).click();
	await expect(page.getByText("One worker first, then the rest")).toBeVisible();
	await page.getByRole("checkbox", { name: "prod-worker-1" }).click();
	await look(page, "template-used");
	await button("toPolicy").click();
	await expect(page.getByLabel(word("soak"))).toHaveValue("7");
	await expect(page.getByRole("radio", { name: word("canaryChoice.first") })).toBeChecked();
	await plan(page, { reason: "As on legacy", ticket: "CHG-10" });
	await expect(page.getByText("1 first, then a soak of 7.0 s; ask before the rest: no")).toBeVisible();
});

test("the list of templates shows what is in one, renames it and deletes it", async () => {
	await open(page, "Migrations");
	await page.getByRole("button", { name: named("manage") }).click();
	const list = page.getByRole("list", { name: named("title") });
	await expect(list.getByRole("listitem")).toHaveCount(2);
	const contents = (name: string) => list.getByRole("region", { name: `What is in ${name}` });
	await list.getByRole("button", { name: "Careful", exact: true }).click();
	await expect(contents("Careful")).toContainText("1 first, then a soak of 7.0 s; ask before the rest: no");
	await look(page, "template-list");

	await list.getByRole("button", { name: "Rename Careful" }).click();
	const dialog = page.getByRole("dialog", { name: named("renameTitle") });
	const name = dialog.getByLabel(/^Name/);
	await expect(name).toHaveValue("Careful");
	await name.fill("Quick");
	await name.press("Enter");
	await expect(dialog.getByRole("alert")).toContainText("The name Quick is taken");
	await look(page, "template-rename");
	await name.fill("Slow and careful");
	await name.press("Enter");
	await expect(dialog).toHaveCount(0);
	await expect(list.getByRole("button", { name: "Rename Slow and careful" })).toBeFocused();
	await expect(contents("Slow and careful")).toBeVisible();

	for (const each of ["Slow and careful", "Quick"]) {
		await list.getByRole("button", { name: `Delete ${each}` }).click();
		await page
			.getByRole("alertdialog", { name: named("deleteTitle") })
			.getByRole("button", { name: named("delete") })
			.click();
		await expect(list.getByRole("button", { name: `Delete ${each}` })).toHaveCount(0);
	}
	await expect(page.getByText(named("none"))).toBeVisible();
	await look(page, "template-none");
	await page
		.getByRole("dialog")
		.getByRole("button", { name: words("ui", "close") })
		.click();
	await expect(page.getByRole("dialog")).toBeHidden();
});

test("is started now instead of later", async () => {
	await chooseNodes(page, "legacy", ["node4"]);
	await page.getByRole("button", { name: "Migrate 1 node…" }).click();
	await plan(page, { reason: "Tonight, or now", ticket: "CHG-8" });
	await button("schedule").click();
	await page
		.getByRole("dialog")
		.getByRole("button", { name: word("scheduleConfirm") })
		.click();
	await becomes("scheduled");
	await button("startNow").click();
	await page
		.getByRole("alertdialog")
		.getByRole("button", { name: word("start") })
		.click();
	await done(page, ["node4"], 180_000);
	await becomes("done");
});
