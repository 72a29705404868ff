import { useQuery } from "@tanstack/react-query";
import { api } from "@/lib/api-client.ts";
import { keys } from "@/lib/query-keys.ts";

/** How long nodes took that went the same way before; read once. */
export function usePastDurations(migrationId: string, enabled = true) {
	return useQuery({
		queryKey: keys.migrations.durations(migrationId),
		queryFn: ({ signal }) => api.durations(migrationId, signal),
		enabled,
		staleTime: Number.POSITIVE_INFINITY,
		refetchInterval: false,
	});
}
