import { expect, type Locator, type Page } from "@playwright/test";

const MOST_PRESSES = 120;

/** What one who does not use a mouse needs to know of the focus. */
interface Focus {
	/** The element that has it, as far as a failure has to name it. */
	what: string;
	/** It is drawn around the element. */
	shown: boolean;
	/** Some of the element is seen: nothing lies over all of it (WCAG 2.4.11). */
	uncovered: boolean;
}

/**
 * Presses a key (Tab where nothing else is said) until `target` has the focus, and sees that each element on the way shows that it has it and
 * is not covered. Presses nothing where it has the focus already.
 */
export async function tabTo(page: Page, target: Locator, key = "Tab"): Promise<void> {
	await expect(target).toBeVisible();
	await expect.poll(() => hasFocusAround(target), `the focus is in what opened around ${target}`).toBe(true);
	for (let press = 0; press <= MOST_PRESSES; press++) {
		if (await target.evaluate((element) => element === document.activeElement)) return;
		await page.keyboard.press(key);
		const focus = await focusOf(page);
		if (focus === null) continue;
		expect(focus.shown, `the focus is seen on ${focus.what}`).toBe(true);
		expect(focus.uncovered, `nothing covers ${focus.what}`).toBe(true);
	}
	throw new Error(`${MOST_PRESSES} presses of ${key} did not reach ${target}`);
}

/** What opens over a page takes the focus with the next picture only: a key before that is pressed behind it. True where nothing is open around `target`. */
function hasFocusAround(target: Locator): Promise<boolean> {
	return target.evaluate((element) => element.closest("[role=dialog],[role=alertdialog]")?.contains(document.activeElement) ?? true);
}

/** Goes to a button, link or tab, and presses Enter. */
export async function press(page: Page, target: Locator, key?: string): Promise<void> {
	await tabTo(page, target, key);
	await page.keyboard.press("Enter");
}

/** Opens a list or a menu, goes to one of its entries and takes it. The focus is on what opened it again. */
export async function choose(page: Page, trigger: Locator, entry: Locator, key?: string): Promise<void> {
	await press(page, trigger, key);
	await tabTo(page, entry, "ArrowDown");
	await page.keyboard.press("Enter");
	await expect(entry).toBeHidden();
	await expect(trigger).toBeFocused();
}

/** Goes to a part of the console by its two keys. */
export async function goTo(page: Page, keys: string, part: string): Promise<void> {
	await page.keyboard.type(keys);
	await expect(page.getByRole("heading", { level: 1, name: part, exact: true })).toBeVisible();
	await expect(page.locator("main [aria-busy=true]")).toHaveCount(0);
}

/** Somebody who goes on by the keyboard, or listens, goes on within `part`, and not at the head of the page. */
export async function expectFocusIn(page: Page, part: Locator): Promise<void> {
	await expect(part.locator(":focus").or(part.and(page.locator(":focus")))).toBeVisible();
}

/** Null: nothing has the focus. */
function focusOf(page: Page): Promise<Focus | null> {
	return page.evaluate(async () => {
		const at = document.activeElement;
		if (!at || at === document.body) return null;
		// What it tells goes away by itself.
		const passing = "[data-sonner-toaster]";
		// A box whose corners are round, or a link over two lines, is not hit at each of its points.
		const uncovered = () =>
			[...at.getClientRects()].some(({ left, top, width, height }) =>
				[0.5, 0.1, 0.9].some((x) =>
					[0.5, 0.1, 0.9].some((y) => {
						const [hit] = document.elementsFromPoint(left + width * x, top + height * y).filter((one) => !one.closest(passing));
						return hit !== undefined && at.contains(hit);
					}),
				),
			);
		// What scrolls to it may do so with the next picture.
		for (let picture = 0; picture < 3 && !uncovered(); picture++) await new Promise(requestAnimationFrame);
		return {
			what: `${at.outerHTML.slice(0, 100)} … ${at.textContent?.slice(0, 60)}`,
			shown: getComputedStyle(at).outlineStyle !== "none",
			uncovered: uncovered(),
		};
	});
}
