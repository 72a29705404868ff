import { mkdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type BrowserContext, expect, type Locator, type Page, test } from "@playwright/test";

const FOLDER = fileURLToPath(new URL("../../../docs/screens/", import.meta.url));
const SIZES = { wide: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const;

/** Removes the pictures of pages that are no more, where all are taken anew. */
export function clearPictures(): void {
	if (!["all", "changed"].includes(test.info().config.updateSnapshots)) return;
	rmSync(FOLDER, { recursive: true, force: true });
	mkdirSync(FOLDER, { recursive: true });
}

/** What one sees on opening the page, not all of its length; or of a part of it alone, such as a dialog over a page that moves. */
export async function shoot(page: Page, name: string, part?: Locator): Promise<void> {
	await expect(page.locator("main [aria-busy=true]")).toHaveCount(0);
	// What passes by itself is in no picture.
	await expect(page.locator("[data-draft=saving], [data-sonner-toast]")).toHaveCount(0);
	for (const colorScheme of ["light", "dark"] as const) {
		await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
		await expect(page.locator("html")).toHaveClass(new RegExp(`\\b${colorScheme}\\b`));
		for (const [kind, size] of Object.entries(SIZES)) {
			await page.setViewportSize(size);
			await page.evaluate(() => window.scrollTo(0, 0));
			await expect.soft(part ?? page).toHaveScreenshot(`${name}-${colorScheme}-${kind}.png`);
		}
	}
	await page.emulateMedia({ colorScheme: "light" });
	await page.setViewportSize(SIZES.wide);
}

/** How long ago something was is the same in every picture, however long it took to come there: a longer text would move what is beside it. */
export async function stillAges(context: BrowserContext): Promise<void> {
	await context.addInitScript(() => {
		Intl.RelativeTimeFormat.prototype.format = function format() {
			return this.resolvedOptions().locale.startsWith("zh") ? "2分钟前" : "2 minutes ago";
		};
	});
}
