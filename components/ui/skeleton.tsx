import { cn } from "@/lib/class-names.ts";

/** Stands where something will be, in its size. The list or page around it says `aria-busy`. */
export function Skeleton({ className }: { className?: string }) {
	return <div aria-hidden="true" className={cn("animate-pulse rounded bg-muted", className)} />;
}

const LINES = ["w-full", "w-11/12", "w-4/5", "w-[99%]", "w-3/4", "w-5/6", "w-[98%]", "w-2/3"];

/** At most eight lines of different length. */
export function SkeletonLines({ lines = 4, className }: { lines?: number; className?: string }) {
	return (
		<div className={cn("flex flex-col gap-2", className)}>
			{LINES.slice(0, lines).map((width) => (
				<Skeleton key={width} className={cn("h-4", width)} />
			))}
		</div>
	);
}
