import { expect, type Page } from "@playwright/test";

const WIDTHS = { wide: 1440, narrow: 390 } as const;
const HEIGHT = 900;

/**
 * Pictures of the page as it is, light and dark, on a desk and on a phone, for a person to look at. Nothing may be wider than a phone.
 * `look` is called at each of them with its name.
 */
export async function screens(page: Page, name: string, look?: (screen: string) => Promise<void>): Promise<void> {
	await expect(page.locator("main [aria-busy=true]")).toHaveCount(0);
	for (const colorScheme of ["light", "dark"] as const) {
		await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
		await expect(page.locator("html")).toHaveClass(new RegExp(`\\b${colorScheme}\\b`));
		for (const [kind, width] of Object.entries(WIDTHS)) {
			const screen = `${name}-${colorScheme}-${kind}`;
			await page.setViewportSize({ width, height: HEIGHT });
			await page.evaluate(() => window.scrollTo(0, 0));
			await page.screenshot({ path: `test-results/screens/${screen}.png`, fullPage: true, animations: "disabled" });
			await look?.(screen);
		}
	}
	const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
	await page.emulateMedia({ colorScheme: "light" });
	await page.setViewportSize({ width: WIDTHS.wide, height: HEIGHT });
	expect.soft(tooWide, `${name} is wider than a phone by so many pixels`).toBeLessThanOrEqual(0);
}
