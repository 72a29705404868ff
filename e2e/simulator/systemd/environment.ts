import type { FileSystem } from "../kernel/file-system.ts";
import { type UnitDefinition, valuesOf } from "./unit-file.ts";

/** Words with quotes and backslashes as systemd splits them. */
export function splitQuoted(text: string): string[] {
	const words: string[] = [];
	let word = "";
	let quote = "";
	let present = false;
	for (let at = 0; at < text.length; at++) {
		const char = text.charAt(at);
		if (quote !== "") {
			if (char === quote) quote = "";
			else if (char === "\\" && quote === '"') word += text.charAt(++at);
			else word += char;
		} else if (char === '"' || char === "'") {
			quote = char;
			present = true;
		} else if (char === "\\") {
			word += text.charAt(++at);
			present = true;
		} else if (/\s/.test(char)) {
			if (present) words.push(word);
			word = "";
			present = false;
		} else {
			word += char;
			present = true;
		}
	}
	if (present) words.push(word);
	return words;
}

function readEnvironmentFile(text: string): [string, string][] {
	return text
		.replaceAll(/\\\n/g, "")
		.split("\n")
		.flatMap((line): [string, string][] => {
			const found = /^\s*([A-Za-z_]\w*)=(.*)$/.exec(line);
			if (!found) return [];
			const value = (found[2] ?? "").trim();
			const quoted = /^(["'])(.*)\1$/s.exec(value);
			return [[found[1] ?? "", quoted ? (quoted[2] ?? "").replaceAll(/\\(["\\$`])/g, "$1") : value]];
		});
}

/** The variables of a service: Environment= first, then each EnvironmentFile=. Throws where one that must be there is not. */
export function environmentOf(unit: UnitDefinition, fs: FileSystem): Map<string, string> {
	const environment = new Map<string, string>();
	for (const value of valuesOf(unit, "Service.Environment")) {
		for (const word of splitQuoted(value)) {
			const at = word.indexOf("=");
			if (at > 0) environment.set(word.slice(0, at), word.slice(at + 1));
		}
	}
	for (const value of valuesOf(unit, "Service.EnvironmentFile")) {
		const optional = value.startsWith("-");
		const text = fs.text(optional ? value.slice(1) : value);
		if (text === undefined) {
			if (!optional) throw new Error(`Failed to load environment files: No such file or directory`);
			continue;
		}
		for (const [name, content] of readEnvironmentFile(text)) environment.set(name, content);
	}
	return environment;
}

/** A command line with its variables: `$NAME` alone becomes several words, `${NAME}` text within one. */
export function commandLine(line: string, environment: ReadonlyMap<string, string>): string[] {
	return splitQuoted(line.replace(/^[-@:+!]+/, "")).flatMap((word) => {
		const whole = /^\$([A-Za-z_]\w*)$/.exec(word);
		if (whole) return splitQuoted(environment.get(whole[1] ?? "") ?? "");
		return [word.replaceAll(/\$\{([A-Za-z_]\w*)\}/g, (_, name: string) => environment.get(name) ?? "")];
	});
}
