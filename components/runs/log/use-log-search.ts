"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { api } from "@/lib/api-client.ts";
import { mergeHits } from "@/lib/log-hits.ts";
import { LONGEST_QUERY, searchLines } from "@/lib/log-lines.ts";
import { keys } from "@/lib/query-keys.ts";
import type { RunLog } from "./use-run-log.ts";

/** A moment after the last key, so that not every letter asks the server. Milliseconds. */
const SETTLED_MS = 250;
/** More than anybody goes through one by one. */
const MOST_HITS = 10_000;

export interface LogSearchView {
	/** Numbers of the lines that hold the text, ascending. */
	hits: number[];
	/** There are more than these. */
	more: boolean;
	/** The server still looks through what is not held here. */
	searching: boolean;
	/** Why it could not. */
	error: unknown;
}

/** Looks for a text in the whole log: here in what is held, on the server in what lies before. */
export function useLogSearch(runId: string, log: RunLog, query: string): LogSearchView {
	const { reader } = log;
	const { firstLine } = log.lines;
	const settled = useSettled(query.slice(0, LONGEST_QUERY), SETTLED_MS);
	const partial = reader.heldFrom > 0;
	const earlier = useQuery({
		queryKey: keys.logSearch(runId, reader.generation, settled),
		queryFn: ({ signal }) => searchAll(runId, settled, signal),
		enabled: partial && settled !== "",
		// What lies before the held part does not change; the end is searched here.
		staleTime: Number.POSITIVE_INFINITY,
	});
	const held = useMemo(() => searchLines(log.lines.lines, query).map((index) => log.lines.numberOf(index)), [log, query]);
	const before = partial && query !== "" && earlier.data && settled === query ? earlier.data : null;
	const hits = useMemo(() => mergeHits(before?.lines ?? [], held, firstLine), [before, held, firstLine]);
	return {
		hits,
		more: before?.more ?? false,
		searching: partial && query !== "" && (settled !== query || earlier.isPending) && !earlier.error,
		error: query === "" ? null : earlier.error,
	};
}

async function searchAll(runId: string, q: string, signal: AbortSignal): Promise<{ lines: number[]; more: boolean }> {
	const lines: number[] = [];
	for (let after: number | null = 0; after !== null; ) {
		const answer = await api.searchRunLog(runId, { q, after }, signal);
		lines.push(...answer.lines);
		if (lines.length >= MOST_HITS) return { lines: lines.slice(0, MOST_HITS), more: true };
		after = answer.next;
	}
	return { lines, more: false };
}

function useSettled(value: string, ms: number): string {
	const [settled, setSettled] = useState(value);
	useEffect(() => {
		const timer = setTimeout(() => setSettled(value), ms);
		return () => clearTimeout(timer);
	}, [value, ms]);
	return settled;
}
