"use client";

import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useSyncExternalStore } from "react";
import { onReachability } from "@/lib/api-client.ts";
import { goToSignIn } from "@/lib/session-client.ts";
import { streamOpener } from "@/lib/shared-stream.ts";
import { pollWhileSilent } from "@/lib/silent-polling.ts";
import { followStream } from "@/lib/stream-cache.ts";
import { type LiveState, StreamClient } from "@/lib/stream-client.ts";

const Stream = createContext<StreamClient | null>(null);

/** One client for the tab, whatever page is open; made on first use in the browser. */
let stream: StreamClient | null = null;

function theStream(): StreamClient {
	stream ??= new StreamClient(streamOpener());
	return stream;
}

export function LiveProvider({ children }: { children: ReactNode }) {
	const queries = useQueryClient();
	const client = theStream();
	useEffect(() => {
		const stops = [
			followStream(client, queries),
			pollWhileSilent(client, queries),
			onReachability((yes) => client.reachable(yes)),
			client.subscribe("session-ended", goToSignIn),
		];
		const look = () => client.seen(!document.hidden);
		look();
		document.addEventListener("visibilitychange", look);
		client.start();
		return () => {
			document.removeEventListener("visibilitychange", look);
			for (const stop of stops) stop();
			client.stop();
		};
	}, [client, queries]);
	return <Stream value={client}>{children}</Stream>;
}

/** The tab's stream, for what the query cache does not hold: `useEffect(() => stream.subscribe("heartbeat", …), [stream])`. */
export function useStream(): StreamClient {
	const client = useContext(Stream);
	if (!client) throw new Error("useStream outside LiveProvider");
	return client;
}

export function useLiveState(): LiveState {
	const client = useStream();
	return useSyncExternalStore(
		(listener) => client.onState(listener),
		() => client.state,
		() => "connecting",
	);
}
