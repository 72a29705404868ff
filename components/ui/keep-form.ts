import type { KeyboardEvent } from "react";

/** Of a box that is set with the space bar: Enter does not send the form around it. */
export function keepForm(event: KeyboardEvent): void {
	if (event.key === "Enter") event.preventDefault();
}
