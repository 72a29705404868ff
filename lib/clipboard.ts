/** Copies `text`; false where the browser lets us do it neither way. */
export async function copyText(text: string): Promise<boolean> {
	if (navigator.clipboard) {
		try {
			await navigator.clipboard.writeText(text);
			return true;
		} catch {
			// Refused by policy or for want of focus: the old way may still do.
		}
	}
	const area = document.createElement("textarea");
	area.value = text;
	area.setAttribute("readonly", "");
	area.style.position = "fixed";
	area.style.opacity = "0";
	// Inside an open dialog the focus cannot leave it.
	const home = document.activeElement?.closest("[role=dialog],[role=alertdialog]") ?? document.body;
	const focused = document.activeElement;
	home.append(area);
	area.select();
	try {
		return document.execCommand("copy");
	} catch {
		return false;
	} finally {
		area.remove();
		if (focused instanceof HTMLElement) focused.focus();
	}
}
