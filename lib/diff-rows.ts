import { diffLines } from "diff";

/** One line of a diff as it is shown. `gap` stands for `hidden` unchanged lines. */
export interface DiffRow {
	key: string;
	kind: "same" | "added" | "removed" | "gap";
	text: string;
	/** Line numbers from 1, null on the side that does not have the line. */
	before: number | null;
	after: number | null;
	hidden: number;
}

/** Beyond this a diff is not computed in the browser; time is bounded besides. */
const MOST_BYTES = 2_000_000;
const TIMEOUT_MS = 1_000;

/**
 * The lines of a diff with `context` unchanged ones around each change. Empty where nothing changes; null where the texts are too
 * large or too different to compare within a second.
 */
export function diffRows(before: string, after: string, context: number): DiffRow[] | null {
	if (before === after) return [];
	if (before.length + after.length > MOST_BYTES) return null;
	const changes = diffLines(before, after, { timeout: TIMEOUT_MS });
	if (changes === undefined) return null;
	const all: DiffRow[] = [];
	let oldLine = 1;
	let newLine = 1;
	for (const change of changes) {
		const lines = change.value.split("\n");
		if (lines.at(-1) === "") lines.pop();
		for (const text of lines) {
			const kind = change.added ? "added" : change.removed ? "removed" : "same";
			const row = { kind, text, before: change.added ? null : oldLine, after: change.removed ? null : newLine, hidden: 0 } as const;
			all.push({ ...row, key: `${row.before ?? ""}:${row.after ?? ""}` });
			if (!change.added) oldLine++;
			if (!change.removed) newLine++;
		}
	}
	return foldSame(all, context);
}

function foldSame(rows: readonly DiffRow[], context: number): DiffRow[] {
	const keep = new Uint8Array(rows.length);
	rows.forEach((row, index) => {
		if (row.kind === "same") return;
		keep.fill(1, Math.max(0, index - context), Math.min(rows.length, index + context + 1));
	});
	const folded: DiffRow[] = [];
	let hidden = 0;
	const flush = () => {
		if (hidden > 0) folded.push({ key: `gap${folded.length}`, kind: "gap", text: "", before: null, after: null, hidden });
		hidden = 0;
	};
	rows.forEach((row, index) => {
		if (keep[index] === 0) {
			hidden++;
			return;
		}
		flush();
		folded.push(row);
	});
	flush();
	return folded;
}

/** For two columns: removed lines stand beside the added ones that follow them. */
export function pairRows(rows: readonly DiffRow[]): [DiffRow | null, DiffRow | null][] {
	const pairs: [DiffRow | null, DiffRow | null][] = [];
	let index = 0;
	while (index < rows.length) {
		const row = rows[index];
		if (!row) break;
		if (row.kind === "same" || row.kind === "gap") {
			pairs.push([row, row.kind === "gap" ? { ...row, key: `${row.key}r` } : row]);
			index++;
			continue;
		}
		const removed: DiffRow[] = [];
		const added: DiffRow[] = [];
		for (; rows[index]?.kind === "removed"; index++) removed.push(rows[index] as DiffRow);
		for (; rows[index]?.kind === "added"; index++) added.push(rows[index] as DiffRow);
		for (let line = 0; line < Math.max(removed.length, added.length); line++) pairs.push([removed[line] ?? null, added[line] ?? null]);
	}
	return pairs;
}
