import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quote } from "./quote.ts";

/** Every sh at hand: what is right for one shell can be wrong for another. */
const SHELLS = [["sh"], ["bash"], ["dash"], ["busybox", "sh"]].filter(([program = ""]) => {
	try {
		execFileSync("sh", ["-c", 'command -v "$1"', "sh", program], { stdio: "ignore" });
		return true;
	} catch {
		return false;
	}
});

function readBack(shell: readonly string[], words: readonly string[]): string[] {
	const [program = "", ...args] = shell;
	const script = `for w in ${words.map(quote).join(" ")}; do printf '%s\\0' "$w"; done`;
	const output = execFileSync(program, [...args, "-c", script], { encoding: "utf8" });
	return output.split("\0").slice(0, -1);
}

describe("quote", () => {
	it("leaves nothing to the shell", () => {
		expect(quote('it\'s $(reboot) `x` "y" \\ \n*')).toBe(`'it'\\''s $(reboot) \`x\` "y" \\ \n*'`);
		expect(quote("")).toBe("''");
	});

	it("refuses NUL, which no argument can carry", () => {
		expect(() => quote("a\0b")).toThrow(RangeError);
	});

	it.each(SHELLS.map((shell) => [shell.join(" "), shell] as const))("is read back unchanged by %s", (_name, shell) => {
		const special = fc.array(fc.constantFrom("'", '"', "\\", "$", "`", "\n", " ", "*", "!", "~", "-", ";", "&", "#", "a", "é", "\t", "\r"));
		const text = fc.oneof(
			special.map((parts) => parts.join("")),
			fc.string({ unit: "grapheme" }).filter((one) => !one.includes("\0")),
		);
		fc.assert(
			fc.property(fc.array(text, { minLength: 1, maxLength: 40 }), (words) => {
				expect(readBack(shell, words)).toEqual(words);
			}),
			{ numRuns: 25 },
		);
	});
});
