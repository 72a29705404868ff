import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { screens } from "../browser/screens.ts";

/** Takes the page's pictures, and has axe find nothing wrong with it in either theme, on a desk or on a phone. */
export async function look(page: Page, name: string): Promise<void> {
	// What is there follows from the width and its colours from the theme: the fourth of them has nothing new.
	await screens(page, name, async (screen) => {
		if (!screen.endsWith("-dark-narrow")) await expectAccessible(page, screen);
	});
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
