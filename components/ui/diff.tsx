"use client";

import { useTranslations } from "next-intl";
import { useMemo, useState } from "react";
import { cn } from "@/lib/class-names.ts";
import { type DiffRow, diffRows, pairRows } from "@/lib/diff-rows.ts";
import { Button } from "./button.tsx";
import { ScrollRegion } from "./scroll-region.tsx";

interface DiffProps {
	/** Null = the file is not there. */
	before: string | null;
	after: string | null;
	/** Read out as the name of the region: the file's path. */
	label: string;
	view?: "unified" | "side-by-side";
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

/** What changes in a file, line by line. Signs as well as colours tell added from removed; a large one is cut with a button for the rest. */
export function Diff({ before, after, label, view = "unified", context = 3 }: DiffProps) {
	const t = useTranslations("ui");
	const [whole, setWhole] = useState(false);
	const rows = useMemo(() => diffRows(before ?? "", after ?? "", context), [before, after, context]);
	if (rows === null) return <p className="text-muted-foreground text-sm">{t("diffTooLarge")}</p>;
	if (rows.length === 0) return <p className="text-muted-foreground text-sm">{t("diffNone")}</p>;
	const shown = whole ? rows : rows.slice(0, MOST_ROWS);
	return (
		<div className="rounded-md border bg-log">
			<ScrollRegion label={label} className="max-h-[70vh] overflow-auto font-mono text-xs leading-5">
				<table className="w-full border-collapse">
					<tbody>
						{view === "unified"
							? shown.map((row) => (
									<tr key={row.key} className={LOOK[row.kind]}>
										<LineNumber number={row.before} />
										<LineNumber number={row.after} />
										<Line row={row} gap={t("diffGap", { count: row.hidden })} />
									</tr>
								))
							: pairRows(shown).map(([left, right]) => (
									<tr key={`${left?.key ?? ""} ${right?.key ?? ""}`}>
										<LineNumber number={left?.before ?? null} look={left ? LOOK[left.kind] : undefined} />
										<Line row={left} gap={t("diffGap", { count: left?.hidden ?? 0 })} look={left ? LOOK[left.kind] : "bg-muted/50"} half />
										<LineNumber number={right?.after ?? null} look={right ? LOOK[right.kind] : undefined} />
										<Line row={right} gap="" look={right ? LOOK[right.kind] : "bg-muted/50"} half />
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

function Line({ row, gap, look, half }: { row: DiffRow | null; gap: string; look?: string; half?: boolean }) {
	return (
		<td className={cn("whitespace-pre-wrap break-all px-2 align-top", half && "w-1/2 border-r last:border-r-0", look)}>
			{row === null ? null : row.kind === "gap" ? (
				gap
			) : (
				<>
					<span className="mr-2 select-none">{SIGN[row.kind]}</span>
					{row.text}
				</>
			)}
		</td>
	);
}
