export type Token =
	| { kind: "number"; value: number }
	| { kind: "string"; value: string }
	| { kind: "regexp"; value: string }
	| { kind: "name"; value: string; call: boolean }
	| { kind: "word"; value: string }
	| { kind: "newline" }
	| { kind: "end" };

const KEYWORDS = new Set([
	"BEGIN",
	"END",
	"function",
	"if",
	"else",
	"while",
	"for",
	"do",
	"break",
	"continue",
	"next",
	"exit",
	"return",
	"delete",
	"in",
	"print",
	"printf",
	"getline",
]);
const OPERATORS = [
	"&&",
	"||",
	"++",
	"--",
	"+=",
	"-=",
	"*=",
	"/=",
	"%=",
	"^=",
	"==",
	"<=",
	">=",
	"!=",
	"!~",
	"{",
	"}",
	"(",
	")",
	"[",
	"]",
	";",
	",",
	"+",
	"-",
	"*",
	"/",
	"%",
	"^",
	"!",
	"<",
	">",
	"|",
	"?",
	":",
	"~",
	"$",
	"=",
];

/** Splits an awk program. Throws on what awk would not read. */
export function tokens(text: string): Token[] {
	const found: Token[] = [];
	let at = 0;
	/** After a value a slash divides; elsewhere it begins a regular expression. */
	const afterValue = () => {
		const last = found.at(-1);
		if (!last) return false;
		return (
			last.kind === "number" ||
			last.kind === "string" ||
			last.kind === "name" ||
			(last.kind === "word" && [")", "]", "$", "++", "--"].includes(last.value))
		);
	};
	while (at < text.length) {
		const rest = text.slice(at);
		const blank = /^(?:[ \t\r]+|\\\n|#[^\n]*)/.exec(rest);
		if (blank) {
			at += blank[0].length;
			continue;
		}
		if (rest.startsWith("\n")) {
			found.push({ kind: "newline" });
			at += 1;
			continue;
		}
		const number = /^(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/.exec(rest);
		if (number) {
			found.push({ kind: "number", value: Number(number[0]) });
			at += number[0].length;
			continue;
		}
		const name = /^[A-Za-z_]\w*/.exec(rest);
		if (name) {
			const value = name[0];
			found.push(KEYWORDS.has(value) ? { kind: "word", value } : { kind: "name", value, call: rest.charAt(value.length) === "(" });
			at += value.length;
			continue;
		}
		if (rest.startsWith('"')) {
			const { value, length } = readString(rest);
			found.push({ kind: "string", value });
			at += length;
			continue;
		}
		if (rest.startsWith("/") && !afterValue()) {
			const { value, length } = readRegExp(rest);
			found.push({ kind: "regexp", value });
			at += length;
			continue;
		}
		const operator = OPERATORS.find((each) => rest.startsWith(each));
		if (operator === undefined) throw new Error(`syntax error at or near ${rest.charAt(0)}`);
		found.push({ kind: "word", value: operator });
		at += operator.length;
	}
	found.push({ kind: "end" });
	return found;
}

function readString(text: string): { value: string; length: number } {
	let value = "";
	for (let at = 1; at < text.length; at++) {
		const char = text.charAt(at);
		if (char === '"') return { value, length: at + 1 };
		if (char !== "\\") {
			value += char;
			continue;
		}
		at += 1;
		const next = text.charAt(at);
		const octal = /^[0-7]{1,3}/.exec(text.slice(at));
		const known: Record<string, string> = { n: "\n", t: "\t", r: "\r", "\\": "\\", '"': '"', "/": "/" };
		if (octal) {
			value += String.fromCharCode(Number.parseInt(octal[0], 8));
			at += octal[0].length - 1;
		} else value += known[next] ?? `\\${next}`;
	}
	throw new Error("unterminated string");
}

function readRegExp(text: string): { value: string; length: number } {
	let inside = false;
	for (let at = 1; at < text.length; at++) {
		const char = text.charAt(at);
		if (char === "\\") at += 1;
		else if (char === "[") inside = true;
		else if (char === "]") inside = false;
		else if (char === "/" && !inside) return { value: text.slice(1, at).replaceAll("\\/", "/"), length: at + 1 };
	}
	throw new Error("unterminated regexp");
}
