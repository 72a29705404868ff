/**
 * Secrets in one line of a log, masked byte by byte: text in, text of the same length out. A line is Latin-1, one character a byte, so
 * that lengths and offsets stay the node's whatever its encoding. No pattern may take more than linear time: a node's programs write
 * what they like.
 */

const WORD = "(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|key-data|credential)s?";
/** In quotes, in quotes that are escaped (JSON within JSON), or up to the next space. */
const VALUE = String.raw`\\+["'][^"'\\]*|"(?:\\.|[^"\\])*"?|'[^']*'?|[^\s"']+`;
const AFTER_KEY = String.raw`(?:\\*["'])?\]?[ \t]*(?:=>|:=|=|:)[ \t]*`;

/** `password=…`, `"token": "…"`, `AWS_SECRET_ACCESS_KEY=…`, `client-key-data: …`. */
const KEYED = new RegExp(`(${WORD}${AFTER_KEY})(${VALUE})`, "gi");
/** `--password …`: the next word, unless that is a flag too. */
const FLAG = new RegExp(`(${WORD}(?<=--[\\w-]{0,60})[ \\t]+)(?!-)(${VALUE})`, "gi");
/** `auth` of a Docker config: base64 of user and password. */
const AUTH = /((?<![\w-])auth(?:\\*["'])?[ \t]*[=:][ \t]*(?:\\*["'])?)([A-Za-z0-9+/_=*-]{8,})/gi;
const BASIC_OR_BEARER = /(authorization[\\"']*[ \t]*[=:][ \t]*(?:[[\\"']+[ \t]*)?(?:basic|bearer)[ \t]+)([^\s"'\\\],]+)/gi;
/** Of another scheme all that follows may be secret. */
const OTHER_HEADER = /(authorization[\\"']*[ \t]*[=:][ \t]*(?:[[\\"']+[ \t]*)?)(?!basic[ \t]|bearer[ \t])([^\s"'\\[\]][^"'\\\]\r]*)/gi;
const BEARER = /(\bbearer[ \t]+)([A-Za-z0-9+/_=.~*-]{16,})/gi;
/** The password in an address, or a user name that can only be a token. */
const ADDRESS = /(:\/\/[^\s/:@"']*:)([^\s/"']+)(?=@)/g;
const TOKEN_ADDRESS = /(:\/\/)([^\s/:@"']{20,})(?=@)/g;
/** https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens: six characters, a dot, sixteen. */
const BOOTSTRAP = /()((?<![a-z0-9.-])[a-z0-9]{6}\.[a-z0-9]{16}(?![a-z0-9.-]))/g;
/** RFC 7519: the first part is JSON in base64url, and so begins with `eyJ`. */
const JWT = /()((?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?)/g;
const ALL = [KEYED, FLAG, AUTH, BASIC_OR_BEARER, OTHER_HEADER, BEARER, ADDRESS, TOKEN_ADDRESS, BOOTSTRAP, JWT];

/** Without one of these in it no pattern matches; most of a log is passed by this alone. */
const SUSPICIOUS = /passw|passphrase|secret|token|key|credential|auth|bearer|:\/\/|eyJ|-----|\.[a-z0-9]{16}/i;

const BEGIN_KEY = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/;
const END_KEY = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY/;
/** Lines of a key are 64 to 76 characters long; only its last one is shorter. */
const FULL_KEY_LINE = 40;
const KEY_CHARACTER = /[A-Za-z0-9+/=*]/;
const AFTER_KEY_LINE = /["',\\\s]/;
const KEY_RUN = /[A-Za-z0-9+/=*]{40,}/g;
const KEY_HEADER = /^\s*(?:[A-Z][A-Za-z-]*: .*)?$/;

/** Where a line stands: outside of a private key, between its first line and its bytes, or in these. */
export type KeyPart = "outside" | "head" | "body";

/** What the console itself knows to be secret, as it may stand in a log. */
export type KnownSecrets = readonly string[];

/** A shorter word would be found everywhere, and hide nothing. */
const SHORTEST_KNOWN = 4;

/**
 * How the values may stand in a log: as they are, and as JSON and addresses write them; each as Latin-1 of its UTF-8 bytes, a line
 * at a time. Values of fewer than 4 bytes are left out.
 */
export function knownSecrets(values: readonly string[]): KnownSecrets {
	const written = values
		.flatMap((value) => value.split(/\r?\n/))
		.flatMap((line) => [line, JSON.stringify(line).slice(1, -1), encoded(line)]);
	const all = new Set(written.map((text) => Buffer.from(text, "utf8").toString("latin1")));
	return [...all].filter((text) => text.length >= SHORTEST_KNOWN && !/^\*+$/.test(text));
}

/** True where `text` may hold a secret; false for any part of it too. */
export function maySecret(text: string, known: KnownSecrets): boolean {
	return SUSPICIOUS.test(text) || known.some((secret) => text.includes(secret));
}

/** The line with its secrets masked, and where the next line stands. Masking twice changes nothing more. */
export function maskLine(line: string, part: KeyPart, known: KnownSecrets): { text: string; part: KeyPart } {
	// A mask may show what stands beside it in another light: again until nothing changes, which masks only ever more.
	for (let text = line; ; ) {
		const keys = maskKeys(text, part);
		const masked = maskValues(keys.text, known);
		if (masked === text) return { text, part: keys.part };
		text = masked;
	}
}

/** The same without private keys. */
export function maskValues(line: string, known: KnownSecrets): string {
	if (!maySecret(line, known)) return line;
	for (let text = line; ; ) {
		const before = text;
		for (const secret of known) text = maskKnown(text, secret);
		for (const pattern of ALL) text = text.replace(pattern, (_, kept: string, value: string) => kept + hidden(value));
		if (text === before) return text;
	}
}

function maskKeys(line: string, part: KeyPart): { text: string; part: KeyPart } {
	let done = "";
	let rest = line;
	let now = part;
	for (;;) {
		if (now === "outside") {
			const begin = BEGIN_KEY.exec(rest);
			if (!begin) return { text: done + rest, part: now };
			const after = begin.index + begin[0].length;
			done += rest.slice(0, after);
			rest = rest.slice(after);
			const end = END_KEY.exec(rest);
			if (!end) return { text: done + visible(rest), part: "head" };
			done += visible(rest.slice(0, end.index)) + end[0];
			rest = rest.slice(end.index + end[0].length);
			continue;
		}
		const end = END_KEY.exec(rest);
		if (!end) return { text: done + keyLine(rest), part: afterKeyLine(rest, now) };
		done += keyLine(rest.slice(0, end.index)) + end[0];
		rest = rest.slice(end.index + end[0].length);
		now = "outside";
	}
}

/** Whatever a journal or a program wrote before it stays. */
function keyLine(line: string): string {
	if (KEY_HEADER.test(line)) return line;
	const { from, to } = lastWord(line);
	return line.slice(0, from).replace(KEY_RUN, visible) + visible(line.slice(from, to)) + line.slice(to);
}

function afterKeyLine(line: string, part: "head" | "body"): KeyPart {
	if (part === "head" && KEY_HEADER.test(line)) return "head";
	const { from, to } = lastWord(line);
	return to - from >= FULL_KEY_LINE ? "body" : "outside";
}

/** Of characters that a key is written with; what may stand around a line of text does not count. */
function lastWord(line: string): { from: number; to: number } {
	let to = line.length;
	while (to > 0 && AFTER_KEY_LINE.test(line.charAt(to - 1))) to -= 1;
	let from = to;
	while (from > 0 && KEY_CHARACTER.test(line.charAt(from - 1))) from -= 1;
	return { from, to };
}

/** All places, also where they overlap. */
function maskKnown(text: string, secret: string): string {
	let masked = "";
	let from = 0;
	for (let at = text.indexOf(secret); at !== -1; at = text.indexOf(secret, at + 1)) {
		const start = Math.max(from, at);
		masked += text.slice(from, start) + "*".repeat(at + secret.length - start);
		from = at + secret.length;
	}
	return from === 0 ? text : masked + text.slice(from);
}

/** Quotes and what escapes them stay: the text around goes on to be read as it was. */
function hidden(value: string): string {
	const open = /^\\*["']/.exec(value)?.[0] ?? "";
	const close = open !== "" && value.length > open.length && value.endsWith(open) ? open : "";
	return open + "*".repeat(value.length - open.length - close.length) + close;
}

function visible(text: string): string {
	return text.replace(/[^\s]/g, "*");
}

function encoded(text: string): string {
	try {
		return encodeURIComponent(text);
	} catch {
		// Half of a surrogate pair, which no address can hold.
		return text;
	}
}
