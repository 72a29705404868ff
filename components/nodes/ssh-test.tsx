"use client";

import { useMutation } from "@tanstack/react-query";
import { PlugZap } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { StatusGlyph } from "@/components/ui/status-glyph.tsx";
import { api } from "@/lib/api-client.ts";
import type { NodeView } from "@/lib/contracts/node.ts";
import type { SshTestStep } from "@/lib/contracts/node-page.ts";
import { formatDuration } from "@/lib/format.ts";

const KINDS = { ok: "ok", failed: "failed", "not-tried": "skipped" } as const;

/** Goes the way to the node now and shows how far it comes. */
export function SshTestCard({ node }: { node: NodeView }) {
	const t = useTranslations("nodes.sshTest");
	const test = useMutation({ mutationFn: () => api.testSsh(node.id) });
	return (
		<Card
			title={t("title")}
			description={t("description")}
			actions={
				<Button size="sm" busy={test.isPending} onClick={() => test.mutate()}>
					<PlugZap aria-hidden="true" />
					{test.isPending ? t("testing") : t("start")}
				</Button>
			}
		>
			<div aria-live="polite" className="flex flex-col gap-3">
				<ProblemAlert error={test.error} />
				{test.data ? (
					<>
						<p className="font-medium text-sm">{t(test.data.ok ? "works" : "fails")}</p>
						<ol aria-label={t("title")} className="flex flex-col gap-1.5 text-sm">
							{test.data.steps.map((step) => (
								<Step key={step.id} step={step} />
							))}
						</ol>
					</>
				) : test.isPending ? (
					<p className="text-muted-foreground text-sm">{t("testing")}</p>
				) : (
					<p className="text-muted-foreground text-sm">{t("notYet")}</p>
				)}
			</div>
		</Card>
	);
}

function Step({ step }: { step: SshTestStep }) {
	const t = useTranslations("nodes.sshTest");
	return (
		<li className="flex flex-col gap-1">
			<span className="flex flex-wrap items-baseline gap-x-3">
				<StatusGlyph kind={KINDS[step.outcome]} label={t(`outcomes.${step.outcome}`)} className="w-28" />
				<span>{t(`steps.${step.id}`)}</span>
				{step.found ? <span className="break-all font-mono text-muted-foreground text-xs">{step.found}</span> : null}
				{step.durationMs === null ? null : (
					<span className="ml-auto font-mono text-muted-foreground text-xs">{formatDuration(step.durationMs)}</span>
				)}
			</span>
			<ProblemAlert error={step.error} />
		</li>
	);
}
