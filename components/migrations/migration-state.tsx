"use client";

import { useTranslations } from "next-intl";
import { Badge, type Tone } from "@/components/ui/badge.tsx";
import { STATUS_KINDS, type StatusKind } from "@/components/ui/status-glyph.tsx";
import type { MigrationState } from "@/lib/contracts/run.ts";

/** What a state looks like, in a list or along time. */
export const MIGRATION_LOOKS: Record<MigrationState, { kind: StatusKind; tone: Tone }> = {
	draft: { kind: "queued", tone: "neutral" },
	scheduled: { kind: "scheduled", tone: "info" },
	running: { kind: "running", tone: "info" },
	paused: { kind: "paused", tone: "warning" },
	held: { kind: "failed", tone: "danger" },
	stopping: { kind: "paused", tone: "warning" },
	cancelling: { kind: "reverted", tone: "warning" },
	done: { kind: "ok", tone: "success" },
	"done-with-failures": { kind: "warning", tone: "danger" },
	cancelled: { kind: "skipped", tone: "neutral" },
};

export function MigrationStateBadge({ state }: { state: MigrationState }) {
	const t = useTranslations("migration");
	const { kind, tone } = MIGRATION_LOOKS[state];
	const Icon = STATUS_KINDS[kind].icon;
	return (
		<Badge tone={tone}>
			<Icon aria-hidden="true" className={kind === "running" ? "animate-spin motion-reduce:animate-none" : undefined} />
			<span data-migration-state={state}>{t(`state.${state}`)}</span>
		</Badge>
	);
}

/** Over for now: nothing of it moves unless a person tries again. */
export function isOver(state: MigrationState): boolean {
	return state === "done" || state === "done-with-failures" || state === "cancelled";
}
