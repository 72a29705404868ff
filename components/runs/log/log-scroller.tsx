"use client";

import type { ReactNode, RefObject } from "react";

/** Reached by Tab, so that it can be scrolled by keyboard (WCAG 2.1.1). */
const REACHABLE = { tabIndex: 0 } as const;

interface LogScrollerProps {
	ref: RefObject<HTMLElement | null>;
	label: string;
	className?: string;
	onScroll: (element: HTMLElement) => void;
	/** Before the reader moves it: by wheel, finger, key or its bar. */
	onReader: () => void;
	children: ReactNode;
}

/** The scrolling region of a log, whose element its owner needs. */
export function LogScroller({ ref, label, className, onScroll, onReader, children }: LogScrollerProps) {
	return (
		<section
			ref={ref}
			aria-label={label}
			{...REACHABLE}
			className={className}
			onScroll={(event) => onScroll(event.currentTarget)}
			onWheel={onReader}
			onTouchMove={onReader}
			onPointerDown={onReader}
			onKeyDown={onReader}
		>
			{children}
		</section>
	);
}
