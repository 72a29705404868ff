"use client";

import type { AlertDialogProps } from "./on-demand/alert-dialog.tsx";
import { OnDemand, useOnDemand } from "./on-demand/on-demand.ts";

const alertDialog = new OnDemand(() => import("./on-demand/alert-dialog.tsx"));

/** Asks once before something that cannot be taken back. The focus starts on Cancel. */
export function AlertDialog(props: AlertDialogProps) {
	const code = useOnDemand(alertDialog, props.open);
	return code && <code.AlertDialog {...props} />;
}
