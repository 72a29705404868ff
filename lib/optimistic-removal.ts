import type { QueryClient } from "@tanstack/react-query";

interface Before<Item> {
	before: readonly Item[] | undefined;
}

/**
 * What a mutation needs that takes one item out of a list which is read by `queryKey`: the item goes at once, and is back where the server
 * refuses. For what loses nothing that could not be made again.
 */
export function optimisticRemoval<Item extends { id: string }>(
	queries: QueryClient,
	queryKey: readonly unknown[],
	remove: (item: Item) => Promise<unknown>,
) {
	return {
		mutationFn: remove,
		onMutate: async ({ id }: Item): Promise<Before<Item>> => {
			// An answer that is under way still has the item.
			await queries.cancelQueries({ queryKey });
			const before = queries.getQueryData<readonly Item[]>(queryKey);
			queries.setQueryData<readonly Item[]>(queryKey, (old) => old?.filter((item) => item.id !== id));
			return { before };
		},
		onError: (_error: unknown, _item: Item, context: Before<Item> | undefined) => {
			if (context?.before) queries.setQueryData(queryKey, context.before);
		},
		onSettled: () => queries.invalidateQueries({ queryKey }),
	};
}
