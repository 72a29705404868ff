"use client";

import { useQuery } from "@tanstack/react-query";
import { api } from "@/lib/api-client.ts";
import { keys } from "@/lib/query-keys.ts";

/** Facts grow old without a word from the stream. Milliseconds. */
const READ_AGAIN_MS = 15 * 60_000;

/** What needs a person now, in one cluster or in all. */
export function useAttention(clusterId: string | undefined) {
	return useQuery({
		queryKey: keys.attention.list(clusterId),
		queryFn: ({ signal }) => api.attention(clusterId, signal),
		refetchInterval: READ_AGAIN_MS,
	});
}
