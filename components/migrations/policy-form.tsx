"use client";

import { useTranslations } from "next-intl";
import { Card } from "@/components/ui/card.tsx";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { RadioGroup } from "@/components/ui/radio.tsx";
import { approvalsOf, withoutUnaskedApprover } from "@/lib/approval.ts";
import type { Direction, Policy } from "@/lib/contracts/plan.ts";
import { MirrorsField } from "./mirrors-field.tsx";
import { NumberField } from "./number-field.tsx";
import { type ChosenNode, RolloutCard } from "./rollout-card.tsx";

interface PolicyFormProps {
	policy: Policy;
	direction: Direction;
	/** The chosen nodes, as they are shown. */
	chosen: readonly ChosenNode[];
	/** Without a cluster API there is nothing to drain or to verify with. */
	hasApi: boolean;
	/** The canaries are named ones, also while none is. */
	canariesNamed: boolean;
	/** `canariesNamed` where it is said anew. */
	onChange: (policy: Policy, canariesNamed?: boolean) => void;
}

/** What a person may choose; everything else follows from the node's facts. */
export function PolicyForm({ policy, direction, chosen, hasApi, canariesNamed, onChange }: PolicyFormProps) {
	const t = useTranslations("migration");
	const change: PolicyFormProps["onChange"] = (next, named) => onChange(withoutUnaskedApprover(next), named);
	const set = (part: Partial<Policy>) => change({ ...policy, ...part });
	const setDrain = (part: Partial<Policy["drain"]>) => set({ drain: { ...policy.drain, ...part } });
	const { drain } = policy;
	const outOf = (min: number, max: number) => t("wholeNumber", { min, max });
	return (
		<>
			<RolloutCard policy={policy} direction={direction} chosen={chosen} canariesNamed={canariesNamed} onChange={change} />
			<Card title={t("approval")}>
				<div className="flex flex-col gap-3">
					<Checkbox
						checked={policy.approval.needed}
						onCheckedChange={(needed) => set({ approval: { ...policy.approval, needed } })}
						label={t("approvalNeeded")}
						hint={t("approvalNeededHint")}
					/>
					{approvalsOf(policy).length > 0 ? (
						<Checkbox
							checked={policy.approval.byAnother}
							onCheckedChange={(byAnother) => set({ approval: { ...policy.approval, byAnother } })}
							label={t("approvalByAnother")}
						/>
					) : null}
					<Checkbox
						checked={policy.ticketNeeded}
						onCheckedChange={(ticketNeeded) => set({ ticketNeeded })}
						label={t("ticketNeeded")}
						hint={t("ticketNeededHint")}
					/>
				</div>
			</Card>
			<Card title={t("drain")} description={hasApi ? t("drainText") : t("drainImpossible")}>
				{hasApi ? (
					<div className="flex flex-col gap-3">
						<Checkbox
							checked={drain.enabled}
							onCheckedChange={(enabled) => setDrain({ enabled })}
							label={t("drainEnabled")}
							hint={t("drainEnabledHint")}
						/>
						{drain.enabled ? (
							<div className="flex flex-col gap-3 border-l-2 pl-4">
								<NumberField
									label={t("drainTimeout")}
									hint={t("drainTimeoutHint")}
									value={drain.timeoutS}
									min={10}
									max={86_400}
									error={outOf(10, 86_400)}
									onChange={(timeoutS) => setDrain({ timeoutS })}
								/>
								<Checkbox
									checked={drain.gracePeriodS === null}
									onCheckedChange={(own) => setDrain({ gracePeriodS: own ? null : 30 })}
									label={t("graceOwn")}
								/>
								{drain.gracePeriodS === null ? null : (
									<NumberField
										label={t("grace")}
										value={drain.gracePeriodS}
										min={0}
										max={86_400}
										error={outOf(0, 86_400)}
										onChange={(gracePeriodS) => setDrain({ gracePeriodS })}
									/>
								)}
								<Checkbox
									checked={drain.deleteEmptyDir}
									onCheckedChange={(deleteEmptyDir) => setDrain({ deleteEmptyDir })}
									label={t("emptyDir")}
									hint={t("emptyDirHint")}
								/>
								<Checkbox checked={drain.force} onCheckedChange={(force) => setDrain({ force })} label={t("force")} hint={t("forceHint")} />
							</div>
						) : null}
						<NumberField
							label={t("verifyTimeout")}
							hint={t("verifyTimeoutHint")}
							value={policy.verifyTimeoutS}
							min={30}
							max={3_600}
							error={outOf(30, 3_600)}
							onChange={(verifyTimeoutS) => set({ verifyTimeoutS })}
						/>
						<NumberField
							label={t("apiOutage")}
							hint={t("apiOutageHint")}
							value={policy.apiOutageS}
							min={30}
							max={86_400}
							error={outOf(30, 86_400)}
							onChange={(apiOutageS) => set({ apiOutageS })}
						/>
						<RadioGroup
							legend={t("apiUnreachable")}
							value={policy.apiUnreachable ?? "role"}
							onValueChange={(choice) => set({ apiUnreachable: choice === "role" ? null : choice })}
							options={(["role", "commit-cordoned", "revert"] as const).map((value) => ({
								value,
								label: t(`apiUnreachableChoice.${value}`),
							}))}
						/>
					</div>
				) : null}
			</Card>
			{direction === "migrate" ? (
				<Card title={t("containerd")}>
					<div className="flex flex-col gap-3">
						<Field label={t("sandboxImage")} hint={t("sandboxImageHint")}>
							<Input
								className="max-w-md font-mono"
								placeholder={t("sandboxKept")}
								value={policy.sandboxImage ?? ""}
								onChange={(event) => set({ sandboxImage: event.target.value.trim() || null })}
							/>
						</Field>
						<RadioGroup
							legend={t("cgroupDriver")}
							value={policy.cgroupDriver}
							onValueChange={(cgroupDriver) => set({ cgroupDriver })}
							options={(["keep", "systemd", "cgroupfs"] as const).map((value) => ({ value, label: t(`cgroupDriverChoice.${value}`) }))}
						/>
						<Checkbox
							checked={policy.carryDockerSettings}
							onCheckedChange={(carryDockerSettings) => set({ carryDockerSettings })}
							label={t("carryDockerSettings")}
							hint={t("carryDockerSettingsHint")}
						/>
						<Checkbox
							checked={policy.keepDocker}
							onCheckedChange={(keepDocker) => set({ keepDocker })}
							label={t("keepDocker")}
							hint={t("keepDockerHint")}
						/>
						<Checkbox
							checked={policy.registryMirrors !== null}
							onCheckedChange={(own) => set({ registryMirrors: own ? [] : null })}
							label={t("ownMirrors")}
							hint={t("ownMirrorsHint")}
						/>
						{policy.registryMirrors === null ? null : (
							<div className="border-l-2 pl-4">
								<MirrorsField value={policy.registryMirrors} onChange={(registryMirrors) => set({ registryMirrors })} />
							</div>
						)}
						<Checkbox
							checked={policy.carryImages}
							onCheckedChange={(carryImages) => set({ carryImages })}
							label={t("carryImages")}
							hint={t("carryImagesHint")}
						/>
						<Checkbox
							checked={policy.installCrictl}
							onCheckedChange={(installCrictl) => set({ installCrictl })}
							label={t("installCrictl")}
							hint={t("installCrictlHint")}
						/>
						{policy.installCrictl ? (
							<Checkbox
								className="ml-6"
								checked={policy.crictlDebug}
								onCheckedChange={(crictlDebug) => set({ crictlDebug })}
								label={t("crictlDebug")}
							/>
						) : null}
						<Checkbox
							checked={policy.streamServer}
							onCheckedChange={(streamServer) => set({ streamServer })}
							label={t("streamServer")}
							hint={t("streamServerHint")}
						/>
					</div>
				</Card>
			) : null}
		</>
	);
}
