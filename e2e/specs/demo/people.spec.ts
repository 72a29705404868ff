import { readFileSync } from "node:fs";
import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import type { Demo } from "../../../scripts/demo/start-demo.ts";
import { words } from "../browser/words.ts";
import { look, lookInBothThemes } from "./look.ts";
import { closeDemo, openDemo } from "./open-demo.ts";
import { open } from "./table.ts";

// Who may sign in, and the record of who did what.
test.describe.configure({ mode: "serial", timeout: 180_000 });

const BO = { name: "Bo Example", email: "bo@example.com", own: "a password of my own" };
let demo: Demo;
let page: Page;
let hers: BrowserContext;
let bo: Page;

test.beforeAll(async ({ browser }) => {
	({ demo, page } = await openDemo(browser));
	hers = await browser.newContext();
	bo = await hers.newPage();
});

test.afterAll(async () => {
	await hers?.close();
	await closeDemo({ demo, page });
});

const row = () => page.locator(`[data-person="${BO.email}"]`);
const dialog = () => page.getByRole("dialog");
const given = async () => {
	const text = await page.locator("[data-given-password] code").innerText();
	await dialog()
		.getByRole("button", { name: words("settings", "people.passwordDone") })
		.click();
	await expect(dialog()).toBeHidden();
	return text;
};

test("add a person, who is let in once she has a password of her own", async () => {
	await open(page, "Settings");
	await page.getByRole("button", { name: words("settings", "people.add") }).click();
	await dialog().getByLabel("Name").fill(BO.name);
	await dialog().getByLabel("E-mail").fill(BO.email);
	await dialog()
		.getByRole("button", { name: words("settings", "people.add") })
		.click();
	await expect(page.locator("[data-given-password] code")).toBeVisible();
	await lookInBothThemes(page, "a password to hand over");
	const password = await given();
	await expect(row()).toContainText("has not chosen a password yet");
	await look(page, "people");

	await bo.goto(demo.console.url);
	await bo.getByLabel("E-mail").fill(BO.email);
	await bo.getByLabel("Password", { exact: true }).fill(password);
	await bo.getByRole("button", { name: "Sign in" }).click();
	await expect(bo.getByRole("heading", { name: words("settings", "ownPassword") })).toBeVisible();
	await look(bo, "own-password");
	await bo.goto(`${demo.console.url}/nodes`);
	await expect(bo.getByRole("heading", { name: words("settings", "ownPassword") })).toBeVisible();
	await bo.getByLabel("Current password").fill(password);
	await bo.getByLabel(/^New password \*?$/).fill(BO.own);
	await bo.getByLabel("New password once more").fill(BO.own);
	await bo.getByRole("button", { name: words("settings", "changePassword") }).click();
	await expect(bo.getByRole("navigation", { name: "Main navigation" })).toBeVisible();
	await expect(row()).not.toContainText("has not chosen a password yet");
});

test("reset her password: her page ends at once, and the old one opens nothing", async () => {
	await page.getByRole("button", { name: `Reset the password of ${BO.name}` }).click();
	await page.getByRole("alertdialog").getByRole("button", { name: "Reset password" }).click();
	const password = await given();
	await expect(bo).toHaveURL(/\/login/);
	await bo.getByLabel("E-mail").fill(BO.email);
	await bo.getByLabel("Password", { exact: true }).fill(BO.own);
	await bo.getByRole("button", { name: "Sign in" }).click();
	await expect(bo.getByRole("alert").filter({ hasText: /\S/ })).toBeVisible();
	await bo.getByLabel("Password", { exact: true }).fill(password);
	await bo.getByRole("button", { name: "Sign in" }).click();
	await expect(bo.getByRole("heading", { name: words("settings", "ownPassword") })).toBeVisible();
});

test("remove her: she is out at once, and nobody can remove themselves", async () => {
	await expect(page.locator(`[data-person="${demo.console.email}"]`).getByRole("button")).toHaveCount(0);
	await page.getByRole("button", { name: `Remove ${BO.name}` }).click();
	await page.getByRole("alertdialog").getByRole("button", { name: "Remove", exact: true }).click();
	await expect(row()).toHaveCount(0);
	await bo.goto(demo.console.url);
	await expect(bo.getByRole("heading", { name: "Sign in" })).toBeVisible();
});

test("find it in the audit, narrowed in the address, with what was before, and take it along as a file", async () => {
	await open(page, "Audit");
	await page.getByRole("combobox", { name: "Action" }).click();
	await page.getByRole("option", { name: "Person removed" }).click();
	await expect(page).toHaveURL(/action=user\.remove/);
	await expect(page.locator("tr[data-action]")).toHaveCount(1);
	await page.reload();
	const removed = page.locator('tr[data-action="user.remove"]');
	await expect(removed).toContainText(BO.email);
	await removed.getByRole("button", { name: "Person removed" }).click();
	await expect(dialog()).toContainText(demo.console.email);
	await lookInBothThemes(page, "a record of the audit");
	await dialog()
		.getByRole("button", { name: words("audit", "samePerson") })
		.click();
	await expect(page).toHaveURL(/person=/);
	await expect(page.locator('tr[data-action="user.add"]')).toBeVisible();
	await look(page, "audit-narrowed");

	await page.getByRole("button", { name: words("audit", "export") }).click();
	const [file] = await Promise.all([
		page.waitForEvent("download"),
		page.getByRole("menuitem", { name: words("audit", "exportCsv") }).click(),
	]);
	expect(file.suggestedFilename()).toMatch(/^gantry-audit-.*\.csv$/);
	const text = readFileSync(await file.path(), "utf8");
	expect(text.split("\r\n")[0]).toContain("id,time,person");
	expect(text).toContain(`user.remove,user,`);
});
