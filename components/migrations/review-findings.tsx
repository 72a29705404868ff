"use client";

import { Ban, Info, TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { Card } from "@/components/ui/card.tsx";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { useMessage } from "@/components/ui/message.tsx";
import type { FindingGroup } from "@/lib/review.ts";

const LOOKS = {
	block: { icon: Ban, colour: "text-danger" },
	warn: { icon: TriangleAlert, colour: "text-warning" },
	note: { icon: Info, colour: "text-info" },
} as const;
/** Names written out; the rest as a number. */
const MOST_NAMES = 12;

interface ReviewFindingsProps {
	groups: readonly FindingGroup[];
	read: number;
	total: number;
	/** How many of a group's nodes go in spite of it. */
	overridden: (group: FindingGroup) => number;
	onOverride: (group: FindingGroup, on: boolean) => void;
}

/** What preflight found, once for all nodes that it was found on. */
export function ReviewFindings({ groups, read, total, overridden, onOverride }: ReviewFindingsProps) {
	const t = useTranslations("migration");
	const render = useMessage();
	return (
		<Card title={t("findings")} description={read < total ? t("findingsReading", { read, total }) : t("findingsText")}>
			{groups.length === 0 ? (
				<p className="text-muted-foreground text-sm">{read < total ? "…" : t("noFindings")}</p>
			) : (
				<ul className="flex flex-col gap-2.5">
					{groups.map((group) => {
						const { icon: Icon, colour } = LOOKS[group.severity];
						const { text, todo } = render(group.example, "finding");
						const rest = group.nodes.length - MOST_NAMES;
						return (
							<li key={`${group.severity} ${group.code}`} className="flex gap-2.5 text-sm">
								<Icon className={`mt-0.5 size-4 shrink-0 ${colour}`} aria-hidden="true" />
								<div className="min-w-0">
									<p>
										<span className={`mr-1.5 font-medium ${colour}`}>{t(`severity.${group.severity}`)}</span>
										{group.alike ? text : t("forExample", { text })}
									</p>
									{todo ? <p className="text-muted-foreground">{todo}</p> : null}
									{group.overridable ? (
										<Checkbox
											className="my-1"
											checked={overridden(group) === group.nodes.length}
											indeterminate={overridden(group) > 0 && overridden(group) < group.nodes.length}
											onCheckedChange={(on) => onOverride(group, on)}
											label={t("overrideOn", { count: group.nodes.length })}
										/>
									) : null}
									<p className="mt-0.5 break-words text-muted-foreground text-xs">
										<span className="font-mono">{group.code}</span> · {t("onNodes", { count: group.nodes.length })}{" "}
										{group.nodes.slice(0, MOST_NAMES).join(", ")}
										{rest > 0 ? ` … +${rest}` : ""}
									</p>
								</div>
							</li>
						);
					})}
				</ul>
			)}
		</Card>
	);
}
