import { expect, type Page } from "@playwright/test";
import { screens } from "./screens.ts";
import { wordsOf } from "./words.ts";

/** A console and who signs in to it. */
export interface Account {
	url: string;
	email: string;
	password: string;
}

/** `at`: the address that the browser opens the console by. */
export async function signIn(page: Page, account: Account, { at = account.url, look = false } = {}): Promise<void> {
	await page.goto(at);
	const words = await wordsOf(page);
	await expect(page.getByRole("heading", { name: words("auth", "title") })).toBeVisible();
	if (look) await screens(page, "login");
	await page.getByLabel(words("auth", "email")).fill(account.email);
	await page.getByLabel(words("auth", "password")).fill(account.password);
	await page.getByRole("button", { name: words("auth", "submit") }).click();
	await expect(page.getByRole("navigation", { name: words("shell", "navigation") })).toBeVisible();
	// What the server drew hears no keys yet.
	await expect(page.locator("[data-live]:not([data-live=connecting])")).toBeVisible();
}
