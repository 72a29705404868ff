import { expect, it } from "vitest";
import { chooseLocale } from "./locale.ts";

it.each([
	["zh-CN", "en", "zh-CN"],
	["en", "zh-CN", "en"],
	[undefined, "zh-TW,zh;q=0.9,en;q=0.8", "zh-CN"],
	[undefined, "fr;q=1, en;q=0.4, zh;q=0.7", "zh-CN"],
	[undefined, "de-DE,en-GB;q=0.7", "en"],
	[undefined, "zh;q=0, en;q=0.1", "en"],
	[undefined, "zha", "en"],
	[undefined, null, "en"],
	["xx", "zh", "zh-CN"],
] as const)("of the stored %s and the browser's %s takes %s", (stored, accepted, locale) => {
	expect(chooseLocale(stored, accepted)).toBe(locale);
});
