"use client";

import { useTranslations } from "next-intl";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import type { Pace } from "@/lib/contracts/rollout.ts";
import { formatDuration } from "@/lib/format.ts";
import { CountField } from "./count-field.tsx";
import { NumberField } from "./number-field.tsx";
import { WindowField } from "./window-field.tsx";

interface PaceFieldsProps {
	pace: Pace;
	/** How many nodes are chosen: a share is one of these. */
	nodes: number;
	/** The soak is asked for beside the canaries, where these are chosen. */
	withSoak: boolean;
	onChange: (pace: Pace) => void;
}

const LONGEST_S = 604_800;

/** What of a policy may be changed while its migration is under way. */
export function PaceFields({ pace, nodes, withSoak, onChange }: PaceFieldsProps) {
	const t = useTranslations("migration");
	const set = (part: Partial<Pace>) => onChange({ ...pace, ...part });
	const outOf = (min: number, max: number) => t("wholeNumber", { min, max });
	return (
		<div className="grid items-start gap-x-8 gap-y-3 md:grid-cols-2">
			<CountField
				label={t("maxUnavailable")}
				hint={t("maxUnavailableHint", { nodes })}
				value={pace.maxUnavailable}
				error={t("countOrPercent")}
				onChange={(maxUnavailable) => set({ maxUnavailable })}
			/>
			{withSoak ? (
				<NumberField
					label={t("soak")}
					hint={t("soakHint", { time: formatDuration(pace.soakS * 1_000) })}
					value={pace.soakS}
					min={0}
					max={LONGEST_S}
					error={outOf(0, LONGEST_S)}
					onChange={(soakS) => set({ soakS })}
				/>
			) : null}
			<div className="flex flex-col gap-3">
				<Checkbox
					checked={pace.batchSize !== null}
					onCheckedChange={(on) => set({ batchSize: on ? "10%" : null })}
					label={t("batches")}
					hint={t("batchesHint")}
				/>
				{pace.batchSize === null ? null : (
					<div className="border-l-2 pl-4">
						<CountField
							label={t("batchSize")}
							hint={t("batchSizeHint")}
							value={pace.batchSize}
							error={t("countOrPercent")}
							onChange={(batchSize) => set({ batchSize })}
						/>
					</div>
				)}
			</div>
			<NumberField
				label={t("pauseBetween")}
				hint={pace.pauseS === 0 ? undefined : t("pauseBetweenHint", { time: formatDuration(pace.pauseS * 1_000) })}
				value={pace.pauseS}
				min={0}
				max={LONGEST_S}
				error={outOf(0, LONGEST_S)}
				onChange={(pauseS) => set({ pauseS })}
			/>
			<NumberField
				label={t("maxFailures")}
				hint={t("maxFailuresHint")}
				value={pace.maxFailures}
				min={0}
				max={2_000}
				error={outOf(0, 2_000)}
				onChange={(maxFailures) => set({ maxFailures })}
			/>
			<NumberField
				label={t("prepareConcurrency")}
				hint={t("prepareConcurrencyHint")}
				value={pace.prepareConcurrency}
				min={1}
				max={32}
				error={outOf(1, 32)}
				onChange={(prepareConcurrency) => set({ prepareConcurrency })}
			/>
			<WindowField value={pace.window} onChange={(window) => set({ window })} />
		</div>
	);
}
