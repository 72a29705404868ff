"use client";

import { useTheme } from "next-themes";
import { Toaster as Sonner } from "sonner";

/** `import { toast } from "sonner"` anywhere. A toast confirms; an error also stays where it happened (ProblemAlert). */
export function Toaster() {
	const { resolvedTheme } = useTheme();
	return (
		<Sonner
			theme={resolvedTheme === "dark" ? "dark" : "light"}
			position="bottom-right"
			closeButton
			toastOptions={{ className: "font-sans" }}
		/>
	);
}
