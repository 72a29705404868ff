"use client";

import { useInBrowser } from "@/components/ui/time-zone.tsx";

/** The keys of a command as they are printed on this person's keyboard. */
export function Keys({ keys }: { keys: readonly string[] }) {
	const inBrowser = useInBrowser();
	const mac = inBrowser && /^Mac|^iP/.test(navigator.platform);
	return (
		<span className="inline-flex items-center gap-1">
			{keys.map((key) => (
				<kbd
					key={key}
					className="min-w-5 rounded border border-input bg-muted px-1 text-center font-mono text-foreground text-xs leading-5"
				>
					{key.startsWith("Mod+") ? `${mac ? "⌘" : "Ctrl "}${key.slice(4).toUpperCase()}` : key}
				</kbd>
			))}
		</span>
	);
}
