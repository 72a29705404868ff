import {
	AlertTriangle,
	CheckCircle2,
	Circle,
	CircleDashed,
	CircleHelp,
	CirclePause,
	CircleSlash,
	Clock,
	Hand,
	LoaderCircle,
	type LucideIcon,
	OctagonMinus,
	Undo2,
	XCircle,
} from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "@/lib/class-names.ts";

/** What a state is, before it is a colour. */
export const STATUS_KINDS = {
	ok: { icon: CheckCircle2, colour: "text-success" },
	running: { icon: LoaderCircle, colour: "text-info" },
	waiting: { icon: Circle, colour: "text-muted-foreground" },
	queued: { icon: CircleDashed, colour: "text-muted-foreground" },
	scheduled: { icon: Clock, colour: "text-info" },
	paused: { icon: CirclePause, colour: "text-warning" },
	blocked: { icon: OctagonMinus, colour: "text-warning" },
	warning: { icon: AlertTriangle, colour: "text-warning" },
	failed: { icon: XCircle, colour: "text-danger" },
	reverted: { icon: Undo2, colour: "text-warning" },
	hands: { icon: Hand, colour: "text-danger" },
	skipped: { icon: CircleSlash, colour: "text-muted-foreground" },
	unknown: { icon: CircleHelp, colour: "text-warning" },
} as const satisfies Record<string, { icon: LucideIcon; colour: string }>;
export type StatusKind = keyof typeof STATUS_KINDS;

interface StatusGlyphProps {
	kind: StatusKind;
	/** The state in words; always there, seen or (with `iconOnly`) read out and on hover. */
	label: string;
	iconOnly?: boolean;
	className?: string;
	children?: ReactNode;
}

// Made once: React passes over what is the same.
const GLYPHS = new Map(
	Object.entries(STATUS_KINDS).map(([kind, { icon: Icon }]) => [
		kind,
		<Icon
			key={kind}
			className={cn("size-4 shrink-0 self-center", kind === "running" && "animate-spin motion-reduce:animate-none")}
			aria-hidden="true"
		/>,
	]),
);

/** Glyph and text, colour last: nobody has to tell red from green. It stands on the line by its text, not by the glyph. */
export function StatusGlyph({ kind, label, iconOnly = false, className, children }: StatusGlyphProps) {
	const { colour } = STATUS_KINDS[kind];
	return (
		<span className={cn("inline-flex items-baseline gap-1.5 whitespace-nowrap", colour, className)} title={iconOnly ? label : undefined}>
			{GLYPHS.get(kind)}
			<span className={iconOnly ? "sr-only" : undefined}>{label}</span>
			{children}
		</span>
	);
}
