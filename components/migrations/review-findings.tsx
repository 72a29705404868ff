"use client";

import { useTranslations } from "next-intl";
import { Card } from "@/components/ui/card.tsx";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import type { FindingGroup } from "@/lib/review.ts";
import { FindingGroups } from "./finding-groups.tsx";

interface ReviewFindingsProps {
	/** Null while they are read. */
	groups: readonly FindingGroup[] | null;
	/** How many of a group's nodes go in spite of it. */
	overridden: (group: FindingGroup) => number;
	onOverride: (group: FindingGroup, on: boolean) => void;
}

/** What preflight found, once for all nodes that it was found on, and what of it a person may override. */
export function ReviewFindings({ groups, overridden, onOverride }: ReviewFindingsProps) {
	const t = useTranslations("migration");
	return (
		<Card title={t("findings")} description={t("findingsText")}>
			{groups === null ? (
				<SkeletonLines lines={4} />
			) : groups.length === 0 ? (
				<p className="text-muted-foreground text-sm">{t("noFindings")}</p>
			) : (
				<FindingGroups
					groups={groups}
					beside={(group) =>
						group.overridable ? (
							<Checkbox
								className="my-1"
								checked={overridden(group) === group.nodes.length}
								indeterminate={overridden(group) > 0 && overridden(group) < group.nodes.length}
								onCheckedChange={(on) => onOverride(group, on)}
								label={t("overrideOn", { count: group.nodes.length })}
							/>
						) : null
					}
				/>
			)}
		</Card>
	);
}
