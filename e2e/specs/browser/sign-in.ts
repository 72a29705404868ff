import { expect, type Page } from "@playwright/test";
import { screens } from "./screens.ts";

/** A console and who signs in to it. */
export interface Account {
	url: string;
	email: string;
	password: string;
}

/** `at`: the address that the browser opens the console by. */
export async function signIn(page: Page, account: Account, { at = account.url, look = false } = {}): Promise<void> {
	await page.goto(at);
	await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
	if (look) await screens(page, "login");
	await page.getByLabel("E-mail").fill(account.email);
	await page.getByLabel("Password", { exact: true }).fill(account.password);
	await page.getByRole("button", { name: "Sign in" }).click();
	await expect(page.getByRole("navigation", { name: "Main navigation" })).toBeVisible();
}
