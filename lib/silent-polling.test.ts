import { focusManager, QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { pollWhileSilent } from "./silent-polling.ts";
import { StreamClient } from "./stream-client.ts";
import { type FakeSource, fakeSources, heartbeat } from "./testing/fake-source.ts";

let stream: StreamClient;
let newest: () => FakeSource;
let queries: QueryClient;
let read: ReturnType<typeof vi.fn<() => Promise<string>>>;
let stop: () => void;

beforeEach(async () => {
	vi.useFakeTimers();
	focusManager.setFocused(true);
	const fake = fakeSources();
	({ newest } = fake);
	stream = new StreamClient(fake.open);
	queries = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: 60_000 } } });
	read = vi.fn(async () => "data");
	const shown = new QueryObserver(queries, { queryKey: ["shown"], queryFn: read }).subscribe(() => undefined);
	queries.setQueryData(["not shown"], "data");
	const poll = pollWhileSilent(stream, queries);
	stop = () => {
		poll();
		shown();
		stream.stop();
		queries.clear();
	};
	stream.start();
	await vi.advanceTimersByTimeAsync(0);
	newest().say(heartbeat);
	read.mockClear();
});
afterEach(() => {
	stop();
	focusManager.setFocused(undefined);
	expect(vi.getTimerCount()).toBe(0);
	vi.useRealTimers();
});

it("reads nothing while messages come", async () => {
	for (let beat = 0; beat < 10; beat++) {
		await vi.advanceTimersByTimeAsync(5_000);
		newest().say(heartbeat);
	}
	expect(read).not.toHaveBeenCalled();
});

it("reads what is shown as soon as the stream is silent, every few seconds, and no more once it speaks", async () => {
	await vi.advanceTimersByTimeAsync(10_000);
	expect(read).toHaveBeenCalledTimes(1);
	await vi.advanceTimersByTimeAsync(8_000);
	expect(read).toHaveBeenCalledTimes(3);
	newest().say(heartbeat);
	await vi.advanceTimersByTimeAsync(9_000);
	expect(read).toHaveBeenCalledTimes(3);
});

it("leaves alone what never changes", async () => {
	const draft = vi.fn(async () => "plan");
	const shown = new QueryObserver(queries, { queryKey: ["draft"], queryFn: draft, refetchInterval: false }).subscribe(() => undefined);
	await vi.advanceTimersByTimeAsync(30_000);
	expect(draft).toHaveBeenCalledTimes(1);
	shown();
});

it("goes on while the console does not answer at all", async () => {
	read.mockRejectedValue(new Error("no answer"));
	await vi.advanceTimersByTimeAsync(10_000);
	stream.reachable(false);
	await vi.advanceTimersByTimeAsync(8_000);
	expect(stream.state).toBe("offline");
	expect(read).toHaveBeenCalledTimes(3);
});

it("lets a slow answer come", async () => {
	read.mockImplementation(() => new Promise((resolve) => setTimeout(() => resolve("late"), 6_000)));
	await vi.advanceTimersByTimeAsync(17_000);
	expect(queries.getQueryData(["shown"])).toBe("late");
});

it("waits until somebody looks", async () => {
	focusManager.setFocused(false);
	await vi.advanceTimersByTimeAsync(30_000);
	expect(read).not.toHaveBeenCalled();
	focusManager.setFocused(true);
	await vi.advanceTimersByTimeAsync(0);
	expect(read).toHaveBeenCalledTimes(1);
});
