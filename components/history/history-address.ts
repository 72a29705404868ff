"use client";

import { historyTime } from "@/lib/history-range.ts";
import { DIRECTIONS, MIGRATION_STATES, RUN_STATES } from "@/lib/run-states.ts";
import { useQueryFilter } from "./query-filter.ts";

export const PAGE_SIZE = 50;

export interface HistoryAddress {
	view: "runs" | "migrations";
	show: "table" | "timeline";
	/** As the API takes it; "" = not chosen. */
	query: { clusterId: string; nodeId: string; migrationId: string; direction: string; state: string; q: string } & Record<
		"lastS" | "from" | "to",
		string
	>;
	/** "" = any, "range" = from one moment to another, else so many seconds up to now. */
	time: string;
	/** The moments are the wrong way round: there is nothing to ask for. */
	backwards: boolean;
	/** From 1. */
	page: number;
	set: (values: Record<string, string | number | null>) => void;
}

/** What of the history is shown, and how, by its address. */
export function useHistoryAddress(): HistoryAddress {
	const filter = useQueryFilter();
	const view = filter.get("view") === "migrations" ? "migrations" : "runs";
	const direction = DIRECTIONS.find((one) => one === filter.get("direction"));
	const state = [...(view === "runs" ? RUN_STATES : MIGRATION_STATES)].find((one) => one === filter.get("state"));
	const { choice, backwards, ...stretch } = historyTime(filter.get);
	const ofRuns = (name: string) => (view === "runs" ? filter.get(name) : "");
	return {
		view,
		show: filter.get("show") === "timeline" ? "timeline" : "table",
		query: {
			clusterId: filter.get("cluster"),
			nodeId: ofRuns("node"),
			migrationId: ofRuns("migration"),
			direction: direction ?? "",
			state: state ?? "",
			q: filter.get("q"),
			...stretch,
		},
		time: choice,
		backwards,
		page: filter.page,
		set: filter.set,
	};
}
