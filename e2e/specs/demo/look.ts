import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { screens } from "../browser/screens.ts";

/** Takes the page's pictures, and has axe find nothing wrong with it in either theme, on a desk or on a phone. */
export async function look(page: Page, name: string): Promise<void> {
	await screens(page, name, (screen) => expectAccessible(page, screen));
}

/** The same in either theme, as wide as the page is now: where another width makes another thing of it. */
export async function lookInBothThemes(page: Page, name: string): Promise<void> {
	for (const colorScheme of ["dark", "light"] as const) {
		await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
		await expect(page.locator("html")).toHaveClass(new RegExp(`\\b${colorScheme}\\b`));
		await expectAccessible(page, `${name}-${colorScheme}`);
	}
}

/** The same of the page as it is now. */
export async function expectAccessible(page: Page, name: string): Promise<void> {
	const { violations } = await new AxeBuilder({ page }).analyze();
	const found = violations.map(({ id, help, nodes }) => ({
		rule: id,
		help,
		nodes: nodes.map(({ target, failureSummary }) => `${target.join(" ")}: ${failureSummary}`),
	}));
	expect.soft(found, `axe on ${name}`).toEqual([]);
}
