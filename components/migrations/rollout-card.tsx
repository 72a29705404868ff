"use client";

import { useTranslations } from "next-intl";
import { Card } from "@/components/ui/card.tsx";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { RadioGroup } from "@/components/ui/radio.tsx";
import type { Direction, Policy } from "@/lib/contracts/plan.ts";
import type { RolloutPolicy } from "@/lib/contracts/rollout.ts";
import { formatDuration } from "@/lib/format.ts";
import { paceOf, withPace } from "@/lib/pace.ts";
import { CountField } from "./count-field.tsx";
import { NumberField } from "./number-field.tsx";
import { OrderField } from "./order-field.tsx";
import { PaceFields } from "./pace-fields.tsx";

export interface ChosenNode {
	id: string;
	name: string;
	controlPlane: boolean;
	/** Null where no API knows it. */
	api: { labels: Readonly<Record<string, string>> } | null;
}

interface RolloutCardProps {
	policy: Policy;
	direction: Direction;
	/** In the order in which they are shown. */
	chosen: readonly ChosenNode[];
	/** The canaries are named ones, also while none is. */
	canariesNamed: boolean;
	onChange: (policy: Policy, canariesNamed?: boolean) => void;
}

/** In which order nodes go, how many at once, and where it waits. */
export function RolloutCard({ policy, direction, chosen, canariesNamed, onChange }: RolloutCardProps) {
	const t = useTranslations("migration");
	const { rollout } = policy;
	const set = (part: Partial<RolloutPolicy>) => onChange({ ...policy, rollout: { ...rollout, ...part } });
	const workers = chosen.filter((node) => !node.controlPlane);
	return (
		<Card title={t("pace")} description={t(direction === "migrate" ? "paceText" : "paceTextBack")}>
			<div className="flex flex-col gap-3">
				<OrderField direction={direction} value={rollout} workers={workers} onChange={set} />
				<CanaryFields
					workers={workers}
					canary={rollout.canary}
					named={canariesNamed}
					onChange={(canary, named) => onChange({ ...policy, rollout: { ...rollout, canary } }, named)}
				/>
				<PaceFields
					pace={paceOf(policy)}
					nodes={chosen.length}
					withSoak={rollout.canary !== null}
					onChange={(pace) => onChange(withPace(policy, pace))}
				/>
				{direction === "migrate" ? (
					<RadioGroup
						legend={t("onFailures")}
						value={rollout.onFailures}
						onValueChange={(onFailures) => set({ onFailures })}
						options={(["hold", "roll-back"] as const).map((value) => ({ value, label: t(`onFailuresChoice.${value}`) }))}
					/>
				) : null}
				<Checkbox
					checked={rollout.podGate.enabled}
					onCheckedChange={(enabled) => set({ podGate: { ...rollout.podGate, enabled } })}
					label={t("podGate")}
					hint={t("podGateHint")}
				/>
				{rollout.podGate.enabled ? (
					<NumberField
						label={t("podGateGrace")}
						hint={t("podGateGraceHint")}
						value={rollout.podGate.graceS}
						min={0}
						max={86_400}
						error={t("wholeNumber", { min: 0, max: 86_400 })}
						onChange={(graceS) => set({ podGate: { ...rollout.podGate, graceS } })}
					/>
				) : null}
				<NodeFailureFields rollout={rollout} onChange={set} />
				{chosen.some((node) => node.controlPlane) ? (
					<Checkbox
						checked={rollout.askBeforeControlPlane}
						onCheckedChange={(askBeforeControlPlane) => set({ askBeforeControlPlane })}
						label={t("askBeforeControlPlane")}
						hint={t("askBeforeControlPlaneHint")}
					/>
				) : null}
				<Checkbox
					checked={policy.prepareOnly}
					onCheckedChange={(prepareOnly) => onChange({ ...policy, prepareOnly })}
					label={t("prepareOnly")}
					hint={t("prepareOnlyHint")}
				/>
			</div>
		</Card>
	);
}

interface NodeFailureFieldsProps {
	rollout: RolloutPolicy;
	onChange: (part: Pick<RolloutPolicy, "onNodeFailure"> | Pick<RolloutPolicy, "holdS">) => void;
}

function NodeFailureFields({ rollout: { onNodeFailure, holdS }, onChange }: NodeFailureFieldsProps) {
	const t = useTranslations("migration");
	return (
		<>
			<RadioGroup
				legend={t("onNodeFailure")}
				value={onNodeFailure}
				onValueChange={(choice) => onChange({ onNodeFailure: choice })}
				options={(["go-back", "hold"] as const).map((value) => ({
					value,
					label: t(`onNodeFailureChoice.${value}`),
					...(value === "hold" ? { hint: t("onNodeFailureHint") } : {}),
				}))}
			/>
			{onNodeFailure === "hold" ? (
				<div className="border-l-2 pl-4">
					<NumberField
						label={t("hold")}
						hint={t("holdHint", { time: formatDuration(holdS * 1_000) })}
						value={holdS}
						min={60}
						max={86_400}
						error={t("wholeNumber", { min: 60, max: 86_400 })}
						onChange={(seconds) => onChange({ holdS: seconds })}
					/>
				</div>
			) : null}
		</>
	);
}

interface CanaryFieldsProps {
	workers: readonly ChosenNode[];
	canary: RolloutPolicy["canary"];
	named: boolean;
	onChange: (canary: RolloutPolicy["canary"], named: boolean) => void;
}

const FIRST = { nodes: 1, nodeIds: [], soakS: 600, ask: false } satisfies RolloutPolicy["canary"];

function CanaryFields({ workers, canary, named, onChange }: CanaryFieldsProps) {
	const t = useTranslations("migration");
	const mode = canary === null ? "none" : named ? "named" : "first";
	const first = workers[0];
	const choose = (next: "none" | "first" | "named") => {
		if (next === "none") return onChange(null, false);
		const base = canary ?? FIRST;
		onChange({ ...base, nodeIds: next === "named" && first ? [first.id] : [] }, next === "named");
	};
	return (
		<>
			<RadioGroup
				legend={t("canary")}
				value={mode}
				onValueChange={choose}
				options={(["none", "first", "named"] as const).map((value) => ({
					value,
					label: t(`canaryChoice.${value}`),
					disabled: value === "named" && first === undefined,
				}))}
			/>
			{canary === null ? null : (
				<div className="flex flex-col gap-3 border-l-2 pl-4">
					{mode === "first" ? (
						<CountField
							label={t("canaryNodes")}
							value={canary.nodes}
							error={t("countOrPercent")}
							onChange={(nodes) => onChange({ ...canary, nodes }, false)}
						/>
					) : (
						<ul aria-label={t("canaryNames")} className="max-h-48 overflow-y-auto rounded-md border">
							{workers.map((node) => (
								<li key={node.id} className="px-3 py-1">
									<Checkbox
										checked={canary.nodeIds.includes(node.id)}
										onCheckedChange={(on) =>
											onChange(
												{ ...canary, nodeIds: on ? [...canary.nodeIds, node.id] : canary.nodeIds.filter((id) => id !== node.id) },
												true,
											)
										}
										label={node.name}
									/>
								</li>
							))}
						</ul>
					)}
					{mode === "named" && !workers.some((node) => canary.nodeIds.includes(node.id)) ? (
						<p role="alert" className="text-danger text-xs">
							{t("canaryNone")}
						</p>
					) : null}
					<Checkbox
						checked={canary.ask}
						onCheckedChange={(ask) => onChange({ ...canary, ask }, named)}
						label={t("canaryAsk")}
						hint={t("canaryAskHint")}
					/>
				</div>
			)}
		</>
	);
}
