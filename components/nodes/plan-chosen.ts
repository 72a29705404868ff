import { CHOSEN_KEY, type ChosenNodes, chosenNodes } from "@/lib/migration-draft.ts";

/** Hands the chosen nodes, by their ids at this moment, to the page that plans, and returns its address. */
export function planChosen(chosen: ChosenNodes): string {
	sessionStorage.setItem(CHOSEN_KEY, chosenNodes(chosen));
	return `/migrations/new?cluster=${encodeURIComponent(chosen.clusterId)}`;
}
