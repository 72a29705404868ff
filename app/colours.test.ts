import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

// Contrast as WCAG 2.2 defines it (1.4.3), of the tokens as they are written: oklch to linear sRGB by the matrices of CSS Color 4.
const css = readFileSync(new URL("./globals.css", import.meta.url), "utf8");

function theme(selector: string): Map<string, string> {
	const start = css.indexOf(`\n${selector} {`);
	const block = css.slice(start, css.indexOf("\n}", start));
	return new Map([...block.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name = "", value = ""]) => [name, value]));
}

function luminance(colour: string): number {
	const found = /^oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)$/.exec(colour);
	const [l, chroma, hue] = (found?.slice(1) ?? []).map(Number);
	if (l === undefined || chroma === undefined || hue === undefined) throw new Error(`not a colour: ${colour}`);
	const a = chroma * Math.cos((hue * Math.PI) / 180);
	const b = chroma * Math.sin((hue * Math.PI) / 180);
	const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
	const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
	const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
	const inGamut = (value: number) => Math.min(1, Math.max(0, value));
	const red = inGamut(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short);
	const green = inGamut(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short);
	const blue = inGamut(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short);
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
	const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
	return (light + 0.05) / (dark + 0.05);
}

const GROUNDS = ["background", "card", "popover", "muted", "accent", "rail", "log"];
const TONES = ["success", "warning", "danger", "info"];
/** What code stands on: the log's ground, a diff's lines, and its gaps. */
const CODE_GROUNDS = ["log", "card", "success-soft", "danger-soft"];
const CODE = ["comment", "key", "string", "number", "keyword", "variable"].map((kind) => `code-${kind}`);
const PAIRS = [
	...["foreground", "muted-foreground"].flatMap((text) => GROUNDS.map((ground) => [text, ground])),
	...TONES.flatMap((tone) => [
		[tone, `${tone}-soft`],
		[tone, "card"],
		[tone, "background"],
		["foreground", `${tone}-soft`],
		["muted-foreground", `${tone}-soft`],
	]),
	["primary-foreground", "primary"],
	["destructive-foreground", "destructive"],
	...CODE.flatMap((text) => CODE_GROUNDS.map((ground) => [text, ground])),
] as [string, string][];

describe.each([
	["light", ":root"],
	["dark", ".dark"],
])("%s", (_, selector) => {
	const tokens = theme(selector);
	it.each(PAIRS)("%s on %s has a contrast of 4.5:1 at least", (text, ground) => {
		expect(contrast(tokens.get(text) ?? "", tokens.get(ground) ?? "")).toBeGreaterThanOrEqual(4.5);
	});
});

it("knows black and white", () => {
	expect(contrast("oklch(0 0 0)", "oklch(1 0 0)")).toBeCloseTo(21, 1);
});
