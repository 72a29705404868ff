"use client";

import { ArrowDown, ArrowUp } from "lucide-react";
import { memo } from "react";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { cn } from "@/lib/class-names.ts";
import type { NodeColumn } from "@/lib/node-filter.ts";
import type { NodeOrder } from "@/lib/node-list-address.ts";
import { columnName, columnWidth, type Translate } from "./columns.tsx";

export const SELECT_PX = 40;

interface NodeHeadProps {
	columns: readonly NodeColumn[];
	order: NodeOrder;
	onOrder: (order: NodeOrder) => void;
	t: Translate;
}

/** The headings, each a button that orders by it. The box that chooses all is beside them, as it changes with what is shown. */
export const NodeHeadings = memo(({ columns, order, onOrder, t }: NodeHeadProps) =>
	columns.map((column) => {
		const sorted = column === order.column ? (order.descending ? "desc" : "asc") : null;
		return (
			<th
				key={column}
				scope="col"
				style={{ width: columnWidth(column) }}
				aria-sort={sorted === "asc" ? "ascending" : sorted === "desc" ? "descending" : undefined}
				className={cn("sticky top-0 z-10 border-b bg-card p-0 text-left", column === "name" && "left-10 z-20")}
			>
				<button
					type="button"
					className="flex min-h-8 w-full items-center gap-1 px-1.5 text-left font-medium text-muted-foreground text-xs leading-4 hover:text-foreground"
					onClick={() => onOrder({ column, descending: sorted === "asc" })}
				>
					<span className="min-w-0 [overflow-wrap:anywhere]">{columnName(column, t)}</span>
					{sorted === "asc" ? <ArrowUp className="size-3 shrink-0" aria-hidden="true" /> : null}
					{sorted === "desc" ? <ArrowDown className="size-3 shrink-0" aria-hidden="true" /> : null}
				</button>
			</th>
		);
	}),
);

interface SelectAllProps {
	count: number;
	/** Whether they are chosen. */
	chosen: "all" | "some" | "none";
	onToggleAll: () => void;
	t: Translate;
}

export function SelectAll({ count, chosen, onToggleAll, t }: SelectAllProps) {
	return (
		<th scope="col" style={{ width: SELECT_PX }} className="sticky top-0 left-0 z-20 border-b bg-card px-3 text-left">
			<Checkbox
				aria-label={t("selectAll", { count })}
				checked={chosen === "all"}
				indeterminate={chosen === "some"}
				disabled={count === 0}
				onCheckedChange={onToggleAll}
			/>
		</th>
	);
}
