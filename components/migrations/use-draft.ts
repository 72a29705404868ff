"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { ApiError, api } from "@/lib/api-client.ts";
import type { DraftStep, DraftView, MigrationDraft } from "@/lib/contracts/draft.ts";
import { DraftKeeper, type DraftState } from "@/lib/draft-keeper.ts";
import { DRAFT_ID, DRAFT_STEPS } from "@/lib/draft-words.ts";
import { CHOSEN_KEY, openDraft } from "@/lib/migration-draft.ts";
import { keys } from "@/lib/query-keys.ts";
import { draftHref, newDraftId, newName, newRevision } from "./draft-address.ts";
import { thisTab } from "./this-tab.ts";
import { adopt, forget, remember } from "./unsaved-here.ts";

export interface OpenedDraft extends Pick<DraftState, "content" | "saving" | "asking" | "replaced"> {
	id: string;
	/** As the server keeps it; null while it does not yet. */
	view: DraftView | null;
	/** What keeps it from being read or saved. */
	error: unknown;
	change: (part: Partial<MigrationDraft>) => void;
	/** The same of what nobody entered: saved with the next change only. */
	prefill: (part: Partial<MigrationDraft>) => void;
	/** Saves now what is not saved yet; with a step, also that nothing was changed elsewhere. Throws what keeps it from that. */
	save: (step?: DraftStep) => Promise<void>;
	/** The two answers to `asking`. */
	takeKept: () => void;
	keepMine: () => void;
	/** After an error: reads it or saves it again. */
	again: () => void;
}

interface Asked {
	/** The draft that the address names; null = a new one. */
	asked: string | null;
	step: DraftStep;
	/** Told once the new draft is worth an address. */
	onBegun: (id: string, step: DraftStep) => void;
}

/** One draft, kept by the server a moment after each change; what it could not take is kept by the browser until it can. */
export function useDraft({ asked, step, onBegun }: Asked): OpenedDraft {
	// A draft that is begun here keeps its id when the address names it.
	const [id] = useState(() => (asked && DRAFT_ID.test(asked) ? asked : newDraftId()));
	const named = useRef(asked === id).current;
	const queries = useQueryClient();
	// What was entered before the draft was opened here once more may still be on its way: each opening keeps its own.
	const [owner] = useState(() => ({ id, tab: thisTab(), opening: newName() }));
	const [keeper] = useState(
		() =>
			new DraftKeeper(
				{
					save: (input, keepalive) => api.saveDraft(id, input, keepalive),
					read: async () => {
						const kept = await api.draft(id);
						queries.setQueryData<DraftView>(keys.drafts.detail(id), kept);
						return kept;
					},
					remember: (unsaved) => remember(owner, unsaved),
					forget: () => forget(owner),
					newRevision,
				},
				{ known: named, step },
			),
	);
	const state = useSyncExternalStore(keeper.subscribe, keeper.state, keeper.state);
	const { content, known } = state;
	const read = useQuery({
		queryKey: keys.drafts.detail(id),
		queryFn: ({ signal }) => api.draft(id, signal),
		enabled: known,
		refetchOnMount: "always",
	});
	// What this tab knew before is older than what another browser may have saved.
	const fresh = read.isFetchedAfterMount && !read.isError ? (read.data ?? null) : null;
	const gone = known && read.isFetchedAfterMount && read.error instanceof ApiError && read.error.problem.status === 404;

	// A new one begins with the nodes that were just chosen. React runs effects twice in development: they are taken once.
	useEffect(() => {
		if (named || keeper.state().content !== null) return;
		const first = openDraft(take(CHOSEN_KEY));
		const chosen = first.nodeIds.length > 0;
		keeper.begin(first, chosen);
		if (!chosen) return;
		onBegun(id, "policy");
		void keeper.save("policy").catch(() => undefined);
	}, [named, id, keeper, onBegun]);

	// One that is kept is opened as it is kept, with what this browser could not save of it; afterwards it is followed.
	useEffect(() => {
		if (!fresh) return;
		if (keeper.state().content === null) keeper.open(fresh, adopt(owner));
		else keeper.heard(fresh);
	}, [fresh, owner, keeper]);

	// One that the server does not have is opened as this browser has it.
	useEffect(() => {
		if (!gone) return;
		if (keeper.state().content !== null) return keeper.heard(null);
		const unsaved = adopt(owner);
		if (unsaved !== null) keeper.openUnkept(unsaved);
	}, [gone, owner, keeper]);

	// Read anew once it is kept: until then nothing that was read is of it.
	const failed = read.isError;
	useEffect(() => {
		if (!known && failed) void queries.resetQueries({ queryKey: keys.drafts.detail(id), exact: true });
	}, [known, failed, id, queries]);

	useEffect(() => keeper.goTo(step), [step, keeper]);

	useEffect(() => {
		const hide = () => keeper.leave(true);
		window.addEventListener("pagehide", hide);
		return () => {
			window.removeEventListener("pagehide", hide);
			keeper.leave(false);
		};
	}, [keeper]);

	const change = useCallback(
		(part: Partial<MigrationDraft>) => {
			keeper.change(part);
			if (!named && !keeper.state().known) onBegun(id, step);
		},
		[named, keeper, id, step, onBegun],
	);
	return {
		id,
		content,
		view: read.data ?? null,
		saving: state.saving,
		asking: state.asking,
		replaced: state.replaced,
		error: state.error ?? (content === null ? read.error : null),
		change,
		prefill: useCallback((part) => keeper.prefill(part), [keeper]),
		save: useCallback((where) => keeper.save(where), [keeper]),
		takeKept: () => keeper.takeKept(),
		keepMine: () => keeper.keepMine(),
		again: () => {
			if (state.saving === "unsaved") void keeper.save().catch(() => undefined);
			else void read.refetch();
		},
	};
}

/** Which part the address names. */
export function stepOf(text: string | null): DraftStep {
	return DRAFT_STEPS.find((step) => step === text) ?? "nodes";
}

/** Puts the draft into the address without reading the page anew; `back`: the button of the browser leads to where one was. */
export function showInAddress(id: string, step: DraftStep, back: boolean): void {
	const href = draftHref(id, step);
	if (back) window.history.pushState(null, "", href);
	else window.history.replaceState(null, "", href);
}

function take(key: string): string | null {
	try {
		const text = sessionStorage.getItem(key);
		sessionStorage.removeItem(key);
		return text;
	} catch {
		return null;
	}
}
