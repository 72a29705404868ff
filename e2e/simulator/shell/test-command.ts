import type { Process } from "../kernel/process.ts";

const UNARY = new Set(["-b", "-c", "-d", "-e", "-f", "-g", "-h", "-L", "-n", "-O", "-p", "-r", "-S", "-s", "-t", "-u", "-w", "-x", "-z"]);
const BINARY = new Set(["=", "!=", "-eq", "-ne", "-gt", "-ge", "-lt", "-le", "-nt", "-ot", "-ef"]);

/** `test` and `[`, by the number of their words as POSIX says. Throws Error with dash's message. */
export function testWords(words: readonly string[], process: Process): boolean {
	const [first = "", second = "", third = "", fourth = ""] = words;
	switch (words.length) {
		case 0:
			return false;
		case 1:
			return first !== "";
		case 2:
			if (first === "!") return second === "";
			if (UNARY.has(first)) return unary(first, second, process);
			throw new Error(`${first}: unexpected operator`);
		case 3:
			if (BINARY.has(second)) return binary(first, second, third, process);
			if (second === "-a") return first !== "" && third !== "";
			if (second === "-o") return first !== "" || third !== "";
			if (first === "!") return !testWords(words.slice(1), process);
			if (first === "(" && third === ")") return second !== "";
			throw new Error(`${second}: unexpected operator`);
		default: {
			if (words.length === 4 && first === "!") return !testWords(words.slice(1), process);
			if (words.length === 4 && first === "(" && fourth === ")") return testWords([second, third], process);
			const or = words.indexOf("-o");
			if (or > 0) return testWords(words.slice(0, or), process) || testWords(words.slice(or + 1), process);
			const and = words.indexOf("-a");
			if (and > 0) return testWords(words.slice(0, and), process) && testWords(words.slice(and + 1), process);
			throw new Error("too many arguments");
		}
	}
}

function unary(operator: string, operand: string, process: Process): boolean {
	if (operator === "-z") return operand === "";
	if (operator === "-n") return operand !== "";
	if (operator === "-t") return false;
	if (operand === "") return false;
	const { fs } = process.machine;
	const inode = fs.find(process.resolve(operand), operator !== "-L" && operator !== "-h");
	if (inode === undefined) return false;
	switch (operator) {
		case "-d":
			return inode.kind === "folder";
		case "-f":
			return inode.kind === "file" && inode.device !== true;
		case "-c":
			return inode.kind === "file" && inode.device === true;
		case "-L":
		case "-h":
			return inode.kind === "link";
		case "-S":
			return inode.kind === "socket";
		case "-s":
			return inode.kind === "file" ? inode.content.bytes().length > 0 : true;
		case "-O":
			return inode.uid === process.uid;
		case "-x":
			return inode.kind === "folder" || (inode.mode & 0o111) !== 0;
		case "-w":
			return process.uid === 0 || (inode.mode & 0o002) !== 0;
		case "-r":
			return process.uid === 0 || (inode.mode & 0o004) !== 0;
		case "-e":
			return true;
		default:
			return false;
	}
}

function binary(left: string, operator: string, right: string, process: Process): boolean {
	if (operator === "=") return left === right;
	if (operator === "!=") return left !== right;
	if (operator === "-nt" || operator === "-ot" || operator === "-ef") {
		const { fs } = process.machine;
		const [a, b] = [fs.find(process.resolve(left)), fs.find(process.resolve(right))];
		if (operator === "-ef") return a !== undefined && a === b;
		if (a === undefined || b === undefined) return operator === "-nt" ? a !== undefined : b !== undefined;
		return operator === "-nt" ? a.mtimeMs > b.mtimeMs : a.mtimeMs < b.mtimeMs;
	}
	const [a, b] = [integer(left), integer(right)];
	switch (operator) {
		case "-eq":
			return a === b;
		case "-ne":
			return a !== b;
		case "-gt":
			return a > b;
		case "-ge":
			return a >= b;
		case "-lt":
			return a < b;
		default:
			return a <= b;
	}
}

function integer(text: string): number {
	if (!/^\s*[-+]?\d+\s*$/.test(text)) throw new Error(`Illegal number: ${text}`);
	return Number(text);
}
