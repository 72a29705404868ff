"use client";

import { formatDuration } from "@/lib/format.ts";

interface DurationProps {
	/** Of what has ended. */
	durationMs: number | null;
	/** ISO 8601; with `endedAt` null it still runs. */
	startedAt: string | null;
	running: boolean;
	/** By the console's clock; 0 = not known yet. */
	nowMs: number;
}

/** How long something took, or takes so far. */
export function Duration({ durationMs, startedAt, running, nowMs }: DurationProps) {
	if (durationMs !== null && !running) return <>{formatDuration(durationMs)}</>;
	if (!running || startedAt === null || nowMs === 0) return null;
	return <>{formatDuration(Math.max(0, nowMs - Date.parse(startedAt)))}</>;
}
