import { environmentManager, focusManager, QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { api } from "@/lib/api-client.ts";
import { podsQuery } from "./pods-query.ts";

beforeEach(() => {
	vi.useFakeTimers();
	// A server reads nothing again.
	environmentManager.setIsServer(() => false);
});
afterEach(() => {
	focusManager.setFocused(undefined);
	environmentManager.setIsServer(() => true);
	vi.useRealTimers();
});

it("is read again every fifteen seconds while the page is seen, and no more once it is left", async () => {
	const read = vi.spyOn(api, "nodePods").mockResolvedValue([]);
	const queries = new QueryClient();
	focusManager.setFocused(true);
	const leave = new QueryObserver(queries, podsQuery("n1")).subscribe(() => undefined);
	await vi.advanceTimersByTimeAsync(31_000);
	expect(read).toHaveBeenCalledTimes(3);
	focusManager.setFocused(false);
	await vi.advanceTimersByTimeAsync(60_000);
	expect(read).toHaveBeenCalledTimes(3);
	focusManager.setFocused(true);
	await vi.advanceTimersByTimeAsync(15_000);
	expect(read).toHaveBeenCalledTimes(4);
	leave();
	await vi.advanceTimersByTimeAsync(60_000);
	expect(read).toHaveBeenCalledTimes(4);
	queries.clear();
});
