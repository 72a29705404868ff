"use client";

import { formatBriefDuration, formatDuration } from "@/lib/format.ts";

interface DurationProps {
	/** Of what has ended. */
	durationMs: number | null;
	/** ISO 8601; with `endedAt` null it still runs. */
	startedAt: string | null;
	running: boolean;
	/** By the console's clock; 0 = not known yet. */
	nowMs: number;
	/** In a narrow column. */
	brief?: boolean;
}

/** How long something took, or takes so far. */
export function Duration({ durationMs, startedAt, running, nowMs, brief = false }: DurationProps) {
	const format = brief ? formatBriefDuration : formatDuration;
	if (durationMs !== null && !running) return <>{format(durationMs)}</>;
	if (!running || startedAt === null || nowMs === 0) return null;
	return <>{format(Math.max(0, nowMs - Date.parse(startedAt)))}</>;
}
