import { expect, type Locator, type Page } from "@playwright/test";

const MOST_PRESSES = 120;

/** Presses Tab (or Shift+Tab) until `target` has the focus, and sees that each element on the way shows that it has it. */
export async function tabTo(page: Page, target: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
	await expect(target).toBeVisible();
	for (let press = 0; press < MOST_PRESSES; press++) {
		await page.keyboard.press(key);
		const focus = await target.evaluate((element) => {
			const at = document.activeElement;
			const shown = !at || at === document.body || getComputedStyle(at).outlineStyle !== "none";
			return { here: at === element, shown, what: at?.outerHTML.slice(0, 200) };
		});
		expect(focus.shown, `the focus is seen on ${focus.what}`).toBe(true);
		if (focus.here) return;
	}
	throw new Error(`${MOST_PRESSES} presses of ${key} did not reach ${target}`);
}
