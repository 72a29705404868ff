"use client";

import { ChevronRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { useMessage } from "@/components/ui/message.tsx";
import { ScrollRegion } from "@/components/ui/scroll-region.tsx";
import { SEVERITY_LOOKS } from "@/components/ui/severity-looks.ts";
import { cn } from "@/lib/class-names.ts";
import type { FindingGroup } from "@/lib/review.ts";

/** Names written out; the rest as a number, and all of them once it is opened. */
const MOST_NAMES = 12;

interface FindingGroupsProps {
	groups: readonly FindingGroup[];
	/** Adds to one, such as what a person may decide about it. */
	beside?: (group: FindingGroup) => ReactNode;
}

/** Each finding once, what blocks first, with the nodes that have it; opened, what it says of each of them. */
export function FindingGroups({ groups, beside }: FindingGroupsProps) {
	return (
		<ul className="flex flex-col gap-2.5">
			{groups.map((group) => (
				<Group key={`${group.severity} ${group.code}`} group={group} beside={beside?.(group)} />
			))}
		</ul>
	);
}

function Group({ group, beside }: { group: FindingGroup; beside: ReactNode }) {
	const t = useTranslations("migration");
	const render = useMessage();
	const [open, setOpen] = useState(false);
	const { icon: Icon, colour } = SEVERITY_LOOKS[group.severity];
	const { text, todo } = render(group.example, "finding");
	const rest = group.nodes.length - MOST_NAMES;
	const opens = !group.alike || rest > 0;
	return (
		<li className="flex gap-2.5 text-sm" data-finding={group.code}>
			<Icon className={`mt-0.5 size-4 shrink-0 ${colour}`} aria-hidden="true" />
			<div className="min-w-0">
				<p>
					<span className={`mr-1.5 font-medium ${colour}`}>{t(`severity.${group.severity}`)}</span>
					{group.alike ? text : t("forExample", { text })}
				</p>
				{todo ? <p className="text-muted-foreground">{todo}</p> : null}
				{beside}
				<p className="mt-0.5 break-words text-muted-foreground text-xs">
					<span className="font-mono">{group.code}</span> · {t("onNodes", { count: group.nodes.length })}{" "}
					{group.nodes.slice(0, MOST_NAMES).join(", ")}
					{rest > 0 ? ` … +${rest}` : ""}
				</p>
				{opens ? (
					<button
						type="button"
						aria-expanded={open}
						onClick={() => setOpen(!open)}
						className="mt-0.5 flex items-center gap-1 rounded text-info text-xs hover:underline"
					>
						<ChevronRight className={cn("size-3.5", open && "rotate-90")} aria-hidden="true" />
						{t("findingPerNode", { count: group.nodes.length })}
					</button>
				) : null}
				{open ? (
					<ScrollRegion
						label={t("findingPerNode", { count: group.nodes.length })}
						className="mt-1 max-h-80 overflow-y-auto border-l-2 pl-3 text-xs"
					>
						<ul>
							{group.each.map(({ name, finding }) => (
								<li key={`${name} ${JSON.stringify(finding.values)}`} className="break-words py-0.5">
									<span className="font-semibold">{name}</span> {render(finding, "finding").text}
								</li>
							))}
						</ul>
					</ScrollRegion>
				) : null}
			</div>
		</li>
	);
}
