import { MutationObserver, QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it } from "vitest";
import { optimisticRemoval } from "./optimistic-removal.ts";

const KEY = ["things"];
let queries: QueryClient;
let answer: { refuse: (error: Error) => void; take: () => void };
const shown = () => queries.getQueryData<{ id: string }[]>(KEY)?.map(({ id }) => id);

beforeEach(() => {
	queries = new QueryClient({ defaultOptions: { mutations: { retry: false } } });
	queries.setQueryData(KEY, [{ id: "a" }, { id: "b" }]);
});
afterEach(() => queries.clear());

function remove(id: string): Promise<unknown> {
	const options = optimisticRemoval<{ id: string }>(queries, KEY, () => {
		return new Promise<void>((take, refuse) => {
			answer = { take, refuse };
		});
	});
	return new MutationObserver(queries, options).mutate({ id });
}

it("shows the list without the item before the server has answered, and reads it again afterwards", async () => {
	const removing = remove("a");
	await expect.poll(shown).toEqual(["b"]);
	await expect.poll(() => answer).toBeDefined();
	answer.take();
	await removing;
	expect(shown()).toEqual(["b"]);
	expect(queries.getQueryState(KEY)?.isInvalidated).toBe(true);
});

it("has the item back where the server refuses", async () => {
	const removing = remove("b");
	await expect.poll(shown).toEqual(["a"]);
	await expect.poll(() => answer).toBeDefined();
	answer.refuse(new Error("refused"));
	await expect(removing).rejects.toThrow("refused");
	expect(shown()).toEqual(["a", "b"]);
	expect(queries.getQueryState(KEY)?.isInvalidated).toBe(true);
});
