"use client";

import { useEffect, useRef, useState } from "react";
import { CHOSEN_KEY, DRAFT_KEY, type MigrationDraft, openDraft } from "@/lib/migration-draft.ts";

/** The draft of this browser, saved at every change; null until the browser has it. `clear` begins afresh. */
export function useDraft(): { draft: MigrationDraft | null; change: (part: Partial<MigrationDraft>) => void; clear: () => void } {
	const [draft, setDraft] = useState<MigrationDraft | null>(null);
	const opened = useRef(false);
	useEffect(() => {
		// React runs effects twice in development: the chosen nodes are taken once.
		if (opened.current) return;
		opened.current = true;
		const first = openDraft(read(localStorage, DRAFT_KEY), read(sessionStorage, CHOSEN_KEY));
		try {
			sessionStorage.removeItem(CHOSEN_KEY);
		} catch {
			// Storing is forbidden here: then nothing was left there either.
		}
		save(first);
		setDraft(first);
	}, []);
	return {
		draft,
		change: (part) =>
			setDraft((old) => {
				if (!old) return old;
				const next = { ...old, ...part };
				save(next);
				return next;
			}),
		clear: () => {
			const empty = openDraft(null, null);
			save(empty);
			setDraft(empty);
		},
	};
}

function read(storage: Storage, key: string): string | null {
	try {
		return storage.getItem(key);
	} catch {
		return null;
	}
}

function save(draft: MigrationDraft): void {
	try {
		localStorage.setItem(DRAFT_KEY, JSON.stringify(draft));
	} catch {
		// Full or forbidden: the page still works, a reload would lose what was entered.
	}
}
