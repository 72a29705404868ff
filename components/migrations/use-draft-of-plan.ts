"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { api } from "@/lib/api-client.ts";
import type { DraftSummary } from "@/lib/contracts/draft.ts";
import type { MigrationView } from "@/lib/contracts/run.ts";
import { draftOfPlan } from "@/lib/migration-draft.ts";
import { keys } from "@/lib/query-keys.ts";
import { draftHref, newDraftId, newRevision } from "./draft-address.ts";

/** The person's own draft that this plan was made of, and how to go back to it: a plan of somebody else's becomes a draft of its own. */
export function useDraftOfPlan(migration: MigrationView, nodeIds: string[]) {
	const router = useRouter();
	const queries = useQueryClient();
	const drafts = useQuery({ queryKey: keys.drafts.list(), queryFn: ({ signal }) => api.drafts(signal) });
	const ofThis = (list: readonly DraftSummary[] | undefined) => list?.find((one) => one.migrationId === migration.id) ?? null;
	const change = useMutation({
		mutationFn: async () => {
			// Asked anew: one that is not known here yet would get a twin.
			const known = ofThis(await api.drafts());
			if (known) return known.id;
			const id = newDraftId();
			const content = draftOfPlan(migration, nodeIds);
			await api.saveDraft(id, { content, step: "policy", revision: newRevision(), basedOn: null });
			return id;
		},
		onSuccess: (id) => {
			void queries.invalidateQueries({ queryKey: keys.drafts.list() });
			router.push(draftHref(id, "policy"));
		},
	});
	return { draft: ofThis(drafts.data), change };
}
