"use client";

import { useTranslations } from "next-intl";
import { useStepName } from "@/components/runs/step-name.ts";
import { EDGE_OF_FIXED } from "@/components/ui/scroll-edges.tsx";
import { cn } from "@/lib/class-names.ts";
import { type GridColumn, phaseGroups, startsPhase } from "@/lib/run-grid.ts";

/** The column that is pointed at or has the focus; its name stands to the side where there is room for it. */
export interface PointedColumn {
	index: number;
	towards: "left" | "right";
}

interface RunGridHeadProps {
	columns: readonly GridColumn[];
	mode: "steps" | "phases";
	beside: boolean;
	pointed: PointedColumn | null;
}

/** Phases, and below them the steps by their numbers: which step it is shows where one points, and is read out always. */
export function RunGridHead({ columns, mode, beside, pointed }: RunGridHeadProps) {
	const t = useTranslations("migration");
	const run = useTranslations("run");
	const stepName = useStepName();
	const bySteps = mode === "steps";
	return (
		<thead className="sticky top-0 z-20 bg-card shadow-[0_1px_0_var(--border)]">
			{bySteps ? (
				<tr>
					<td className={cn("sticky left-0 z-10 bg-card", EDGE_OF_FIXED)} />
					{phaseGroups(columns).map((group) => (
						<th
							key={group.phase}
							colSpan={group.columns}
							scope="colgroup"
							className="whitespace-nowrap border-l px-1.5 pt-1.5 text-left font-semibold text-foreground"
						>
							{run(`phase.${group.phase}`)}
						</th>
					))}
				</tr>
			) : null}
			<tr>
				<th
					scope="col"
					className={cn(
						"sticky left-0 z-10 min-w-40 bg-card px-3 text-left align-bottom font-medium text-muted-foreground",
						bySteps ? "pb-1" : "py-1.5",
						EDGE_OF_FIXED,
						beside ? "w-full" : bySteps ? "lg:min-w-44" : "sm:min-w-56",
					)}
				>
					{t("node")}
				</th>
				{columns.map((column, index) => {
					const name = bySteps && column.phase !== "revert" ? stepName(column.key) : run(`phase.${column.phase}`);
					const border = startsPhase(columns, index) && "border-l";
					if (!bySteps) {
						return (
							<th key={column.key} scope="col" className={cn("px-1 py-1.5 align-bottom font-medium text-muted-foreground", border)}>
								{name}
							</th>
						);
					}
					const here = pointed?.index === index ? pointed : null;
					return (
						<th
							key={column.key}
							scope="col"
							data-column={index}
							className={cn("relative h-6 p-0 align-middle", border, here && "bg-accent")}
						>
							<span className="sr-only">{name}</span>
							<span aria-hidden="true" className="font-mono font-normal text-[0.65rem] text-muted-foreground">
								{index + 1}
							</span>
							{here ? (
								<span
									aria-hidden="true"
									data-pointed={index}
									className={cn(
										"pointer-events-none absolute inset-y-0 z-30 flex items-center gap-1.5 whitespace-nowrap rounded bg-foreground px-2 font-medium text-background",
										here.towards === "right" ? "left-0" : "right-0",
									)}
								>
									<span className="font-mono text-[0.65rem]">{index + 1}</span> {name}
								</span>
							) : null}
						</th>
					);
				})}
			</tr>
		</thead>
	);
}
