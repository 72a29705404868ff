import { readdirSync, readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { LOCALES, type Locale } from "../../../lib/locale.ts";

const MESSAGES = new URL("../../../messages/", import.meta.url);

/** What a message of the catalogue looks like on a page: whole, whatever its values are. Throws where there is none. */
export function words(area: string, key: string, locale: Locale = "en"): RegExp {
	const catalogue: unknown = JSON.parse(readFileSync(new URL(`${locale}/${area}.json`, MESSAGES), "utf8"));
	const text = key.split(".").reduce((at, part) => (at as Record<string, unknown> | undefined)?.[part], catalogue);
	if (typeof text !== "string") throw new Error(`there is no message ${area}.${key}`);
	return new RegExp(`^${withoutValues(text)}$`);
}

/** The same in the language that the page is in. */
export async function wordsOf(page: Page): Promise<(area: string, key: string) => RegExp> {
	const lang = await page.locator("html").getAttribute("lang");
	const locale = LOCALES.find((one) => one === lang);
	if (!locale) throw new Error(`the page is in no language of the catalogue: ${lang}`);
	return (area, key) => words(area, key, locale);
}

/** The same of the pages about migrations. */
export function migrationWords(key: string): RegExp {
	return words("migration", key);
}

/** A key of the catalogue in place of its text, which is what a page shows where it finds none. */
export function bareKey(): RegExp {
	const areas = readdirSync(new URL("en/", MESSAGES)).map((file) => file.replace(/\.json$/, ""));
	return new RegExp(`^(?:${areas.join("|")})(?:\\.[A-Za-z0-9_-]+)+$`);
}

/** The label of a field that has to be filled in: the same, and a star. */
export function needed(label: RegExp): RegExp {
	return new RegExp(`${label.source.replace(/\$$/, "")}( \\*)?$`);
}

/** Values stand in braces, which may hold further ones. */
function withoutValues(text: string): string {
	let depth = 0;
	let pattern = "";
	for (const character of text) {
		if (character === "{") {
			if (depth === 0) pattern += ".*";
			depth += 1;
		} else if (character === "}") depth -= 1;
		else if (depth === 0) pattern += character.replace(/[\\^$.*+?()[\]|]/, "\\$&");
	}
	return pattern;
}
