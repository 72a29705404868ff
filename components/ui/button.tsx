import type { ComponentProps, MouseEvent } from "react";
import { cn } from "@/lib/class-names.ts";

const BASE =
	"inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md border font-medium transition-colors disabled:cursor-not-allowed disabled:opacity-55 data-disabled:cursor-not-allowed data-disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0";

const VARIANTS = {
	primary: "border-transparent bg-primary text-primary-foreground hover:bg-primary/90",
	outline: "border-input bg-card hover:bg-accent",
	ghost: "border-transparent bg-transparent hover:bg-accent",
	destructive: "border-transparent bg-destructive text-destructive-foreground hover:bg-destructive/90",
	link: "border-transparent text-info underline-offset-2 hover:underline",
} as const;

const SIZES = {
	md: "h-8 px-3 text-sm",
	sm: "h-7 px-2 text-[0.8125rem]",
	icon: "size-8",
	"icon-sm": "size-7",
} as const;

export interface ButtonStyle {
	variant?: keyof typeof VARIANTS;
	size?: keyof typeof SIZES;
}

/** The look of a button, for a link that is one: `<Link className={buttonClass({ variant: "outline" })}>`. */
export function buttonClass({ variant = "outline", size = "md" }: ButtonStyle = {}, extra?: string): string {
	return cn(BASE, VARIANTS[variant], SIZES[size], variant === "link" && "h-auto px-0", extra);
}

type ButtonProps = Omit<ComponentProps<"button">, "style"> & ButtonStyle & { busy?: boolean };

/** `busy` keeps the focus and refuses presses: a second press must not do it twice. */
export function Button({ variant, size, className, busy = false, disabled, type = "button", onClick, ...props }: ButtonProps) {
	return (
		<button
			type={type}
			className={buttonClass({ variant, size }, className)}
			disabled={disabled && !busy}
			aria-disabled={busy || undefined}
			data-disabled={disabled || busy ? "" : undefined}
			aria-busy={busy || undefined}
			onClick={busy ? refuse : onClick}
			{...props}
		/>
	);
}

/** Neither a press nor the form that it would send. */
function refuse(event: MouseEvent): void {
	event.preventDefault();
	event.stopPropagation();
}
