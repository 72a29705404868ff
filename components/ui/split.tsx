"use client";

import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from "react";
import { cn } from "@/lib/class-names.ts";
import { useStoredText } from "./stored-text.ts";

interface SplitProps {
	/** Beside each other, each scrolling by itself; else below each other. */
	beside: boolean;
	/** What the handle between them does. */
	label: string;
	/** Under which the browser remembers where the handle is. */
	storageKey: string;
	first: ReactNode;
	second: ReactNode;
}

/** The first part's share of the width, in percent. */
const SHARE = { least: 25, usual: 44, most: 65 } as const;
const STEP = 2;

/** Two parts of a page, beside each other or below. Both stay what they are when that changes: what is typed or focused in them is not lost. */
export function Split({ beside, label, storageKey, first, second }: SplitProps) {
	const whole = useRef<HTMLDivElement>(null);
	const [stored, store] = useStoredText(storageKey);
	const [dragged, setDragged] = useState<number | null>(null);
	const share = dragged ?? within(stored === null ? SHARE.usual : Number(stored));
	return (
		<div ref={whole} className={cn("flex min-w-0", beside ? "min-h-[30rem] flex-1" : "flex-col gap-4")}>
			<div className={cn("min-w-0", beside && "relative shrink-0")} style={beside ? { width: `calc(${share}% - 0.5rem)` } : undefined}>
				<div className={cn("flex min-w-0 flex-col gap-4", beside && "absolute inset-0")}>{first}</div>
			</div>
			{beside ? (
				<Handle
					label={label}
					share={share}
					shareAt={(x) => {
						const { left, width } = whole.current?.getBoundingClientRect() ?? { left: 0, width: 1 };
						return within(((x - left) / width) * 100);
					}}
					onDrag={setDragged}
					onShare={(next) => {
						setDragged(null);
						store(String(within(next)));
					}}
				/>
			) : null}
			<div className={cn("min-w-0", beside && "relative flex-1")}>
				<div className={cn("flex min-w-0 flex-col", beside && "absolute inset-0")}>{second}</div>
			</div>
		</div>
	);
}

function within(share: number): number {
	return Number.isNaN(share) ? SHARE.usual : Math.min(SHARE.most, Math.max(SHARE.least, Math.round(share)));
}

interface HandleProps {
	label: string;
	share: number;
	/** For a place on the page. */
	shareAt: (x: number) => number;
	onDrag: (share: number) => void;
	onShare: (share: number) => void;
}

/** Dragged, or moved by arrow keys; a double click puts it where it was at first. */
function Handle({ label, share, shareAt, onDrag, onShare }: HandleProps) {
	const onKeyDown = (event: KeyboardEvent) => {
		const to = { ArrowLeft: share - STEP, ArrowRight: share + STEP, Home: SHARE.least, End: SHARE.most }[event.key];
		if (to === undefined) return;
		event.preventDefault();
		onShare(to);
	};
	const held = (event: PointerEvent<HTMLElement>) => event.currentTarget.hasPointerCapture(event.pointerId);
	return (
		<hr
			aria-orientation="vertical"
			aria-label={label}
			aria-valuenow={share}
			aria-valuemin={SHARE.least}
			aria-valuemax={SHARE.most}
			title={label}
			tabIndex={0}
			onKeyDown={onKeyDown}
			onDoubleClick={() => onShare(SHARE.usual)}
			onPointerDown={(event) => {
				if (event.button === 0) event.currentTarget.setPointerCapture(event.pointerId);
			}}
			onPointerMove={(event) => {
				if (held(event)) onDrag(shareAt(event.clientX));
			}}
			onPointerUp={(event) => {
				if (held(event)) onShare(shareAt(event.clientX));
			}}
			// Drawn as a line, and wide enough to be caught.
			className="m-0 h-auto w-4 shrink-0 cursor-col-resize touch-none select-none self-stretch rounded border-0 bg-border bg-clip-content px-[7px] hover:bg-ring hover:px-1.5 active:bg-ring"
		/>
	);
}
