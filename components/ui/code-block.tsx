"use client";

import { cn } from "@/lib/class-names.ts";
import type { CodeLanguage } from "@/lib/code-tokens.ts";
import { useCodeColours } from "./code-colours.ts";
import { CodeLine } from "./code-line.tsx";
import { CopyButton } from "./copy-button.tsx";
import { ScrollRegion } from "./scroll-region.tsx";

interface CodeBlockProps {
	text: string;
	/** Read out as the name of the region; needed because it scrolls and takes the focus. */
	label: string;
	/** Line numbers, from 1. */
	numbered?: boolean;
	wrap?: boolean;
	/** What it is coloured as; needs numbered lines. */
	language?: CodeLanguage | null;
	className?: string;
}

/** Lines shown at most: a browser lays out no more of them quickly. The copy button always has the whole. */
const MOST_LINES = 5_000;

export function CodeBlock({ text, label, numbered = false, wrap = false, language = null, className }: CodeBlockProps) {
	const coloured = useCodeColours(numbered ? text : null, language);
	const lines = text.replace(/\n$/, "").split("\n");
	const shown = lines.slice(0, MOST_LINES).map((text, index) => ({ number: index + 1, text }));
	return (
		<div className="group relative rounded-md border bg-log">
			<ScrollRegion label={label} className={cn("max-h-[70vh] overflow-auto p-2 pr-10 font-mono text-xs leading-5", className)}>
				<pre className={wrap ? "whitespace-pre-wrap break-words" : undefined}>
					{numbered
						? shown.map((line) => (
								<span key={line.number} className="block">
									<span className="mr-3 inline-block w-10 select-none text-right text-muted-foreground">{line.number}</span>
									<CodeLine text={line.text} tokens={coloured?.[line.number - 1]} />
								</span>
							))
						: shown.map((line) => line.text).join("\n")}
					{lines.length > shown.length ? `\n… +${lines.length - shown.length}` : ""}
				</pre>
			</ScrollRegion>
			<div className="absolute top-1 right-1">
				<CopyButton text={text} />
			</div>
		</div>
	);
}
