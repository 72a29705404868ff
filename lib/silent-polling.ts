import { focusManager, type Query, type QueryClient } from "@tanstack/react-query";
import type { StreamClient } from "./stream-client.ts";

const POLL_MS = 4_000;

/**
 * Reads what is shown again every few seconds while the stream is silent and somebody looks. A request that takes longer is let finish.
 * Returns how to stop.
 */
export function pollWhileSilent(stream: StreamClient, queries: QueryClient): () => void {
	let timer: ReturnType<typeof setInterval> | null = null;
	const read = () => {
		if (focusManager.isFocused()) void queries.refetchQueries({ type: "active", predicate: mayChange }, { cancelRefetch: false });
	};
	const stop = () => {
		if (timer !== null) clearInterval(timer);
		timer = null;
	};
	const look = () => {
		if (stream.state !== "polling" && stream.state !== "offline") return stop();
		if (timer !== null) return;
		timer = setInterval(read, POLL_MS);
		read();
	};
	const stops = [stop, stream.onState(look), focusManager.subscribe(() => timer !== null && read())];
	look();
	return () => {
		for (const one of stops) one();
	};
}

/** False where everybody who shows it has said that it need not be read again. */
function mayChange(query: Query): boolean {
	return query.observers.some(({ options }) => options.refetchInterval !== false);
}
