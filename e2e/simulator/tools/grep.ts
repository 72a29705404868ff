import { reason } from "../kernel/errno.ts";
import type { Program } from "../machine/program.ts";
import { fixedSource, translate } from "./regex.ts";

interface Settings {
	kind: "basic" | "extended" | "fixed";
	patterns: string[];
	flags: Set<string>;
	files: string[];
}

function parse(args: readonly string[]): Settings {
	const flags = new Set<string>();
	const patterns: string[] = [];
	const rest: string[] = [];
	for (let at = 0; at < args.length; at++) {
		const word = args[at] ?? "";
		if (word === "--") {
			rest.push(...args.slice(at + 1));
			break;
		}
		if (!/^-[A-Za-z]/.test(word)) {
			rest.push(word);
			continue;
		}
		for (let letter = 1; letter < word.length; letter++) {
			const flag = word.charAt(letter);
			if (flag !== "e") {
				flags.add(flag);
				continue;
			}
			const attached = word.slice(letter + 1);
			if (attached === "") at += 1;
			patterns.push(attached === "" ? (args[at] ?? "") : attached);
			break;
		}
	}
	if (patterns.length === 0) patterns.push(rest.shift() ?? "");
	const kind = flags.has("F") ? "fixed" : flags.has("E") ? "extended" : "basic";
	return { kind, patterns: patterns.flatMap((each) => each.split("\n")), flags, files: rest };
}

function compiled({ kind, patterns, flags }: Settings): RegExp {
	const sources = patterns.map((each) => (kind === "fixed" ? fixedSource(each) : translate(each, kind)));
	const whole = flags.has("x") ? sources.map((each) => `^(?:${each})$`) : sources.map((each) => `(?:${each})`);
	return new RegExp(whole.join("|"), `g${flags.has("i") ? "i" : ""}`);
}

export const grep: Program = async (call) => {
	const settings = parse(call.args);
	const { flags } = settings;
	let regexp: RegExp;
	try {
		regexp = compiled(settings);
	} catch (error) {
		return call.fail(reason(error), 2);
	}
	const files = settings.files.length === 0 ? ["-"] : settings.files;
	const named = !flags.has("h") && (flags.has("H") || files.length > 1);
	let found = false;
	let failed = false;
	for (const file of files) {
		let bytes: Buffer;
		try {
			bytes = file === "-" ? await call.stdin() : call.process.readFile(file);
		} catch (error) {
			failed = true;
			if (!flags.has("s")) await call.err(`grep: ${file}: ${reason(error)}\n`);
			continue;
		}
		const text = bytes.toString("latin1");
		const lines = text === "" ? [] : (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
		const label = file === "-" ? "(standard input)" : file;
		const out: string[] = [];
		let count = 0;
		for (const [index, line] of lines.entries()) {
			const hits = line.match(regexp);
			if ((hits !== null) === flags.has("v")) continue;
			count += 1;
			const prefix = `${named ? `${label}:` : ""}${flags.has("n") ? `${index + 1}:` : ""}`;
			if (flags.has("o")) out.push(...(hits ?? []).filter((hit) => hit !== "").map((hit) => `${prefix}${hit}\n`));
			else out.push(`${prefix}${line}\n`);
		}
		found ||= count > 0;
		if (flags.has("q")) {
			if (found) return 0;
			continue;
		}
		if (flags.has("l")) await call.out(count > 0 ? `${label}\n` : "");
		else if (flags.has("c")) await call.out(`${named ? `${label}:` : ""}${count}\n`);
		else if (out.length > 0) await call.out(out.join(""));
	}
	if (failed) return 2;
	return found ? 0 : 1;
};
