"use client";

import { useTheme } from "next-themes";
import { useEffect } from "react";
import { Toaster as Sonner, toast } from "sonner";
import { showToasts } from "../toast.ts";

export function Toaster() {
	const { resolvedTheme } = useTheme();
	// Sonner listens from its own effect on, which comes before this one.
	useEffect(() => showToasts(toast), []);
	return (
		<Sonner
			theme={resolvedTheme === "dark" ? "dark" : "light"}
			position="bottom-right"
			closeButton
			toastOptions={{ className: "font-sans" }}
		/>
	);
}
