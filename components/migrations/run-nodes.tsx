"use client";

import { useTranslations } from "next-intl";
import { useCallback, useMemo } from "react";
import { ScrollWhenNeeded } from "@/components/ui/scroll-when-needed.tsx";
import { useNarrow } from "@/components/ui/width.ts";
import type { MigrationDetail } from "@/lib/contracts/migration.ts";
import type { RunView } from "@/lib/contracts/run.ts";
import type { GridMode } from "@/lib/run-grid.ts";
import { runsByWave } from "@/lib/wave-line.ts";
import { type GridChoice, RunGrid } from "./run-grid.tsx";
import { RunListNarrow } from "./run-list-narrow.tsx";
import { RunTiles } from "./run-tiles.tsx";
import { RunVirtualTable } from "./run-virtual-table.tsx";

interface RunNodesProps {
	detail: MigrationDetail;
	/** The newest attempt of each node that is shown, in the order to draw. */
	runs: readonly RunView[];
	/** By how many nodes there are. */
	mode: GridMode;
	/** How many attempts came before, by node id. */
	earlier: ReadonlyMap<string, number>;
	chosenNode: string | null;
	chosenStep: string | null;
	/** Beside the chosen node's panel. */
	beside: boolean;
	onChoose: (choice: GridChoice) => void;
}

/** The nodes of a migration as there is room for them: steps, phases or tiles; below each other on a phone. */
export function RunNodes({ detail, runs, mode, earlier, chosenNode, chosenStep, beside, onChoose }: RunNodesProps) {
	const t = useTranslations("migration");
	const narrow = useNarrow();
	const waves = useMemo(() => (mode === "tiles" ? runsByWave(detail, runs) : []), [mode, detail, runs]);
	const chooseNode = useCallback((node: string) => onChoose({ node, step: null, line: null }), [onChoose]);
	return (
		<>
			{mode === "tiles" ? (
				<ScrollWhenNeeded label={t("tiles")} className={beside ? "max-h-40 shrink-0 overflow-y-auto" : undefined}>
					<RunTiles waves={waves} chosenNode={chosenNode} onChoose={chooseNode} />
				</ScrollWhenNeeded>
			) : null}
			{narrow ? (
				<RunListNarrow runs={runs} chosenNode={chosenNode} onChoose={chooseNode} />
			) : mode === "tiles" ? (
				<RunVirtualTable runs={runs} chosenNode={chosenNode} beside={beside} onChoose={chooseNode} />
			) : (
				<RunGrid
					runs={runs}
					// Beside a panel every step would be too many columns to see at a glance.
					mode={beside ? "phases" : mode}
					earlier={earlier}
					chosenNode={chosenNode}
					chosenStep={chosenStep}
					beside={beside}
					onChoose={onChoose}
				/>
			)}
		</>
	);
}
