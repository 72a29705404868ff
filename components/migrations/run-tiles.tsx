"use client";

import { useTranslations } from "next-intl";
import { memo } from "react";
import { useRunStatusText } from "@/components/runs/run-status-label.tsx";
import { useServerNow } from "@/components/runs/server-clock.ts";
import { TONES } from "@/components/ui/badge.tsx";
import { STATUS_KINDS } from "@/components/ui/status-glyph.tsx";
import { cn } from "@/lib/class-names.ts";
import type { RunView } from "@/lib/contracts/run.ts";
import { isFinalRun, runStatus } from "@/lib/run-status.ts";
import type { RunsOfWave } from "@/lib/wave-line.ts";

interface RunTilesProps {
	waves: readonly RunsOfWave[];
	chosenNode: string | null;
	onChoose: (node: string) => void;
}

/** A whole fleet at one look, wave by wave: one glyph for each node. Names are on hover, and in the table below. */
export function RunTiles({ waves, chosenNode, onChoose }: RunTilesProps) {
	const t = useTranslations("migration");
	const now = useServerNow();
	return (
		<section aria-label={t("tiles")} className="flex flex-wrap gap-x-5 gap-y-2 rounded-lg border bg-card p-2.5">
			{waves.map(({ wave, runs }) => {
				const name = wave === null ? t("waveNone") : t(`waveKind.${wave.kind}`, { number: wave.number });
				const ended = runs.filter(isFinalRun).length;
				return (
					<section key={name} aria-label={name} className="flex min-w-0 flex-col gap-1">
						<p className="text-muted-foreground text-xs">
							{name} {wave === null ? runs.length : `${ended}/${runs.length}`}
						</p>
						<div className="flex flex-wrap gap-0.5">
							{runs.map((run) => (
								<Tile
									key={run.nodeId}
									run={run}
									nowMs={isFinalRun(run) || run.state === "queued" ? 0 : now}
									chosen={run.nodeName === chosenNode}
									onChoose={onChoose}
								/>
							))}
						</div>
					</section>
				);
			})}
		</section>
	);
}

interface TileProps {
	run: RunView;
	nowMs: number;
	chosen: boolean;
	onChoose: (node: string) => void;
}

const Tile = memo(function Tile({ run, nowMs, chosen, onChoose }: TileProps) {
	const text = useRunStatusText();
	const { kind, tone } = runStatus(run, nowMs);
	const Icon = STATUS_KINDS[kind].icon;
	const words = `${run.nodeName}: ${text(run, nowMs)}`;
	return (
		<button
			type="button"
			// The table below is the way by keyboard: two thousand stops of the Tab key would be none.
			tabIndex={-1}
			aria-label={words}
			title={words}
			onClick={() => onChoose(run.nodeName)}
			className={cn("flex size-5 items-center justify-center rounded-sm", TONES[tone], chosen && "ring-2 ring-ring")}
		>
			<Icon className="size-3" aria-hidden="true" />
		</button>
	);
});
