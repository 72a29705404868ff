import { expect, type Page, test } from "@playwright/test";
import type { Demo } from "../../../scripts/demo/start-demo.ts";
import { words } from "../browser/words.ts";
import { look } from "./look.ts";
import { closeDemo, openDemo } from "./open-demo.ts";
import { open } from "./table.ts";

// Where the fleet stands, and each cluster of it.
test.describe.configure({ mode: "serial", timeout: 180_000 });

let demo: Demo;
let page: Page;

test.beforeAll(async ({ browser }) => {
	({ demo, page } = await openDemo(browser));
});

test.afterAll(() => closeDemo({ demo, page }));

test("see how the fleet is spread over the runtimes, as a chart and as a table", async () => {
	await open(page, "Overview");
	const trend = page.locator("section", { has: page.getByRole("heading", { name: words("overview", "trend") }) });
	await expect(trend.locator("[data-trend-steps]")).toHaveAccessibleName(/Nodes on Docker went from \d+ to \d+/, { timeout: 30_000 });
	await expect(trend.locator(".recharts-area-area").first()).toBeAttached();
	await trend.getByText(words("overview", "trendTable")).click();
	await expect(trend.getByRole("columnheader", { name: "Docker" })).toBeVisible();
	await trend.getByRole("combobox", { name: words("overview", "trendSpan") }).click();
	await page.getByRole("option", { name: "7 days" }).click();
	await expect(page).toHaveURL(/trend=7/);
	await expect(
		page.getByRole("list", { name: words("overview", "activity") }).or(page.getByText(words("overview", "activityNone"))),
	).toBeVisible();
	await look(page, "overview-trend");
});

test("see how ready a cluster is, what was found on which nodes, and print it", async () => {
	await open(page, "Clusters");
	await page.getByRole("link", { name: "legacy", exact: true }).first().click();
	await page.getByRole("tab", { name: words("clusters", "tabReadiness") }).click();
	const health = page.getByRole("list", { name: words("clusters", "health") });
	await expect(health.getByRole("link")).toHaveCount(4);
	// Of its six nodes, two are on containerd.
	const counts = await page.locator("[data-readiness] > span:first-child").allInnerTexts();
	expect(counts.map(Number).reduce((sum, count) => sum + count, 0)).toBe(6);
	await page.locator("[data-readiness=containerd]").click();
	await expect(page).toHaveURL(/readiness=containerd/);
	for (const name of ["node2", "node6"]) await expect(page.getByRole("checkbox", { name: `Choose ${name}` })).toBeVisible();
	await expect(page.getByRole("checkbox", { name: /^Choose node/ })).toHaveCount(2);
	await open(page, "Clusters");
	await page.getByRole("link", { name: "legacy", exact: true }).first().click();
	await expect(
		page
			.getByRole("list", { name: words("clusters", "findings") })
			.getByRole("listitem")
			.first(),
	).toBeVisible();
	await look(page, "cluster-readiness");

	await page.getByRole("link", { name: words("clusters", "report") }).click();
	await expect(page.getByRole("heading", { level: 1, name: "Report on cluster legacy" })).toBeVisible();
	await expect(page.locator("[data-report]")).toContainText(demo.console.email);
	await expect(page.locator("[data-report] [aria-busy=true]")).toHaveCount(0);
	await look(page, "report");
	await page.emulateMedia({ media: "print" });
	await expect(page.getByRole("banner")).toBeHidden();
	await expect(page.getByRole("button", { name: words("clusters", "print") })).toBeHidden();
	await expect(page.getByRole("row").filter({ hasText: "node4" })).toBeVisible();
	await page.screenshot({ path: "test-results/screens/report-print.png", fullPage: true });
	await page.emulateMedia({ media: "screen" });
});
