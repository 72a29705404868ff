"use client";

import { useTranslations } from "next-intl";
import { approvalDigest, approvalState } from "@/lib/approval.ts";
import type { MigrationDetail } from "@/lib/contracts/migration.ts";
import { failedIds } from "@/lib/failed-runs.ts";
import { askedGate } from "@/lib/gates.ts";
import { ApprovedSubject } from "./approved-subject.tsx";
import type { Decide } from "./use-decide.tsx";

/** Going on after a pause, a failure or a question. The answer to a question approves what comes next, as it was when it was asked for. */
export function useGoOn({ migration, runs, approvals }: MigrationDetail, decide: Decide["decide"]): (label: string) => void {
	const t = useTranslations("migration");
	return (label) => {
		const seen = failedIds(runs);
		const gate = askedGate(migration);
		if (gate === null) return decide("resume", label, { seen });
		const { subject, last, valid, changes } = approvalState({ migration, runs, approvals });
		const digest = approvalDigest(subject);
		const shown = (
			<>
				<p className="text-muted-foreground text-sm">{t(migration.policy.approval.byAnother ? "approvalTextOther" : "approvalText")}</p>
				<ApprovedSubject last={last} valid={valid} changes={changes} digest={digest} nodes={subject.nodes.length} />
			</>
		);
		decide("resume", t("approveAndGoOn"), { seen, gate, digest }, shown);
	};
}
