import { expect, type Page, test } from "@playwright/test";
import type { Demo } from "../../../scripts/demo/start-demo.ts";
import { done, runRow } from "../browser/migration.ts";
import { bareKey } from "../browser/words.ts";
import { tabTo } from "./keyboard.ts";
import { closeDemo, openDemo } from "./open-demo.ts";
import { open, scopeTo } from "./table.ts";

// For people who use the keyboard, and who read Chinese.
test.describe.configure({ mode: "serial", timeout: 180_000 });

const KEY = bareKey();
/** What the translation says on the console where it finds no text, or no value for one. */
const COMPLAINT = /MISSING_MESSAGE|FORMATTING_ERROR|INVALID_MESSAGE/;
let demo: Demo;
let page: Page;
const complaints: string[] = [];

test.beforeAll(async ({ browser }) => {
	({ demo, page } = await openDemo(browser, {
		onPage: (opened) =>
			opened.on("console", (message) => {
				if (COMPLAINT.test(message.text())) complaints.push(message.text());
			}),
	}));
});

test.afterAll(() => closeDemo({ demo, page }));

test("choose nodes and migrate them by the keyboard alone", async () => {
	const { keyboard } = page;
	await tabTo(page, page.getByRole("link", { name: "Nodes", exact: true }));
	await keyboard.press("Enter");
	for (const name of ["node4", "node5"]) {
		await tabTo(page, page.getByRole("checkbox", { name: `Choose ${name}` }));
		await keyboard.press("Space");
		await expect(page.getByRole("checkbox", { name: `Choose ${name}` })).toBeChecked();
	}
	await tabTo(page, page.getByRole("button", { name: "Migrate 2 nodes…" }), "Shift+Tab");
	await keyboard.press("Enter");
	await tabTo(page, page.getByLabel("Reason"));
	await keyboard.type("By the keyboard");
	await keyboard.press("Tab");
	await keyboard.type("CHG-6");
	await tabTo(page, page.getByRole("button", { name: "Plan 2 nodes" }));
	await keyboard.press("Enter");
	await tabTo(page, page.getByRole("link", { name: "Next: review" }));
	await keyboard.press("Enter");
	await tabTo(page, page.getByRole("button", { name: "Start 2 nodes" }));
	await keyboard.press("Enter");
	await tabTo(page, page.getByRole("alertdialog").getByRole("button", { name: "Start 2 nodes" }));
	await keyboard.press("Enter");
	await tabTo(page, runRow(page, "node4").locator("th button"));
	await keyboard.press("ArrowDown");
	await expect(runRow(page, "node5").locator("th button")).toBeFocused();
	await keyboard.press("Enter");
	await expect(page.getByRole("region", { name: "node5", exact: true })).toBeVisible();
	await done(page, ["node4", "node5"], 90_000);
});

test("in Chinese no page lacks a text", async () => {
	const paths = ["/", "/clusters", "/nodes", "/migrations", "/migrations/new", "/history", "/audit", "/settings"];
	await open(page, "Nodes");
	await scopeTo(page, "legacy");
	for (const name of ["node2", "node5"]) paths.push(await hrefOf(name));
	await open(page, "Clusters");
	paths.push(await hrefOf("legacy"));
	await open(page, "History");
	const run = await page.locator("tr[data-run] a[href^='/runs/']").first().getAttribute("href");
	await open(page, "Migrations");
	const migration = await page.locator("tr[data-migration] a").first().getAttribute("href");
	paths.push(String(run), `${migration}?node=node4`);
	await page.getByRole("button", { name: "Language" }).click();
	await page.getByRole("menuitemradio", { name: "简体中文" }).click();
	await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
	for (const path of paths) {
		await page.goto(demo.console.url + path);
		await expect(page.getByRole("heading", { level: 1 })).not.toHaveText("…");
		await expect(page.locator("main [aria-busy=true]")).toHaveCount(0);
		const name = path.split("/")[1]?.replace(/\?.*/, "") || "overview";
		await page.screenshot({ path: `test-results/screens/zh-${name}-${paths.indexOf(path)}.png`, fullPage: true, animations: "disabled" });
		await withoutKeys(path);
		for (const tab of await page.getByRole("tab").all()) {
			await tab.click();
			await expect(tab).toHaveAttribute("aria-selected", "true");
			await expect(page.locator("main [aria-busy=true]")).toHaveCount(0);
			await withoutKeys(`${path} ${await tab.innerText()}`);
		}
	}
	expect(complaints).toEqual([]);
	expect(await demo.console.log()).not.toMatch(COMPLAINT);
});

async function hrefOf(name: string): Promise<string> {
	return String(await page.getByRole("link", { name, exact: true }).first().getAttribute("href"));
}

async function withoutKeys(where: string): Promise<void> {
	const lines = (await page.locator("body").innerText()).split("\n");
	expect
		.soft(
			lines.filter((line) => KEY.test(line.trim())),
			where,
		)
		.toEqual([]);
}
