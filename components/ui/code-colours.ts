"use client";

import { useEffect, useState } from "react";
import { type CodeLanguage, type CodeToken, type TokenKind, tokensOf } from "@/lib/code-tokens.ts";

export const TOKEN_COLOUR: Record<TokenKind, string> = {
	comment: "text-code-comment italic",
	key: "text-code-key",
	string: "text-code-string",
	number: "text-code-number",
	keyword: "text-code-keyword",
	variable: "text-code-variable",
};

/** Longer texts stay plain: colouring them would hold the page up. */
const MOST_CHARACTERS = 400_000;

type Highlighter = (text: string, language: CodeLanguage) => CodeToken[][];

let loading: Promise<Highlighter> | null = null;

/** Fetched when the first code is shown, and once: no page carries it otherwise. */
function highlighter(): Promise<Highlighter> {
	loading ??= Promise.all([
		import("highlight.js/lib/core"),
		import("highlight.js/lib/languages/ini"),
		import("highlight.js/lib/languages/json"),
		import("highlight.js/lib/languages/yaml"),
		import("highlight.js/lib/languages/bash"),
	])
		.then(([core, ini, json, yaml, bash]): Highlighter => {
			const hljs = core.default;
			hljs.registerLanguage("ini", ini.default);
			hljs.registerLanguage("json", json.default);
			hljs.registerLanguage("yaml", yaml.default);
			hljs.registerLanguage("bash", bash.default);
			return (text, language) => tokensOf(hljs.highlight(text, { language, ignoreIllegals: true }).value);
		})
		.catch((error: unknown) => {
			loading = null;
			throw error;
		});
	return loading;
}

/** The text's lines in tokens; null while the highlighter is on its way, and where nothing is to be coloured: then it is shown plain. */
export function useCodeColours(text: string | null, language: CodeLanguage | null): CodeToken[][] | null {
	const [coloured, setColoured] = useState<{ text: string; language: CodeLanguage; lines: CodeToken[][] } | null>(null);
	useEffect(() => {
		if (text === null || language === null || text === "" || text.length > MOST_CHARACTERS) return;
		let wanted = true;
		highlighter().then(
			(highlight) => {
				if (wanted) setColoured({ text, language, lines: highlight(text, language) });
			},
			// Not loaded: the text stays plain, and nothing is lost.
			() => undefined,
		);
		return () => {
			wanted = false;
		};
	}, [text, language]);
	return coloured && coloured.text === text && coloured.language === language ? coloured.lines : null;
}
