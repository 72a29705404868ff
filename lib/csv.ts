type Cell = string | number | null | undefined;

/**
 * One record as RFC 4180 has it, with its line end. Text that a spreadsheet would take for a formula has an apostrophe before it: names
 * and reasons come from people and from nodes.
 */
export function csvRow(cells: readonly Cell[]): string {
	return `${cells.map(written).join(",")}\r\n`;
}

function written(cell: Cell): string {
	if (cell === null || cell === undefined) return "";
	if (typeof cell === "number") return String(cell);
	const text = /^\s*[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
