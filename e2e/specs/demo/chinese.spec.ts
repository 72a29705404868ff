import { expect, type Page, test } from "@playwright/test";
import type { Demo } from "../../../scripts/demo/start-demo.ts";
import { done, migrationBecomes, openNode, plan, reviewNode, start } from "../browser/migration.ts";
import { bareKey, words as wordsIn } from "../browser/words.ts";
import { expectAccessible } from "./look.ts";
import { closeDemo, openDemo } from "./open-demo.ts";
import { chooseNodes, open } from "./table.ts";

// The main job in Chinese, by a browser that asks for it: every page on the way is all Chinese, and says nothing that a person did not enter in English.
test.describe.configure({ mode: "serial", timeout: 180_000 });

const MINE = { reason: "停用 Docker", ticket: "CHG-8841" };
const BACK = { reason: "确认可以退回", ticket: "CHG-8842" };
/** Three words of English in a row that are no command; names of programs and fields stand alone or in code. */
const ENGLISH = /\b(?!kubectl )[A-Za-z][a-z]+ [a-z]{2,} [a-z]{2,}\b/;
const KEY = bareKey();

let demo: Demo;
let page: Page;

const words = (area: string, key: string) => wordsIn(area, key, "zh-CN");

test.beforeAll(async ({ browser }) => {
	({ demo, page } = await openDemo(browser, { context: { locale: "zh-CN" } }));
});

test.afterAll(() => closeDemo({ demo, page }));

/** What is on the page, but for what is code, a log, or a program's own words. */
async function expectChinese(where: string): Promise<void> {
	await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
	await expect(page.locator("main [aria-busy=true]")).toHaveCount(0);
	const lines = await page.evaluate(() => {
		const OTHER = "code, pre, kbd, script, style, [role=log], [data-line], .font-mono";
		const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		const found: string[] = [];
		while (walker.nextNode()) {
			const { parentElement: parent, textContent } = walker.currentNode;
			if (parent && !parent.closest(OTHER) && parent.checkVisibility()) found.push(textContent?.trim() ?? "");
		}
		return found.filter(Boolean);
	});
	expect(lines.length, where).toBeGreaterThan(10);
	expect
		.soft(
			lines.filter((line) => ENGLISH.test(line) || KEY.test(line)),
			where,
		)
		.toEqual([]);
	await page.screenshot({ path: `test-results/screens/chinese-${where}.png`, fullPage: true, animations: "disabled" });
	await expectAccessible(page, `chinese-${where}`);
}

test("choose two workers, and review what would change", async () => {
	await open(page, "Overview");
	await expectChinese("overview");
	await open(page, "Clusters");
	await expectChinese("clusters");
	await chooseNodes(page, "legacy", ["node4", "node5"]);
	await expectChinese("nodes");
	await page.getByRole("button", { name: words("nodes", "migrate") }).click();
	await expect(page.getByRole("button", { name: words("migration", "plan") })).toBeVisible();
	await expectChinese("policy");
	await plan(page, MINE);
	await expectChinese("review");
	await reviewNode(page, "node4", (part) => expectChinese(`review-${part}`));
});

test("start, watch both go over, and read the log", async () => {
	await start(page, "migrate");
	await done(page, ["node4", "node5"], 120_000);
	await migrationBecomes(page, "done");
	await expect(page.getByText(words("migration", "end.done"))).toBeVisible();
	await openNode(page, "node4");
	await expect(page.getByRole("region", { name: words("run", "log.region") })).toContainText("containerd");
	await expectChinese("run-page");
	await page.getByRole("link", { name: words("migration", "permanent") }).click();
	await expect(page).toHaveURL(/\/runs\//);
	await expectChinese("run");
});

test("roll one back by its button, and find all of it on record", async () => {
	await open(page, "Nodes");
	await page.getByRole("link", { name: "node4", exact: true }).click();
	await page.getByRole("tab", { name: words("nodes", "facts") }).click();
	await expect(page.getByText("未知（未激活）").first()).toBeVisible();
	await expectChinese("facts");
	await page.getByRole("button", { name: words("nodes", "rollBackOne") }).click();
	await plan(page, BACK);
	await expectChinese("rollback-review");
	await start(page, "rollback");
	await done(page, ["node4"], 120_000);
	await migrationBecomes(page, "done");
	await open(page, "History");
	await expect(page.locator("tr[data-run]")).toHaveCount(3);
	await expectChinese("history");
	await open(page, "Migrations");
	for (const { ticket, reason } of [MINE, BACK])
		await expect(page.getByRole("row").filter({ hasText: ticket }).filter({ hasText: reason })).toBeVisible();
	await expectChinese("migrations");
	await open(page, "Audit");
	await expect(page.locator('tr[data-action="migration.start"]')).toHaveCount(2);
	await expect(page.locator('tr[data-action="migration.start"]').first()).toContainText("方向: 回滚");
	await expect(page.locator("time").first()).toHaveText(/前$|^现在$/);
	await expect(page.locator("time").first()).toHaveAttribute("title", /^\d{4}\/\d{1,2}\/\d{1,2} /);
	await expectChinese("audit");
	await open(page, "Settings");
	await expectChinese("settings");
});
