/** What a piece of code is, as far as it is coloured. */
export type TokenKind = "comment" | "key" | "string" | "number" | "keyword" | "variable";

/** A piece of one line; `kind` null is plain text. */
export interface CodeToken {
	text: string;
	kind: TokenKind | null;
}

/** Which language a text is coloured as. */
export type CodeLanguage = "ini" | "json" | "yaml" | "bash";

/** The highlighter's many scopes as the few colours that there are; anything else is plain. */
const KINDS: Readonly<Record<string, TokenKind>> = {
	"hljs-comment": "comment",
	"hljs-meta": "comment",
	"hljs-doctag": "comment",
	"hljs-attr": "key",
	"hljs-attribute": "key",
	"hljs-section": "key",
	"hljs-name": "key",
	"hljs-string": "string",
	"hljs-regexp": "string",
	"hljs-number": "number",
	"hljs-literal": "number",
	"hljs-keyword": "keyword",
	"hljs-built_in": "keyword",
	"hljs-title": "keyword",
	"hljs-bullet": "keyword",
	"hljs-variable": "variable",
	"hljs-template-variable": "variable",
	"hljs-subst": "variable",
};

const ENTITIES: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#x27;": "'" };

/**
 * The highlighter's markup as tokens, line by line: what spans several lines is in each of them. Only spans and five entities are
 * known, which is all that highlight.js writes; the texts of a line joined are the line. Pure.
 */
export function tokensOf(markup: string): CodeToken[][] {
	const lines: CodeToken[][] = [[]];
	const open: (TokenKind | null)[] = [];
	const add = (text: string) => {
		const kind = open.at(-1) ?? null;
		text.split("\n").forEach((part, index) => {
			if (index > 0) lines.push([]);
			if (part === "") return;
			const line = lines.at(-1) as CodeToken[];
			const last = line.at(-1);
			if (last?.kind === kind) last.text += part;
			else line.push({ text: part, kind });
		});
	};
	for (const [piece, , className] of markup.matchAll(/<span( class="([^"]*)")?>|<\/span>|&(?:amp|lt|gt|quot|#x27);|[^<&]+|[<&]/g)) {
		if (piece === "</span>") open.pop();
		else if (piece.startsWith("<span")) open.push(kindOf(className ?? "") ?? open.at(-1) ?? null);
		else add(ENTITIES[piece] ?? piece);
	}
	return lines;
}

function kindOf(className: string): TokenKind | null {
	for (const name of className.split(" ")) {
		const kind = KINDS[name];
		if (kind) return kind;
	}
	return null;
}

const BY_ENDING: readonly [RegExp, CodeLanguage][] = [
	[/\.json$/, "json"],
	[/\.ya?ml$/, "yaml"],
	[/\.(sh|env)$/, "bash"],
	// containerd's own file and hosts.toml; units, drop-ins and their like.
	[/\.(toml|ini|conf|cfg|service|socket|timer|mount|slice)$/, "ini"],
	[/\/(default|sysconfig)\/[^/]+$/, "bash"],
	[/\/(kubelet|kube)\/(config|kubeconfig)$/, "yaml"],
];

/** By the file's path; null where nothing is known of it. Pure. */
export function languageOf(path: string): CodeLanguage | null {
	return BY_ENDING.find(([ending]) => ending.test(path))?.[1] ?? null;
}
