"use client";

import { skipToken, useQuery } from "@tanstack/react-query";
import { RunStatusLabel } from "@/components/runs/run-status-label.tsx";
import { useServerNow } from "@/components/runs/server-clock.ts";
import type { RunSigns } from "@/lib/contracts/run.ts";
import { keys } from "@/lib/query-keys.ts";
import { newerSigns } from "@/lib/run-signs.ts";

interface ActiveRunProps {
	runId: string;
	/** As the node's row has it, which is not read again at each sign of life. */
	run: RunSigns;
	iconOnly?: boolean;
}

/** How a node's run stands now. */
export function ActiveRun({ runId, run, iconOnly }: ActiveRunProps) {
	const now = useServerNow();
	const heard = useQuery<RunSigns>({ queryKey: keys.runs.signs(runId), queryFn: skipToken });
	return <RunStatusLabel run={newerSigns(run, heard.data)} nowMs={now} iconOnly={iconOnly} />;
}
