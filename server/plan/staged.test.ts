import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runIn, SHELLS } from "../remote/testing/shells.ts";
import { quote } from "./shell/quote.ts";
import { writeStaged } from "./staged.ts";
import { fileChange } from "./testing/input.ts";

let run: string;
beforeEach(() => {
	run = mkdtempSync(join(tmpdir(), "gantry-staged-"));
});
afterEach(() => rmSync(run, { recursive: true, force: true }));

const HOSTILE = [
	"",
	"\n",
	"no newline at its end",
	"crlf\r\nfile\r\n",
	"GANTRY_FILE_0\n",
	"a\nGANTRY_FILE_1\nb\n",
	"'single' \"double\" `back` $(reboot) $X \\ \\\\ \\$\n",
	"\ttabs\t\n",
	"trailing spaces   \n\n\n",
	"ünïcödé ☃ 🏗 ‮ \u00a0\n",
	"\u0081\u0082\u0088 control\n",
	"NUL \0 within\n",
	"\ufeffversion = 2\n",
	"G：网关\nGANTRY_FILÉ\nGANTRY_FILE_14é\n",
];
const text = fc.array(
	fc.constantFrom("'", '"', "\\", "$", "`", "\n", " ", "\t", "\r", "GANTRY_FILE_0", "é", "🏗", "a", "!", "\u0081", "\u2028"),
	{ maxLength: 40 },
);
const bytes = fc.oneof(
	fc.constantFrom(...HOSTILE).map((one) => Buffer.from(one)),
	text.map((parts) => Buffer.from(parts.join(""))),
	fc.uint8Array({ maxLength: 300 }).map((one) => Buffer.from(one)),
);

describe.each(SHELLS)("write_staged in %s", (_name, shell) => {
	const stage = (contents: Buffer[]) => {
		const files = contents.map((after, index) => fileChange(`/etc/file-${index}`, "runtime", null, after));
		runIn(shell, `RUN=${quote(run)}; mkdir -p "$RUN/staged"\n${writeStaged(files)}\nwrite_staged`);
		return contents.map((_content, index) => readFileSync(join(run, "staged", String(index))));
	};

	it("writes the files that people write and those that nobody should", () => {
		const contents = HOSTILE.map((one) => Buffer.from(one));
		expect(stage(contents)).toEqual(contents);
	});

	it("writes any bytes exactly", () => {
		fc.assert(
			fc.property(fc.array(bytes, { minLength: 1, maxLength: 12 }), (contents) => {
				expect(stage(contents)).toEqual(contents);
			}),
			{ numRuns: 30 },
		);
	});
});

describe("write_staged", () => {
	it("shows plain text as it is", () => {
		expect(writeStaged([fileChange("/etc/a", "runtime", null, "version = 2\n")])).toContain(
			"<<'GANTRY_FILE_0' || return 1\nversion = 2\nGANTRY_FILE_0",
		);
	});

	it("fails where a file cannot be written", () => {
		const files = [fileChange("/etc/a", "runtime", null, "x\n")];
		for (const [, shell] of SHELLS) {
			expect(runIn(shell, `RUN=${quote(join(run, "absent"))}\n${writeStaged(files)}\nwrite_staged 2>/dev/null; echo $?`).toString()).toBe(
				"1\n",
			);
		}
	});
});
