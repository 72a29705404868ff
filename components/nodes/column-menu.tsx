"use client";

import { Columns3 } from "lucide-react";
import { useTranslations } from "next-intl";
import { memo } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Menu, MenuCheckboxItem, MenuItem, MenuSeparator } from "@/components/ui/menu.tsx";
import { NODE_COLUMNS, type NodeColumn } from "@/lib/node-filter.ts";
import { columnsInOrder } from "@/lib/node-list-address.ts";
import { columnName } from "./columns.tsx";

interface ColumnMenuProps {
	columns: readonly NodeColumn[];
	onChange: (columns: readonly NodeColumn[]) => void;
	withCluster: boolean;
}

/** Which columns the table has. The name stays. */
export const ColumnMenu = memo(({ columns, onChange, withCluster }: ColumnMenuProps) => {
	const t = useTranslations("nodes");
	const offered = NODE_COLUMNS.filter((column) => column !== "name" && (withCluster || column !== "cluster"));
	return (
		<Menu
			trigger={
				<Button size="sm">
					<Columns3 aria-hidden="true" />
					{t("columns")}
				</Button>
			}
		>
			{offered.map((column) => (
				<MenuCheckboxItem
					key={column}
					checked={columns.includes(column)}
					onCheckedChange={(on) => onChange(columnsInOrder(on ? [...columns, column] : columns.filter((one) => one !== column)))}
				>
					{columnName(column, t)}
				</MenuCheckboxItem>
			))}
			<MenuSeparator />
			<MenuItem disabled={columns.length === NODE_COLUMNS.length} onSelect={() => onChange(NODE_COLUMNS)}>
				{t("columnsAll")}
			</MenuItem>
		</Menu>
	);
});
