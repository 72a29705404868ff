import { tabName } from "@/lib/tab-name.ts";
import { newName } from "./draft-address.ts";

let name: string | null = null;

/** What this tab is called, as long as it is there. */
export function thisTab(): string {
	name ??= kept() ?? newName();
	return name;
}

function kept(): string | null {
	try {
		return tabName({ storage: sessionStorage, page: window, newName });
	} catch {
		// Where storing is forbidden, each page is a tab of its own.
		return null;
	}
}
