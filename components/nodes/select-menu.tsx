"use client";

import { ListChecks } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "@/components/ui/button.tsx";
import { Menu, MenuItem } from "@/components/ui/menu.tsx";

interface SelectMenuProps {
	matching: number;
	chosen: number;
	onInView: () => void;
	onMatching: () => void;
	onNone: () => void;
}

/** Many rows at once: those on the screen, or all that match. A range is chosen in the table, with shift. */
export function SelectMenu({ matching, chosen, onInView, onMatching, onNone }: SelectMenuProps) {
	const t = useTranslations("nodes");
	return (
		<Menu
			trigger={
				<Button size="sm">
					<ListChecks aria-hidden="true" />
					{t("selectMenu")}
				</Button>
			}
		>
			<MenuItem disabled={matching === 0} onSelect={onInView}>
				{t("selectInView")}
			</MenuItem>
			<MenuItem disabled={matching === 0} onSelect={onMatching}>
				{t("selectAllMatching", { count: matching })}
			</MenuItem>
			<MenuItem disabled={chosen === 0} onSelect={onNone}>
				{t("selectNone")}
			</MenuItem>
		</Menu>
	);
}
