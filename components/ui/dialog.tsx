"use client";

import type { DialogProps } from "./on-demand/dialog.tsx";
import { OnDemand, useOnDemand } from "./on-demand/on-demand.ts";

const dialog = new OnDemand(() => import("./on-demand/dialog.tsx"));

/** A dialog that is controlled from outside. Its body scrolls, its head and foot stay. */
export function Dialog(props: DialogProps) {
	const code = useOnDemand(dialog, props.open);
	return code && <code.Dialog {...props} />;
}
