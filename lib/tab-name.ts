const KEY = "gantry.tab";

interface TabPorts {
	/** The tab's own: a reload finds it again, and a duplicate of the tab begins with a copy of it. */
	storage: Pick<Storage, "getItem" | "setItem" | "removeItem">;
	/** Where the page says that it goes, and that it is shown again as it was. */
	page: Pick<EventTarget, "addEventListener">;
	newName: () => string;
}

/**
 * What this tab is called, the same again after a reload. The name lies in the storage only while no page of the tab is there: so a tab that
 * is duplicated or opened from this one finds none, and is another tab. Throws where storing is forbidden.
 */
export function tabName({ storage, page, newName }: TabPorts): string {
	const name = storage.getItem(KEY) ?? newName();
	storage.removeItem(KEY);
	page.addEventListener("pagehide", () => storage.setItem(KEY, name));
	// Kept as it was while another page had its place.
	page.addEventListener("pageshow", () => storage.removeItem(KEY));
	return name;
}
