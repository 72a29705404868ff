import { useTranslations } from "next-intl";
import type { DecisionView } from "@/lib/contracts/decision.ts";
import { codeKey } from "@/lib/message.ts";

/** What was decided, as the audit calls it, with the node where it was about one. An action that this version does not know keeps its code. */
export function useDecisionName(): (decision: Pick<DecisionView, "action" | "node">) => string {
	const audit = useTranslations("audit");
	return ({ action, node }) => {
		const key = `actions.${codeKey(action)}`;
		const name = audit.has(key as never) ? audit(key as never) : action;
		return node === null ? name : `${name}: ${node}`;
	};
}

/** Why it was decided; null where nobody has said so. What no person decides is the policy's. */
export function useDecisionReason(): (decision: Pick<DecisionView, "action" | "reason">) => string | null {
	const t = useTranslations("migration");
	return ({ action, reason }) => reason || (action === "migration.roll-back" ? t("reasonOfPolicy") : null);
}
