import { expect, type Page } from "@playwright/test";
import { wordsOf } from "../browser/words.ts";

/** Goes to a part of the console by its link, and waits for its heading. `part`: as the English navigation has it, whatever language the page is in. */
export async function open(page: Page, part: string): Promise<void> {
	const words = await wordsOf(page);
	const name = words("shell", part.toLowerCase());
	await page
		.getByRole("navigation", { name: words("shell", "navigation") })
		.getByRole("link", { name })
		.click();
	await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
	await expect(page.locator("main [aria-busy=true]")).toHaveCount(0);
}

/** Narrows the lists to one cluster by the choice in the top bar. */
export async function scopeTo(page: Page, cluster: string): Promise<void> {
	const words = await wordsOf(page);
	await page.getByRole("combobox", { name: words("shell", "scope") }).click();
	await page.getByRole("option", { name: cluster, exact: true }).click();
	await expect(page).toHaveURL(/[?&]cluster=/);
}

/** Opens a cluster's nodes and chooses some of them. */
export async function chooseNodes(page: Page, cluster: string, names: readonly string[]): Promise<void> {
	await open(page, "Nodes");
	await scopeTo(page, cluster);
	for (const name of names) {
		const row = page.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });
		await row.getByRole("checkbox").click();
	}
}

/** The open table's cells below these headings, row by row as they are drawn. */
export async function cellsOf(page: Page, headings: readonly string[]): Promise<string[][]> {
	const drawn = await page
		.getByRole("table")
		.first()
		.locator("tr")
		.evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll("th, td")].map((cell) => cell.textContent?.trim() ?? "")));
	const [head = [], ...rows] = drawn;
	return rows.map((cells) => headings.map((heading) => cells[head.indexOf(heading)] ?? ""));
}
