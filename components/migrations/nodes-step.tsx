"use client";

import type { UseQueryResult } from "@tanstack/react-query";
import { ArrowRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import type { MigrationDraft } from "@/lib/contracts/draft.ts";
import type { NodeView } from "@/lib/contracts/node.ts";
import { staleNodes } from "@/lib/stale-nodes.ts";
import { NodePicker } from "./node-picker.tsx";
import { StaleNotice } from "./stale-notice.tsx";
import { StepFoot } from "./step-foot.tsx";

interface NodesStepProps {
	draft: MigrationDraft;
	/** Names of the draft's nodes by id, as they were when they were chosen. */
	names: Readonly<Record<string, string>>;
	nodes: UseQueryResult<NodeView[]>;
	/** A cluster is chosen. */
	known: boolean;
	/** How many of the chosen ones are there. */
	going: number;
	onChange: (nodeIds: string[]) => void;
	onNext: () => void;
}

/** Which nodes; the first of a new migration's steps. */
export function NodesStep({ draft, names, nodes, known, going, onChange, onNext }: NodesStepProps) {
	const t = useTranslations("migration");
	const stale = nodes.data ? staleNodes(draft, names, nodes.data) : [];
	return (
		<>
			{known ? (
				<Card title={t("nodes")} description={t("nodesText")}>
					<div className="flex flex-col gap-3">
						<ProblemAlert error={nodes.error} onRetry={() => void nodes.refetch()} />
						<StaleNotice stale={stale} onLeaveOut={(ids) => onChange(draft.nodeIds.filter((id) => !ids.includes(id)))} />
						{nodes.data ? (
							<NodePicker nodes={nodes.data} direction={draft.direction} chosen={draft.nodeIds} onChange={onChange} />
						) : nodes.error ? null : (
							<SkeletonLines lines={4} />
						)}
					</div>
				</Card>
			) : null}
			<StepFoot said={going === 0 ? t("chooseFirst") : null}>
				<Button variant="primary" disabled={going === 0} onClick={onNext}>
					{t("toPolicy")}
					<ArrowRight aria-hidden="true" />
				</Button>
			</StepFoot>
		</>
	);
}
