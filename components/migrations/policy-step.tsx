"use client";

import { ArrowLeft } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input, Textarea } from "@/components/ui/input.tsx";
import type { MigrationDraft } from "@/lib/contracts/draft.ts";
import type { NodeView } from "@/lib/contracts/node.ts";
import { firstNames } from "@/lib/format.ts";
import { PolicyForm } from "./policy-form.tsx";
import { StepFoot } from "./step-foot.tsx";

interface PolicyStepProps {
	draft: MigrationDraft;
	change: (part: Partial<MigrationDraft>) => void;
	/** The chosen nodes that are there, as they are shown. */
	chosen: readonly NodeView[];
	/** Of them those that no API knows. */
	alone: readonly NodeView[];
	hasApi: boolean;
	clusterName: string;
	noCanary: boolean;
	busy: boolean;
	onBack: () => void;
	onPlan: () => void;
}

/** How they go, and for the record why. */
export function PolicyStep({ draft, change, chosen, alone, hasApi, clusterName, noCanary, busy, onBack, onPlan }: PolicyStepProps) {
	const t = useTranslations("migration");
	const count = chosen.length;
	const said = draft.reason.trim() !== "";
	return (
		<form
			className="flex flex-col gap-4"
			onSubmit={(event) => {
				event.preventDefault();
				if (!noCanary && count > 0 && said) onPlan();
			}}
		>
			<PolicyForm
				policy={draft.policy}
				direction={draft.direction}
				chosen={chosen}
				hasApi={hasApi}
				canariesNamed={draft.canariesNamed}
				onChange={(policy, canariesNamed = draft.canariesNamed) => change({ policy, canariesNamed })}
			/>
			<Card title={t("record")} description={t("recordText")}>
				<div className="flex max-w-2xl flex-col gap-3">
					<Field label={t("reason")} required>
						<Textarea maxLength={2_000} value={draft.reason} onChange={(event) => change({ reason: event.target.value })} />
					</Field>
					<Field label={t("ticket")} hint={t("ticketHint")}>
						<Input className="max-w-xs" maxLength={200} value={draft.ticket} onChange={(event) => change({ ticket: event.target.value })} />
					</Field>
				</div>
			</Card>
			{alone.length === 0 ? null : (
				<Card
					title={t("withoutApi")}
					description={
						hasApi
							? t("withoutApiNodes", { cluster: clusterName, count: alone.length, nodes: firstNames(alone.map((node) => node.name)) })
							: t("withoutApiText", { cluster: clusterName })
					}
				>
					<Checkbox
						checked={draft.withoutApi}
						onCheckedChange={(withoutApi) => change({ withoutApi })}
						label={t("withoutApiConsent")}
						hint={t("withoutApiHint")}
					/>
				</Card>
			)}
			<StepFoot said={count === 0 ? t("chooseFirst") : noCanary ? t("canaryNone") : said ? t("planText") : t("reasonFirst")}>
				<Button onClick={onBack}>
					<ArrowLeft aria-hidden="true" />
					{t("backTo", { step: t("planStep.nodes") })}
				</Button>
				<Button type="submit" variant="primary" busy={busy} disabled={count === 0 || noCanary || !said}>
					{t("plan", { count })}
				</Button>
			</StepFoot>
		</form>
	);
}
