"use client";

import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError, api } from "@/lib/api-client.ts";
import type { DraftStep, DraftView, MigrationDraft } from "@/lib/contracts/draft.ts";
import { DRAFT_ID, DRAFT_STEPS } from "@/lib/draft-words.ts";
import { CHOSEN_KEY, openDraft } from "@/lib/migration-draft.ts";
import { keys } from "@/lib/query-keys.ts";
import { draftHref, newDraftId } from "./draft-address.ts";
import { forget, remember, remembered } from "./unsaved-here.ts";

/** So long after the last change it is saved, milliseconds. */
const SAVE_AFTER_MS = 600;

export interface OpenedDraft {
	id: string;
	/** Null until it is here. */
	content: MigrationDraft | null;
	/** As the server keeps it; null while it does not yet. */
	view: DraftView | null;
	saving: "saved" | "saving" | "unsaved" | "none";
	/** What keeps it from being read or saved. */
	error: unknown;
	change: (part: Partial<MigrationDraft>) => void;
	/** The same of what nobody entered: saved with the next change only. */
	prefill: (part: Partial<MigrationDraft>) => void;
	/** Saves now what is not saved yet. Throws what keeps it from that. */
	save: (step?: DraftStep) => Promise<void>;
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
	const known = useRef(asked === id);
	const [kept, setKept] = useState(asked === id);
	const read = useQuery({
		queryKey: keys.drafts.detail(id),
		queryFn: ({ signal }) => api.draft(id, signal),
		enabled: kept,
		refetchOnMount: "always",
	});
	// What this tab knew before is older than what another browser may have saved.
	const fresh = read.isFetchedAfterMount && !read.isError ? (read.data ?? null) : null;
	const unknown = read.isFetchedAfterMount && read.error instanceof ApiError && read.error.problem.status === 404;
	const [content, setContent] = useState<MigrationDraft | null>(null);
	const [saving, setSaving] = useState<OpenedDraft["saving"]>("none");
	const [error, setError] = useState<unknown>(null);
	const latest = useRef<MigrationDraft | null>(null);
	/** What is not saved yet, and what is being saved: one request after the other, the newest content last. */
	const dirty = useRef<MigrationDraft | null>(null);
	const sending = useRef<MigrationDraft | null>(null);
	const running = useRef<Promise<void> | null>(null);
	const at = useRef(step);
	const opened = useRef(false);

	const save = useCallback(
		async (where?: DraftStep): Promise<void> => {
			if (where) at.current = where;
			while (running.current) await running.current.catch(() => undefined);
			const next = dirty.current;
			if (next === null) return;
			dirty.current = null;
			sending.current = next;
			setSaving("saving");
			const sent = api.saveDraft(id, { content: next, step: at.current });
			running.current = sent;
			try {
				await sent;
				known.current = true;
				setKept(true);
				setError(null);
				setSaving(dirty.current === null ? "saved" : "saving");
				forget(id);
			} catch (cause) {
				dirty.current ??= next;
				remember(id, dirty.current);
				setSaving("unsaved");
				setError(cause);
				throw cause;
			} finally {
				sending.current = null;
				running.current = null;
			}
		},
		[id],
	);

	const open = useCallback((first: MigrationDraft) => {
		latest.current = first;
		setContent(first);
	}, []);

	const prefill = useCallback((part: Partial<MigrationDraft>) => {
		if (latest.current === null) return;
		latest.current = { ...latest.current, ...part };
		setContent(latest.current);
	}, []);

	const change = useCallback((part: Partial<MigrationDraft>) => {
		if (latest.current === null) return;
		latest.current = { ...latest.current, ...part };
		dirty.current = latest.current;
		setContent(latest.current);
		setSaving("saving");
	}, []);

	// A new one begins with the nodes that were just chosen. React runs effects twice in development: they are taken once.
	useEffect(() => {
		if (opened.current || known.current) return;
		opened.current = true;
		const chosen = take(CHOSEN_KEY);
		const first = openDraft(chosen);
		open(first);
		if (first.nodeIds.length === 0) return;
		dirty.current = first;
		onBegun(id, "policy");
		void save("policy").catch(() => undefined);
	}, [id, onBegun, save, open]);

	// One that is kept is opened as it is kept, once; what this browser could not save of it goes before.
	useEffect(() => {
		if (opened.current || !fresh) return;
		opened.current = true;
		const unsaved = remembered(id);
		open(unsaved ?? fresh.content);
		if (unsaved) {
			dirty.current = unsaved;
			void save().catch(() => undefined);
		} else setSaving("saved");
	}, [fresh, id, save, open]);

	// One that the server never took is opened as this browser has it, and is read once it is saved.
	useEffect(() => {
		if (opened.current || !unknown) return;
		const unsaved = remembered(id);
		if (unsaved === null) return;
		opened.current = true;
		setKept(false);
		open(unsaved);
		dirty.current = unsaved;
		void save().catch(() => undefined);
	}, [unknown, id, save, open]);

	useEffect(() => {
		if (content === null || dirty.current === null) return;
		if (!known.current) onBegun(id, at.current);
		const timer = setTimeout(() => void save().catch(() => undefined), SAVE_AFTER_MS);
		return () => clearTimeout(timer);
	}, [content, id, onBegun, save]);

	// Where it was left is kept too, with its content.
	useEffect(() => {
		if (at.current === step) return;
		at.current = step;
		if (!known.current || content === null) return;
		dirty.current ??= content;
		void save().catch(() => undefined);
	}, [step, content, save]);

	// Left in the middle: sent all the same, and remembered where the browser does not send it.
	useEffect(() => {
		const leave = (last: MigrationDraft | null) => {
			if (last === null) return;
			remember(id, last);
			void api.saveDraft(id, { content: last, step: at.current }, true).then(
				() => forget(id),
				() => undefined,
			);
		};
		// With the page goes what is on its way to the server.
		const hide = () => leave(dirty.current ?? sending.current);
		window.addEventListener("pagehide", hide);
		return () => {
			window.removeEventListener("pagehide", hide);
			leave(dirty.current);
			dirty.current = null;
		};
	}, [id]);

	const view = read.data ?? null;
	return {
		id,
		content,
		view,
		saving,
		error: error ?? (content === null ? read.error : null),
		change,
		prefill,
		save,
		again: () => {
			if (saving === "unsaved") void save().catch(() => undefined);
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
