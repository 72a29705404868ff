"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { CodeBlock } from "@/components/ui/code-block.tsx";
import { Copyable } from "@/components/ui/copyable.tsx";
import { Diff } from "@/components/ui/diff.tsx";
import { useMessage } from "@/components/ui/message.tsx";
import { SEVERITY_LOOKS } from "@/components/ui/severity-looks.ts";
import { languageOf } from "@/lib/code-tokens.ts";
import type { Finding, Severity } from "@/lib/contracts/finding.ts";

const ORDER: readonly Severity[] = ["block", "warn", "note"];

/** Results of preflight, what blocks first, each with what to do and the evidence it rests on; `beside` may add to one. */
export function FindingList<F extends Finding>({ findings, beside }: { findings: readonly F[]; beside?: (finding: F) => ReactNode }) {
	const t = useTranslations("nodes");
	const render = useMessage();
	const sorted = [...findings].sort((one, other) => ORDER.indexOf(one.severity) - ORDER.indexOf(other.severity));
	return (
		<ul className="flex flex-col divide-y">
			{sorted.map((finding) => {
				const { icon: Icon, colour, label } = SEVERITY_LOOKS[finding.severity];
				const { text, todo } = render(finding, "finding");
				const { evidence } = finding;
				return (
					<li key={`${finding.code} ${JSON.stringify(finding.values)}`} className="flex gap-2.5 py-2.5 first:pt-0 last:pb-0">
						<Icon className={`mt-0.5 size-4 shrink-0 ${colour}`} aria-hidden="true" />
						<div className="min-w-0 flex-1 text-sm">
							<p>
								<span className={`mr-1.5 font-medium ${colour}`}>{t(label)}</span>
								{text}
							</p>
							{todo ? <p className="mt-0.5 text-muted-foreground">{todo}</p> : null}
							{beside?.(finding)}
							{evidence?.path ? (
								<p className="mt-1">
									<Copyable
										text={[evidence.path, evidence.line, evidence.column].filter((part) => part !== undefined).join(":")}
										className="text-muted-foreground"
									/>
								</p>
							) : null}
							{evidence?.text ? (
								<div className="mt-1.5">
									<CodeBlock label={t("evidence")} text={evidence.text} wrap />
								</div>
							) : null}
							{evidence?.diff ? (
								<div className="mt-1.5">
									<Diff
										before={evidence.diff.before}
										after={evidence.diff.after}
										label={t("differenceOf", { path: evidence.path ?? "" })}
										language={languageOf(evidence.path ?? "")}
									/>
								</div>
							) : null}
							<p className="mt-1 font-mono text-muted-foreground text-xs">{finding.code}</p>
						</div>
					</li>
				);
			})}
		</ul>
	);
}
