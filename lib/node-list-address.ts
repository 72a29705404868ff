import { NO_FILTER, NODE_COLUMNS, type NodeColumn, type NodeFilter, ROLE_GROUPS, RUNTIME_GROUPS } from "./node-filter.ts";
import { READINESS } from "./readiness.ts";

export interface NodeOrder {
	column: NodeColumn;
	descending: boolean;
}

/** What the list of nodes shows: all of it stands in the address, so that a link shows the same. */
export interface NodeListState {
	filter: NodeFilter;
	order: NodeOrder;
	/** Those that are shown, in their own order; the name always is. */
	columns: readonly NodeColumn[];
}

export const FIRST_STATE: NodeListState = { filter: NO_FILTER, order: { column: "name", descending: false }, columns: NODE_COLUMNS };

/** The address's parameters that are the list's. Others, such as the cluster, are left alone. */
const NAMES = ["q", "runtime", "role", "readiness", "version", "label", "finding", "sort", "order", "columns"] as const;

/** In their own order, each once, and the name always. */
export function columnsInOrder(chosen: Iterable<string>): NodeColumn[] {
	const wanted = new Set(chosen);
	return NODE_COLUMNS.filter((column) => column === "name" || wanted.has(column));
}

/** Reads an address; what it does not know is as if it were not there. */
export function readNodeList(parameters: URLSearchParams): NodeListState {
	const text = (name: (typeof NAMES)[number]) => parameters.get(name) ?? "";
	const among = <T extends string>(all: readonly T[], name: (typeof NAMES)[number]) => all.find((one) => one === text(name)) ?? null;
	const columns = parameters.get("columns");
	return {
		filter: {
			text: text("q"),
			runtime: among(RUNTIME_GROUPS, "runtime"),
			role: among(ROLE_GROUPS, "role"),
			readiness: among(READINESS, "readiness"),
			version: text("version") || null,
			label: text("label"),
			finding: text("finding") || null,
		},
		order: { column: among(NODE_COLUMNS, "sort") ?? "name", descending: text("order") === "desc" },
		columns: columns === null ? NODE_COLUMNS : columnsInOrder(columns.split(",")),
	};
}

/** The address for a state: `base` without what was the list's, and whatever differs from the first state. */
export function writeNodeList({ filter, order, columns }: NodeListState, base: URLSearchParams): URLSearchParams {
	const written = new URLSearchParams(base);
	const all: Record<(typeof NAMES)[number], string | null> = {
		q: filter.text,
		runtime: filter.runtime,
		role: filter.role,
		readiness: filter.readiness,
		version: filter.version,
		label: filter.label,
		finding: filter.finding,
		sort: order.column === FIRST_STATE.order.column ? null : order.column,
		order: order.descending ? "desc" : null,
		columns: columns.length === NODE_COLUMNS.length ? null : columns.join(","),
	};
	for (const name of NAMES) {
		const value = all[name];
		if (value === null || value === "") written.delete(name);
		else written.set(name, value);
	}
	return written;
}

/** True where an address says nothing of the list: whoever follows it is shown what they last chose for themselves. */
export function isBare(parameters: URLSearchParams): boolean {
	return NAMES.every((name) => !parameters.has(name));
}
