import type { CodeToken } from "@/lib/code-tokens.ts";
import { TOKEN_COLOUR } from "./code-colours.ts";

/** One line of code: coloured where its tokens are known, else as it is. */
export function CodeLine({ text, tokens }: { text: string; tokens: readonly CodeToken[] | undefined }) {
	if (!tokens) return text;
	let at = 0;
	return tokens.map((token) => {
		const key = at;
		at += token.text.length;
		return token.kind === null ? (
			token.text
		) : (
			<span key={key} className={TOKEN_COLOUR[token.kind]}>
				{token.text}
			</span>
		);
	});
}
