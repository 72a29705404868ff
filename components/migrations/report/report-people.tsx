"use client";

import { useTranslations } from "next-intl";
import { ExactTime } from "@/components/ui/exact-time.tsx";
import { Table, TBody, Td, THead, Th, Tr } from "@/components/ui/table.tsx";
import type { MigrationDetail } from "@/lib/contracts/migration.ts";
import { useDecisionName, useDecisionReason } from "../decision-name.ts";
import { ReportSection } from "./report-section.tsx";

/** Who approved what, and who decided what and why, in the order in which it happened. */
export function ReportPeople({ detail: { migration, approvals, decisions } }: { detail: MigrationDetail }) {
	const t = useTranslations("report");
	const text = useTranslations("migration");
	const name = useDecisionName();
	const reasonOf = useDecisionReason();
	return (
		<>
			{migration.policy.approval.needed || approvals.length > 0 ? (
				<ReportSection title={t("approvals")} description={t("approvalsText")}>
					{approvals.length === 0 ? (
						<p className="text-sm">{t("noApprovals")}</p>
					) : (
						<Table aria-label={t("approvals")}>
							<THead>
								<Tr>
									<Th>{t("when")}</Th>
									<Th>{t("who")}</Th>
									<Th>{t("why")}</Th>
									<Th>SHA-256</Th>
								</Tr>
							</THead>
							<TBody>
								{[...approvals].reverse().map((approval) => (
									<Tr key={approval.id}>
										<Td className="whitespace-nowrap">
											<ExactTime at={approval.at} />
										</Td>
										<Td>{approval.by}</Td>
										<Td className="break-words">{[approval.ticket, approval.reason].filter(Boolean).join(" · ") || "–"}</Td>
										<Td className="break-all font-mono text-xs">{approval.digest}</Td>
									</Tr>
								))}
							</TBody>
						</Table>
					)}
				</ReportSection>
			) : null}
			<ReportSection title={t("decisions")}>
				{decisions.length === 0 ? (
					<p className="text-sm">{t("noDecisions")}</p>
				) : (
					<Table aria-label={t("decisions")}>
						<THead>
							<Tr>
								<Th>{t("when")}</Th>
								<Th>{t("who")}</Th>
								<Th>{t("what")}</Th>
								<Th>{t("why")}</Th>
							</Tr>
						</THead>
						<TBody>
							{[...decisions].reverse().map((decision) => (
								<Tr key={decision.id}>
									<Td className="whitespace-nowrap">
										<ExactTime at={decision.at} />
									</Td>
									<Td>{decision.by}</Td>
									<Td>{name(decision)}</Td>
									<Td className="break-words">{[decision.ticket, reasonOf(decision) ?? text("noReason")].filter(Boolean).join(" · ")}</Td>
								</Tr>
							))}
						</TBody>
					</Table>
				)}
			</ReportSection>
		</>
	);
}
