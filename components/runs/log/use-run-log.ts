"use client";

import { useEffect, useMemo, useSyncExternalStore } from "react";
import { useLiveState, useStream } from "@/components/shell/live.tsx";
import { api } from "@/lib/api-client.ts";
import { bytesOfBase64 } from "@/lib/base64.ts";
import type { LogLines } from "@/lib/log-lines.ts";
import { LogReader } from "@/lib/log-reader.ts";

const POLL_MS = 2_000;

/** The log as it is at one moment: another object after each change, over the same reader. */
export interface RunLog {
	reader: LogReader;
	lines: LogLines;
	count: number;
}

/** One run's log, kept up to date: from the stream, and by plain reads where the stream is silent. */
export function useRunLog(runId: string, expectedBytes: number): RunLog {
	const stream = useStream();
	const live = useLiveState();
	const store = useMemo(() => makeStore(runId), [runId]);
	useEffect(() => {
		const reader = store.open();
		const stops = [
			stream.followLog(runId, {
				piece: ({ generation, offset, bytesBase64 }) => reader.push({ generation, offset, bytes: bytesOfBase64(bytesBase64) }),
				caughtUp: () => void reader.poll(),
			}),
			stream.onRecovered(() => void reader.poll()),
		];
		void reader.start(store.expected.bytes);
		return () => {
			for (const stop of stops) stop();
			reader.stop();
		};
	}, [store, stream, runId]);
	// The run's own row may tell of bytes that no message brought.
	useEffect(() => {
		store.expected.bytes = expectedBytes;
		const reader = store.current();
		if (!reader.loading && expectedBytes > reader.total) void reader.poll();
	}, [store, expectedBytes]);
	const silent = live === "polling" || live === "offline";
	useEffect(() => {
		if (!silent) return;
		const timer = setInterval(() => void store.current().poll(), POLL_MS);
		return () => clearInterval(timer);
	}, [store, silent]);
	return useSyncExternalStore(store.subscribe, store.snapshot, store.snapshot);
}

/** Changes come by the hundred in a second: a page hears of them once a frame. */
function makeStore(runId: string) {
	const listeners = new Set<() => void>();
	let frame: number | null = null;
	const announce = () => {
		if (frame !== null) return;
		frame = requestAnimationFrame(() => {
			frame = null;
			snapshot = take();
			for (const listener of listeners) listener();
		});
	};
	const make = () =>
		new LogReader(runId, {
			read: (offset, limit, signal) => api.runLog(runId, offset, limit, signal),
			wait: pause,
			onChange: announce,
		});
	let reader = make();
	const take = (): RunLog => ({ reader, lines: reader.lines, count: reader.lines.lines.length });
	let snapshot = take();
	return {
		expected: { bytes: 0 },
		/** A new one each time: a reader that was stopped is not started again. */
		open() {
			reader = make();
			return reader;
		},
		current: () => reader,
		subscribe(listener: () => void) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		snapshot: () => snapshot,
	};
}

/** Resolves after `ms`, or when the signal is aborted. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		const timer = setTimeout(resolve, ms);
		signal.addEventListener(
			"abort",
			() => {
				clearTimeout(timer);
				resolve();
			},
			{ once: true },
		);
	});
}
