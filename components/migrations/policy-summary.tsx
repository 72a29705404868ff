"use client";

import { useTranslations } from "next-intl";
import { KeyValues } from "@/components/ui/key-value.tsx";
import { approvalsOf } from "@/lib/approval.ts";
import type { MigrationView } from "@/lib/contracts/run.ts";
import { formatDuration } from "@/lib/format.ts";
import { mirrorsToText } from "@/lib/registry-mirrors.ts";
import { orderName } from "./order-name.ts";

/** A migration, or what one would be made from. */
type Planned = Pick<MigrationView, "direction" | "policy" | "reason" | "ticket"> & { withoutApi?: boolean };

/** What the person who planned has chosen. */
export function PolicySummary({ migration }: { migration: Planned }) {
	const t = useTranslations("migration");
	const ui = useTranslations("ui");
	const { policy } = migration;
	const { drain, rollout } = policy;
	const approvals = approvalsOf(policy)
		.map((when) => t(`approvalWhen.${when === "canary" && !rollout.canary?.ask ? "without-canary" : when}`))
		.join(", ");
	// A batch that goes back has nowhere to be taken back to.
	const onFailures = migration.direction === "migrate" ? rollout.onFailures : "hold";
	const yes = (on: boolean) => ui(on ? "yes" : "no");
	return (
		<KeyValues
			items={[
				{ name: t("reason"), value: migration.reason || ui("none") },
				{ name: t("ticket"), value: migration.ticket || ui("none") },
				{ name: t("maxUnavailable"), value: policy.maxUnavailable },
				{
					name: t("canary"),
					value:
						rollout.canary === null
							? ui("none")
							: t("canarySummary", {
									nodes: rollout.canary.nodeIds.length > 0 ? rollout.canary.nodeIds.length : rollout.canary.nodes,
									soak: formatDuration(rollout.canary.soakS * 1_000),
									ask: yes(rollout.canary.ask),
								}),
				},
				{
					name: t("order"),
					value:
						rollout.order === "label"
							? t("orderSummaryLabel", { label: rollout.orderLabel ?? "" })
							: t(orderName(rollout.order, migration.direction)),
				},
				{
					name: t("batchSize"),
					value:
						rollout.pauseS === 0
							? (rollout.batchSize ?? ui("none"))
							: t("batchSummary", { size: rollout.batchSize ?? ui("none"), pause: formatDuration(rollout.pauseS * 1_000) }),
				},
				{ name: t("maxFailures"), value: `${rollout.maxFailures} · ${t(`onFailuresChoice.${onFailures}`)}` },
				{
					name: t("onNodeFailure"),
					value:
						rollout.onNodeFailure === "hold"
							? t("onNodeFailureSummary", { time: formatDuration(rollout.holdS * 1_000) })
							: t("onNodeFailureChoice.go-back"),
				},
				{
					name: t("approval"),
					value:
						approvals === "" ? ui("no") : t(policy.approval.byAnother ? "approvalSummaryOther" : "approvalSummary", { when: approvals }),
				},
				{
					name: t("podGate"),
					value: rollout.podGate.enabled ? t("podGateSummary", { grace: formatDuration(rollout.podGate.graceS * 1_000) }) : ui("no"),
				},
				{ name: t("askBeforeControlPlane"), value: yes(rollout.askBeforeControlPlane) },
				{
					name: t("window"),
					value: rollout.window ? `${rollout.window.from} – ${rollout.window.to} ${rollout.window.timeZone}` : t("windowNone"),
				},
				{ name: t("prepareOnly"), value: yes(policy.prepareOnly) },
				{
					name: t("drain"),
					value: drain.enabled
						? t("drainSummary", {
								timeout: formatDuration(drain.timeoutS * 1_000),
								grace: drain.gracePeriodS === null ? t("graceOwnShort") : formatDuration(drain.gracePeriodS * 1_000),
								emptyDir: yes(drain.deleteEmptyDir),
								force: yes(drain.force),
							})
						: t("drainOff"),
				},
				{ name: t("verifyLimit"), value: formatDuration(policy.verifyTimeoutS * 1_000) },
				{ name: t("apiOutageLimit"), value: formatDuration(policy.apiOutageS * 1_000) },
				{ name: t("apiUnreachable"), value: t(`apiUnreachableChoice.${policy.apiUnreachable ?? "role"}`) },
				...(migration.direction === "migrate"
					? [
							{ name: t("sandboxImage"), value: policy.sandboxImage ?? t("sandboxKept") },
							{ name: t("cgroupDriver"), value: t(`cgroupDriverChoice.${policy.cgroupDriver}`) },
							{ name: t("carryDockerSettings"), value: yes(policy.carryDockerSettings) },
							{ name: t("keepDocker"), value: yes(policy.keepDocker) },
							{
								name: t("mirrors"),
								value: policy.registryMirrors === null ? t("mirrorsOfDocker") : mirrorsToText(policy.registryMirrors) || ui("none"),
							},
							{ name: t("carryImages"), value: yes(policy.carryImages) },
							{ name: t("installCrictl"), value: yes(policy.installCrictl) },
							{ name: t("streamServer"), value: yes(policy.streamServer) },
						]
					: []),
				...(migration.withoutApi ? [{ name: t("withoutApi"), value: t("withoutApiShort") }] : []),
			]}
		/>
	);
}
