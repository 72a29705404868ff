"use client";

import { useTranslations } from "next-intl";
import { Card } from "@/components/ui/card.tsx";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { RadioGroup } from "@/components/ui/radio.tsx";
import type { Policy } from "@/lib/contracts/plan.ts";
import type { RolloutPolicy } from "@/lib/contracts/rollout.ts";
import { paceOf, withPace } from "@/lib/pace.ts";
import { CountField } from "./count-field.tsx";
import { NumberField } from "./number-field.tsx";
import { PaceFields } from "./pace-fields.tsx";

export interface ChosenNode {
	id: string;
	name: string;
	controlPlane: boolean;
}

interface RolloutCardProps {
	policy: Policy;
	/** In the order in which they are shown. */
	chosen: readonly ChosenNode[];
	onChange: (policy: Policy) => void;
}

/** In which order nodes go, how many at once, and where it waits. */
export function RolloutCard({ policy, chosen, onChange }: RolloutCardProps) {
	const t = useTranslations("migration");
	const { rollout } = policy;
	const set = (part: Partial<RolloutPolicy>) => onChange({ ...policy, rollout: { ...rollout, ...part } });
	const workers = chosen.filter((node) => !node.controlPlane);
	return (
		<Card title={t("pace")} description={t("paceText")}>
			<div className="flex flex-col gap-3">
				<RadioGroup
					legend={t("order")}
					value={rollout.order}
					onValueChange={(order) => set({ order })}
					options={(["chosen", "name", "zones"] as const).map((value) => ({ value, label: t(`orderChoice.${value}`) }))}
				/>
				<CanaryFields workers={workers} canary={rollout.canary} onChange={(canary) => set({ canary })} />
				<PaceFields
					pace={paceOf(policy)}
					nodes={chosen.length}
					withSoak={rollout.canary !== null}
					onChange={(pace) => onChange(withPace(policy, pace))}
				/>
				<RadioGroup
					legend={t("onFailures")}
					value={rollout.onFailures}
					onValueChange={(onFailures) => set({ onFailures })}
					options={(["hold", "roll-back"] as const).map((value) => ({ value, label: t(`onFailuresChoice.${value}`) }))}
				/>
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

interface CanaryFieldsProps {
	workers: readonly ChosenNode[];
	canary: RolloutPolicy["canary"];
	onChange: (canary: RolloutPolicy["canary"]) => void;
}

const FIRST = { nodes: 1, nodeIds: [], soakS: 600, ask: false } satisfies RolloutPolicy["canary"];

function CanaryFields({ workers, canary, onChange }: CanaryFieldsProps) {
	const t = useTranslations("migration");
	const mode = canary === null ? "none" : canary.nodeIds.length > 0 ? "named" : "first";
	const first = workers[0];
	const choose = (next: "none" | "first" | "named") => {
		if (next === "none") return onChange(null);
		const base = canary ?? FIRST;
		onChange({ ...base, nodeIds: next === "named" && first ? [first.id] : [] });
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
							onChange={(nodes) => onChange({ ...canary, nodes })}
						/>
					) : (
						<ul aria-label={t("canaryNames")} className="max-h-48 overflow-y-auto rounded-md border">
							{workers.map((node) => (
								<li key={node.id} className="px-3 py-1">
									<Checkbox
										checked={canary.nodeIds.includes(node.id)}
										onCheckedChange={(on) =>
											onChange({ ...canary, nodeIds: on ? [...canary.nodeIds, node.id] : canary.nodeIds.filter((id) => id !== node.id) })
										}
										label={node.name}
									/>
								</li>
							))}
						</ul>
					)}
					<Checkbox
						checked={canary.ask}
						onCheckedChange={(ask) => onChange({ ...canary, ask })}
						label={t("canaryAsk")}
						hint={t("canaryAskHint")}
					/>
				</div>
			)}
		</>
	);
}
