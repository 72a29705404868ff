import { queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/api-client.ts";
import { keys } from "@/lib/query-keys.ts";

const READ_AGAIN_MS = 15_000;

/** What runs on the node. No stream tells of it: it is read again while somebody looks. */
export const podsQuery = (nodeId: string) =>
	queryOptions({
		queryKey: keys.nodes.pods(nodeId),
		queryFn: ({ signal }) => api.nodePods(nodeId, signal),
		retry: false,
		refetchInterval: READ_AGAIN_MS,
	});
