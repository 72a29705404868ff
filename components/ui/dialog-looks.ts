export const BACKDROP = "fixed inset-0 z-40 bg-black/45 transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0";
export const POPUP =
	"-translate-x-1/2 -translate-y-1/2 fixed top-1/2 left-1/2 z-40 flex max-h-[calc(100dvh-2rem)] w-[calc(100vw-1.5rem)] flex-col rounded-lg border bg-popover shadow-xl outline-hidden transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0";
