import type { ComponentProps } from "react";
import { cn } from "@/lib/class-names.ts";
import { ScrollWhenNeeded } from "./scroll-when-needed.tsx";

/** A plain table that scrolls sideways by itself where the page is narrow. Long ones (over a few hundred rows) are virtual instead. */
export function Table({ className, "aria-label": label, ...props }: ComponentProps<"table">) {
	return (
		<ScrollWhenNeeded label={label} className="relative w-full overflow-x-auto">
			<table aria-label={label} className={cn("w-full border-collapse text-[0.8125rem]", className)} {...props} />
		</ScrollWhenNeeded>
	);
}

export function THead({ className, ...props }: ComponentProps<"thead">) {
	return <thead className={cn("[&>tr:last-child]:border-b", className)} {...props} />;
}

export function TBody(props: ComponentProps<"tbody">) {
	return <tbody {...props} />;
}

export function Tr({ className, ...props }: ComponentProps<"tr">) {
	return <tr className={cn("border-b last:border-b-0", className)} {...props} />;
}

export function Th({ className, ...props }: ComponentProps<"th">) {
	return (
		<th
			scope="col"
			className={cn("whitespace-nowrap px-3 py-1.5 text-left font-medium text-muted-foreground text-xs", className)}
			{...props}
		/>
	);
}

export function Td({ className, ...props }: ComponentProps<"td">) {
	return <td className={cn("px-3 py-1.5 align-top", className)} {...props} />;
}
