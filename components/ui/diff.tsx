"use client";

import { useTranslations } from "next-intl";
import { useMemo, useState } from "react";
import { cn } from "@/lib/class-names.ts";
import type { CodeLanguage, CodeToken } from "@/lib/code-tokens.ts";
import { type DiffRow, diffRows, pairRows } from "@/lib/diff-rows.ts";
import { Button } from "./button.tsx";
import { useCodeColours } from "./code-colours.ts";
import { CodeLine } from "./code-line.tsx";
import { ScrollRegion } from "./scroll-region.tsx";

interface DiffProps {
	/** Null = the file is not there. */
	before: string | null;
	after: string | null;
	/** Read out as the name of the region: the file's path. */
	label: string;
	view?: "unified" | "side-by-side";
	/** What it is coloured as; null = not at all. */
	language?: CodeLanguage | null;
	/** Unchanged lines kept around a change. */
	context?: number;
}

const MOST_ROWS = 2_000;

const LOOK: Record<DiffRow["kind"], string> = {
	same: "",
	added: "bg-success-soft",
	removed: "bg-danger-soft",
	gap: "bg-muted text-muted-foreground",
};
const SIGN: Record<DiffRow["kind"], string> = { same: " ", added: "+", removed: "-", gap: " " };
const SPOKEN = { added: "diffAdded", removed: "diffRemoved" } as const;

/** What changes in a file, line by line. Signs as well as colours tell added from removed; a large one is cut with a button for the rest. */
export function Diff({ before, after, label, view = "unified", language = null, context = 3 }: DiffProps) {
	const t = useTranslations("ui");
	const [whole, setWhole] = useState(false);
	const coloured = { before: useCodeColours(before, language), after: useCodeColours(after, language) };
	const rows = useMemo(() => diffRows(before ?? "", after ?? "", context), [before, after, context]);
	if (rows === null) return <p className="text-muted-foreground text-sm">{t("diffTooLarge")}</p>;
	if (rows.length === 0) return <p className="text-muted-foreground text-sm">{t("diffNone")}</p>;
	const shown = whole ? rows : rows.slice(0, MOST_ROWS);
	/** As its own side's file has it: a line is coloured by what surrounds it there. */
	const tokens = (row: DiffRow | null) => {
		if (row?.after != null) return coloured.after?.[row.after - 1];
		return row?.before != null ? coloured.before?.[row.before - 1] : undefined;
	};
	return (
		<div className="rounded-md border bg-log">
			<ScrollRegion label={label} className="max-h-[70vh] overflow-auto font-mono text-xs leading-5">
				<table className="w-full border-collapse">
					{view === "unified" ? null : (
						<thead>
							<tr className="border-b bg-muted text-left text-muted-foreground">
								<th scope="colgroup" colSpan={2} className="px-2 font-medium">
									{t("diffBefore")}
								</th>
								<th scope="colgroup" colSpan={2} className="px-2 font-medium">
									{t("diffAfter")}
								</th>
							</tr>
						</thead>
					)}
					<tbody>
						{view === "unified"
							? shown.map((row) => (
									<tr key={row.key} className={LOOK[row.kind]}>
										<LineNumber number={row.before} />
										<LineNumber number={row.after} />
										<Line row={row} tokens={tokens(row)} gap={t("diffGap", { count: row.hidden })} />
									</tr>
								))
							: pairRows(shown).map(([left, right]) => (
									<tr key={`${left?.key ?? ""} ${right?.key ?? ""}`}>
										<LineNumber number={left?.before ?? null} look={left ? LOOK[left.kind] : undefined} />
										<Line
											row={left}
											tokens={tokens(left)}
											gap={t("diffGap", { count: left?.hidden ?? 0 })}
											look={left ? LOOK[left.kind] : "bg-muted/50"}
											half
										/>
										<LineNumber number={right?.after ?? null} look={right ? LOOK[right.kind] : undefined} />
										<Line row={right} tokens={tokens(right)} gap="" look={right ? LOOK[right.kind] : "bg-muted/50"} half />
									</tr>
								))}
					</tbody>
				</table>
			</ScrollRegion>
			{shown.length < rows.length ? (
				<div className="border-t p-2">
					<Button size="sm" onClick={() => setWhole(true)}>
						{t("diffRest", { count: rows.length - shown.length })}
					</Button>
				</div>
			) : null}
		</div>
	);
}

function LineNumber({ number, look }: { number: number | null; look?: string }) {
	return <td className={cn("w-10 min-w-10 select-none border-r px-1.5 text-right align-top text-muted-foreground", look)}>{number}</td>;
}

interface LineProps {
	row: DiffRow | null;
	tokens: readonly CodeToken[] | undefined;
	gap: string;
	look?: string;
	half?: boolean;
}

function Line({ row, tokens, gap, look, half }: LineProps) {
	const t = useTranslations("ui");
	const kind = row?.kind;
	return (
		<td className={cn("whitespace-pre-wrap break-all px-2 align-top", half && "w-1/2 border-r last:border-r-0", look)}>
			{row === null ? null : row.kind === "gap" ? (
				gap
			) : (
				<>
					<span className="mr-2 select-none" aria-hidden="true">
						{SIGN[row.kind]}
					</span>
					{kind === "added" || kind === "removed" ? <span className="sr-only">{t(SPOKEN[kind])}</span> : null}
					<CodeLine text={row.text} tokens={tokens} />
				</>
			)}
		</td>
	);
}
