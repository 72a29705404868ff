import { createHash } from "node:crypto";
import { reason } from "../kernel/errno.ts";
import type { Invocation, Program } from "../machine/program.ts";

/** The bytes of the named files, or of stdin where none is named; undefined once something could not be read, which was said. */
async function inputs(
	call: Invocation,
	files: readonly string[],
): Promise<{ bytes: Buffer; status: number; each: { name: string; bytes: Buffer }[] }> {
	const each: { name: string; bytes: Buffer }[] = [];
	let status = 0;
	for (const name of files.length === 0 ? ["-"] : files) {
		try {
			each.push({ name, bytes: name === "-" ? await call.stdin() : call.process.readFile(name) });
		} catch (error) {
			if (error instanceof Error && error.name === "Killed") throw error;
			await call.err(`${call.name}: ${name}: ${reason(error)}\n`);
			status = 1;
		}
	}
	return { bytes: Buffer.concat(each.map(({ bytes }) => bytes)), status, each };
}

function linesOf(bytes: Buffer): string[] {
	const text = bytes.toString("latin1");
	return text === "" ? [] : (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
}

export const cat: Program = async (call) => {
	// What comes by stdin is handed on as it comes: a log is followed this way.
	if (call.args.length === 0 || (call.args.length === 1 && call.args[0] === "-")) {
		for (;;) {
			const line = await call.process.scope.race(call.process.file(0).readLine());
			if (line.length === 0) return 0;
			await call.out(line);
		}
	}
	const { bytes, status } = await inputs(call, call.args);
	await call.out(bytes);
	return status;
};

/** `-c N`, `-cN`, `-n N`, `-N`: the count as written, and the files. */
function countAndFiles(args: readonly string[]): { unit: "c" | "n"; count: string; files: string[] } {
	let unit: "c" | "n" = "n";
	let count = "10";
	const files: string[] = [];
	for (let at = 0; at < args.length; at++) {
		const word = args[at] ?? "";
		const short = /^-([cn])(.*)$/.exec(word);
		if (short) {
			unit = short[1] === "c" ? "c" : "n";
			count = short[2] === "" ? (args[++at] ?? "") : (short[2] ?? "");
		} else if (/^-\d+$/.test(word)) count = word.slice(1);
		else files.push(word);
	}
	return { unit, count, files };
}

export const head: Program = async (call) => {
	const { unit, count, files } = countAndFiles(call.args);
	const { bytes, status } = await inputs(call, files);
	const number = Number(count);
	if (unit === "c") await call.out(bytes.subarray(0, number < 0 ? Math.max(0, bytes.length + number) : number));
	else
		await call.out(
			linesOf(bytes)
				.slice(0, number)
				.map((line) => `${line}\n`)
				.join(""),
		);
	return status;
};

export const tail: Program = async (call) => {
	const { unit, count, files } = countAndFiles(call.args);
	const { bytes, status } = await inputs(call, files);
	const from = count.startsWith("+");
	const number = Math.abs(Number(count));
	if (unit === "c") await call.out(from ? bytes.subarray(number - 1) : bytes.subarray(Math.max(0, bytes.length - number)));
	else {
		const lines = linesOf(bytes);
		const kept = from ? lines.slice(number - 1) : number === 0 ? [] : lines.slice(-number);
		await call.out(kept.map((line) => `${line}\n`).join(""));
	}
	return status;
};

export const wc: Program = async (call) => {
	const flags = call.args.filter((word) => /^-[clw]+$/.test(word)).join("");
	const files = call.args.filter((word) => !/^-[clw]+$/.test(word));
	const { each, status } = await inputs(call, files);
	for (const { name, bytes } of each) {
		const text = bytes.toString("latin1");
		const counts = [
			...(flags.includes("l") || flags === "" ? [text.split("\n").length - 1] : []),
			...(flags.includes("w") || flags === "" ? [text.split(/\s+/).filter(Boolean).length] : []),
			...(flags.includes("c") || flags === "" ? [bytes.length] : []),
		];
		await call.out(`${counts.join(" ")}${name === "-" ? "" : ` ${name}`}\n`);
	}
	return status;
};

/** `1`, `2-`, `-3`, `1,4`: which places are kept. */
function ranges(list: string): (place: number) => boolean {
	const parts = list.split(",").map((part) => {
		const [from = "", to] = part.split("-");
		return {
			from: from === "" ? 1 : Number(from),
			to: to === undefined ? Number(from) : to === "" ? Number.POSITIVE_INFINITY : Number(to),
		};
	});
	return (place) => parts.some(({ from, to }) => place >= from && place <= to);
}

export const cut: Program = async (call) => {
	let delimiter = "\t";
	let fields: string | undefined;
	let characters: string | undefined;
	const files: string[] = [];
	for (let at = 0; at < call.args.length; at++) {
		const word = call.args[at] ?? "";
		const value = () => (word.length > 2 ? word.slice(2) : (call.args[++at] ?? ""));
		if (word.startsWith("-d")) delimiter = value();
		else if (word.startsWith("-f")) fields = value();
		else if (word.startsWith("-c") || word.startsWith("-b")) characters = value();
		else if (word !== "-s") files.push(word);
	}
	const { bytes, status } = await inputs(call, files);
	const keep = ranges(fields ?? characters ?? "1-");
	const out = linesOf(bytes).map((line) => {
		if (characters !== undefined) return [...line].filter((_, index) => keep(index + 1)).join("");
		if (!line.includes(delimiter)) return line;
		return line
			.split(delimiter)
			.filter((_, index) => keep(index + 1))
			.join(delimiter);
	});
	await call.out(out.map((line) => `${line}\n`).join(""));
	return status;
};

/** A set as `tr` writes it: escapes, ranges. */
function trSet(text: string): string[] {
	const plain = text.replaceAll(/\\([0-7]{1,3}|.)/gs, (_, code: string) => {
		if (/^[0-7]+$/.test(code)) return String.fromCharCode(Number.parseInt(code, 8));
		return { n: "\n", t: "\t", r: "\r", "\\": "\\" }[code] ?? code;
	});
	return [
		...plain.replaceAll(/([\s\S])-([\s\S])/g, (_, from: string, to: string) => {
			let run = "";
			for (let code = from.charCodeAt(0); code <= to.charCodeAt(0); code++) run += String.fromCharCode(code);
			return run;
		}),
	];
}

export const tr: Program = async (call) => {
	const remove = call.args[0] === "-d";
	const squeeze = call.args[0] === "-s";
	const [first = "", second = ""] = remove || squeeze ? call.args.slice(1) : call.args;
	const from = trSet(first);
	const to = trSet(second);
	const text = (await call.stdin()).toString("latin1");
	if (remove) {
		const set = new Set(from);
		await call.out([...text].filter((char) => !set.has(char)).join(""));
	} else if (squeeze) {
		const set = new Set(from);
		await call.out([...text].filter((char, index) => !set.has(char) || text.charAt(index - 1) !== char).join(""));
	} else {
		const map = new Map(from.map((char, index) => [char, to[index] ?? to.at(-1) ?? ""]));
		await call.out([...text].map((char) => map.get(char) ?? char).join(""));
	}
	return 0;
};

export const sort: Program = async (call) => {
	const flags = call.args.filter((word) => word.startsWith("-") && word !== "-").join("");
	const { bytes, status } = await inputs(
		call,
		call.args.filter((word) => !word.startsWith("-") || word === "-"),
	);
	const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
	const number = (line: string) => Number.parseFloat(line) || 0;
	const compare = flags.includes("n") ? (a: string, b: string) => number(a) - number(b) || byText(a, b) : byText;
	const sorted = linesOf(bytes).sort(compare);
	if (flags.includes("r")) sorted.reverse();
	const unique = (line: string, index: number) =>
		index === 0 || (flags.includes("n") ? number(line) !== number(sorted[index - 1] ?? "") : line !== sorted[index - 1]);
	const kept = flags.includes("u") ? sorted.filter(unique) : sorted;
	await call.out(kept.map((line) => `${line}\n`).join(""));
	return status;
};

export const base64: Program = async (call) => {
	const decode = call.args.includes("-d") || call.args.includes("--decode");
	const { bytes, status } = await inputs(
		call,
		call.args.filter((word) => !word.startsWith("-")),
	);
	if (decode) {
		const text = bytes.toString("latin1").replaceAll(/\s/g, "");
		if (/[^A-Za-z0-9+/=]/.test(text)) return call.fail("invalid input");
		await call.out(Buffer.from(text, "base64"));
		return status;
	}
	const text = bytes.toString("base64");
	const wrapped = call.args.includes("-w0") ? text : text.replaceAll(/.{76}/g, "$&\n");
	await call.out(text === "" || wrapped.endsWith("\n") || call.args.includes("-w0") ? wrapped : `${wrapped}\n`);
	return status;
};

export const sha256sum: Program = async (call) => {
	const { each, status } = await inputs(
		call,
		call.args.filter((word) => word !== "--"),
	);
	for (const { name, bytes } of each) await call.out(`${createHash("sha256").update(bytes).digest("hex")}  ${name}\n`);
	return status;
};

export const basename: Program = async (call) => {
	const [path = "", suffix = ""] = call.args;
	const name = path.replace(/\/+$/, "").split("/").at(-1) || "/";
	await call.out(`${suffix !== "" && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name}\n`);
	return 0;
};

export const dirname: Program = async (call) => {
	for (const path of call.args) {
		const trimmed = path.replace(/\/+$/, "");
		const at = trimmed.lastIndexOf("/");
		await call.out(`${at < 0 ? "." : at === 0 ? "/" : trimmed.slice(0, at).replace(/\/+$/, "")}\n`);
	}
	return 0;
};
