import type { ReactNode } from "react";
import { cn } from "@/lib/class-names.ts";

export const TONES = {
	neutral: "bg-muted text-foreground",
	success: "bg-success-soft text-success",
	warning: "bg-warning-soft text-warning",
	danger: "bg-danger-soft text-danger",
	info: "bg-info-soft text-info",
} as const;
export type Tone = keyof typeof TONES;

/** A word in a box. Its text says it all; the colour only helps. */
export function Badge({ tone = "neutral", className, children }: { tone?: Tone; className?: string; children: ReactNode }) {
	return (
		<span
			className={cn(
				"inline-flex items-center gap-1 whitespace-nowrap rounded px-1.5 py-0.5 font-medium text-xs leading-4 [&_svg]:size-3",
				TONES[tone],
				className,
			)}
		>
			{children}
		</span>
	);
}
