import { expect, type Page } from "@playwright/test";

/** Goes to a part of the console by its link, and waits for its heading. */
export async function open(page: Page, part: string): Promise<void> {
	await page.getByRole("navigation", { name: "Main navigation" }).getByRole("link", { name: part, exact: true }).click();
	await expect(page.getByRole("heading", { level: 1, name: part, exact: true })).toBeVisible();
	await expect(page.locator("main [aria-busy=true]")).toHaveCount(0);
}

/** Narrows the lists to one cluster by the choice in the top bar. */
export async function scopeTo(page: Page, cluster: string): Promise<void> {
	await page.getByRole("combobox", { name: "Cluster" }).click();
	await page.getByRole("option", { name: cluster, exact: true }).click();
	await expect(page).toHaveURL(/[?&]cluster=/);
}

/** Opens a cluster's nodes and chooses some of them. */
export async function chooseNodes(page: Page, cluster: string, names: readonly string[]): Promise<void> {
	await open(page, "Nodes");
	await scopeTo(page, cluster);
	for (const name of names) await page.getByRole("checkbox", { name: `Choose ${name}` }).click();
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
