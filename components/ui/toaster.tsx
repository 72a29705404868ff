"use client";

import { useOnDemand } from "./on-demand/on-demand.ts";
import { toasts } from "./toast.ts";

/** Where toasts appear. */
export function Toaster() {
	const code = useOnDemand(toasts);
	return code && <code.Toaster />;
}
