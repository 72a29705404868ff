import { parseAwk } from "../awk/parser.ts";
import { runAwk } from "../awk/run.ts";
import type { Program as AwkProgram } from "../awk/syntax.ts";
import { reason } from "../kernel/errno.ts";
import type { Program } from "../machine/program.ts";

const parsed = new Map<string, AwkProgram>();

/** awk, by POSIX: just-bash's reads `a == "x" b` as `(a == "x") b`. */
export const awk: Program = async (call) => {
	const variables = new Map<string, string>();
	let at = 0;
	for (; at < call.args.length; at++) {
		const word = call.args[at] ?? "";
		const flag = /^-([Fv])(.*)$/s.exec(word);
		if (!flag) break;
		const value = flag[2] === "" ? (call.args[++at] ?? "") : (flag[2] ?? "");
		if (flag[1] === "F") variables.set("FS", value);
		else variables.set(value.slice(0, value.indexOf("=")), value.slice(value.indexOf("=") + 1));
	}
	const [text = "", ...files] = call.args.slice(at);
	let program = parsed.get(text);
	try {
		program ??= parseAwk(text);
		parsed.set(text, program);
	} catch (error) {
		return call.fail(reason(error), 2);
	}
	let input = "";
	let status = 0;
	for (const file of files) {
		try {
			input += (file === "-" ? await call.stdin() : call.process.readFile(file)).toString("latin1");
		} catch (error) {
			await call.err(`awk: cannot open ${file} (${reason(error)})\n`);
			status = 2;
		}
	}
	const reads = program.rules.some(({ when }) => when !== "BEGIN");
	if (files.length === 0 && reads) input = (await call.stdin()).toString("latin1");
	try {
		const result = runAwk(program, input, variables);
		await call.out(result.output);
		return result.status === 0 ? status : result.status;
	} catch (error) {
		if (error instanceof Error && error.name === "Killed") throw error;
		return call.fail(reason(error), 2);
	}
};
