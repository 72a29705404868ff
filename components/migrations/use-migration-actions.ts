"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { z } from "zod";
import { useMessage } from "@/components/ui/message.tsx";
import { toast } from "@/components/ui/toast.ts";
import { api, asProblem } from "@/lib/api-client.ts";
import type { migrationActionSchema } from "@/lib/contracts/migration.ts";
import type { Gate, Pace } from "@/lib/contracts/rollout.ts";
import type { ScheduleInput } from "@/lib/contracts/schedule.ts";
import { keys } from "@/lib/query-keys.ts";

export type MigrationAction = z.infer<typeof migrationActionSchema>;

interface Change {
	action: MigrationAction;
	/** For start and schedule, where control plane nodes are included: the cluster's name. */
	confirm?: string;
	/** For start and schedule, where the cluster has no API: said out loud, and recorded. */
	withoutApi?: boolean;
	/** Why: kept in the audit. */
	reason?: string;
	/** By which ticket, where the policy asks. */
	ticket?: string;
	/** For explain: what the reason is of. */
	decision?: number;
	/** For approve, start, schedule and the answer to a question: of what was seen. */
	digest?: string;
	/** For resume: the question that it answers. */
	gate?: Gate;
	/** For add-nodes, check-again and leave-out. */
	nodeIds?: string[];
	/** For check-again: the draft that is told how far each node is. */
	draftId?: string | undefined;
	/** For resume: runs that are shown as failed. */
	seen?: string[];
	/** For change-pace: all of it. */
	pace?: Pace;
	/** For schedule: when. */
	schedule?: ScheduleInput;
	onDone?: () => void;
}

/** What a person does to a migration: pressed once, answered once; pages read again what it changed. */
export function useMigrationActions(migrationId: string) {
	const queries = useQueryClient();
	const render = useMessage();
	const here = useRef(false);
	useEffect(() => {
		here.current = true;
		return () => {
			here.current = false;
		};
	}, []);
	return useMutation({
		mutationFn: ({ action, onDone: _, ...input }: Change) => api.changeMigration(migrationId, action, input),
		// Refused because something is otherwise than the page has it: it reads that.
		onError: (error, { action }) => {
			void queries.invalidateQueries({ queryKey: keys.migrations.detail(migrationId) });
			// Nodes are read for up to minutes: whoever has left meanwhile has no form to be told in. And the notice of a schedule goes with the
			// page that reads that its migration has just started.
			if (!here.current || action === "unschedule") toast.error(render(asProblem(error), "error").text);
		},
		onSuccess: (_, { action, onDone }) => {
			// A discarded draft is gone: reading it again would show an error on the way out.
			if (action !== "discard") void queries.invalidateQueries({ queryKey: keys.migrations.detail(migrationId) });
			if (action === "check-again" || action === "leave-out") {
				void queries.invalidateQueries({ queryKey: keys.migrations.findings(migrationId) });
				void queries.invalidateQueries({ queryKey: keys.migrations.workloads(migrationId) });
			}
			void queries.invalidateQueries({ queryKey: [...keys.migrations.all, "list"] });
			void queries.invalidateQueries({ queryKey: keys.nodes.all });
			void queries.invalidateQueries({ queryKey: keys.drafts.list() });
			onDone?.();
		},
	});
}

/** Calls one node back, or keeps it from starting. */
export function useCancelRun(migrationId: string) {
	const queries = useQueryClient();
	return useMutation({
		mutationFn: ({ runId, ...why }: { runId: string; reason?: string }) => api.cancelRun(runId, why),
		onSuccess: (_, { runId }) => {
			void queries.invalidateQueries({ queryKey: keys.migrations.detail(migrationId) });
			void queries.invalidateQueries({ queryKey: keys.runs.detail(runId) });
		},
	});
}
