import type { ComponentProps } from "react";
import { cn } from "@/lib/class-names.ts";

const BOX =
	"w-full min-w-0 rounded-md border border-input bg-card px-2.5 text-foreground placeholder:text-muted-foreground placeholder-shown:text-ellipsis disabled:cursor-not-allowed disabled:opacity-60 aria-invalid:border-danger";

/** One line of text. Inside a Field it takes its id, its description and its error from there. */
export function Input({ className, ...props }: ComponentProps<"input">) {
	return <input autoComplete="off" spellCheck={false} className={cn(BOX, "h-8 text-sm", className)} {...props} />;
}

export function Textarea({ className, ...props }: ComponentProps<"textarea">) {
	return (
		<textarea autoComplete="off" spellCheck={false} className={cn(BOX, "min-h-20 py-1.5 text-sm leading-snug", className)} {...props} />
	);
}
