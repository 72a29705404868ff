import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { MigrationDetail } from "./contracts/migration.ts";
import type { MigrationView, RunSigns } from "./contracts/run.ts";
import { keys } from "./query-keys.ts";
import { followStream } from "./stream-cache.ts";
import { StreamClient } from "./stream-client.ts";
import { type FakeSource, fakeSources } from "./testing/fake-source.ts";
import { migrationView } from "./testing/migration-view.ts";
import { runView as run } from "./testing/run-view.ts";

let newest: () => FakeSource;
let queries: QueryClient;
let stop: () => void;
const say = (message: object) => newest().say(message);
const detail = () => queries.getQueryData<MigrationDetail>(keys.migrations.detail("m1"));

beforeEach(() => {
	vi.useFakeTimers();
	const fake = fakeSources();
	({ newest } = fake);
	queries = new QueryClient();
	const stream = new StreamClient(fake.open);
	const follow = followStream(stream, queries);
	stream.start();
	stop = () => {
		follow();
		stream.stop();
	};
	// Only the runs and events matter here.
	queries.setQueryData(keys.migrations.detail("m1"), {
		migration: {},
		runs: [run()],
		events: [],
		unavailable: [],
	} as unknown as MigrationDetail);
});
afterEach(() => {
	stop();
	queries.clear();
	vi.useRealTimers();
});

it("puts a newer run where its migration is shown", () => {
	say({ type: "run", run: run({ version: 4, state: "draining" }) });
	expect(detail()?.runs.map(({ state }) => state)).toEqual(["draining"]);
});

it("keeps what it has when an older message comes late", () => {
	say({ type: "run", run: run({ version: 2, state: "queued" }) });
	expect(detail()?.runs.map(({ state }) => state)).toEqual(["preparing"]);
});

it("asks again where a message overtook an answer, and shows the run's end for good", async () => {
	const shown = (state: string) => ({ migration: {}, runs: [run({ version: 5, state: state as "done" })], events: [], unavailable: [] });
	const answers: ((state: string) => void)[] = [];
	const answer = () => new Promise((resolve) => answers.push((state) => resolve(shown(state))));
	const stopShowing = new QueryObserver(queries, { queryKey: keys.migrations.detail("m1"), queryFn: answer }).subscribe(() => {});
	await vi.advanceTimersByTimeAsync(0);
	say({ type: "run", run: run({ version: 6, state: "done" }) });
	expect(detail()?.runs.map(({ state }) => state)).toEqual(["done"]);
	// What the console read before the end arrives after it.
	answers[0]?.("verifying");
	await vi.advanceTimersByTimeAsync(600);
	expect(answers).toHaveLength(2);
	answers[1]?.("done");
	await vi.advanceTimersByTimeAsync(60_000);
	expect(detail()?.runs.map(({ state }) => state)).toEqual(["done"]);
	expect(answers).toHaveLength(2);
	stopShowing();
});

it("remembers how a run stands for rows that are not read again at each sign of life", () => {
	const seenAt = () => queries.getQueryData<RunSigns>(keys.runs.signs("r1"))?.seenAt;
	expect(seenAt()).toBeUndefined();
	for (const at of ["2026-01-01T00:00:00Z", "2026-01-01T00:00:02Z"]) {
		say({ type: "run", run: run({ seenAt: at }) });
		expect(seenAt()).toBe(at);
	}
});

it("adds a run that it did not know", () => {
	say({ type: "run", run: run({ id: "r2" }) });
	expect(detail()?.runs.map(({ id }) => id)).toEqual(["r1", "r2"]);
});

it("adds each event once, in order", () => {
	const event = (id: number) => ({
		id,
		runId: "r1",
		migrationId: "m1",
		nodeName: "node1",
		code: "run.cutover",
		values: {},
		actor: null,
		at: "",
	});
	for (const id of [2, 1, 2]) say({ type: "event", event: event(id) });
	expect(detail()?.events.map(({ id }) => id)).toEqual([1, 2]);
});

it("reads again what a message names, once for many messages", () => {
	const invalidate = vi.spyOn(queries, "invalidateQueries");
	for (let times = 0; times < 50; times++) say({ type: "changed", what: "archives" });
	expect(invalidate).not.toHaveBeenCalled();
	vi.advanceTimersByTime(500);
	expect(invalidate.mock.calls.map(([filter]) => filter?.queryKey)).toEqual([keys.archives.all]);
});

it("asks the cluster again about the node or plan that is named, and not about the others", () => {
	const asked = {
		pods: keys.nodes.pods("n1"),
		files: keys.nodes.files("n1"),
		workloads: keys.migrations.workloads("m1"),
	};
	const askedAgainAfter = (message: object) => {
		for (const queryKey of Object.values(asked)) queries.setQueryData(queryKey, {});
		say(message);
		vi.advanceTimersByTime(500);
		return Object.entries(asked).flatMap(([name, queryKey]) => (queries.getQueryState(queryKey)?.isInvalidated ? [name] : []));
	};
	for (const what of ["nodes", "host-keys", "clusters", "migrations", "audit"]) {
		expect(askedAgainAfter({ type: "changed", what })).toEqual([]);
		expect(askedAgainAfter({ type: "changed", what, id: "another" })).toEqual([]);
	}
	expect(askedAgainAfter({ type: "changed", what: "nodes", id: "n1" })).toEqual(["pods", "files"]);
	expect(askedAgainAfter({ type: "changed", what: "migrations", id: "m1" })).toEqual(["workloads"]);
	expect(askedAgainAfter({ type: "run", run: run({ version: 4, nodeId: "n1", state: "draining" }) })).toEqual([]);
	const endedAt = "2026-01-01T00:10:00Z";
	expect(askedAgainAfter({ type: "run", run: run({ id: "r2", nodeId: "n2", state: "done", endedAt }) })).toEqual([]);
	expect(askedAgainAfter({ type: "run", run: run({ version: 5, nodeId: "n1", state: "done", endedAt }) })).toEqual(["pods", "files"]);
});

it("reads again who takes a migration's nodes back when it ends, and whenever a way back in its cluster moves", () => {
	const ended = migrationView({ state: "done", endedAt: "2026-01-01T00:10:00Z" });
	const readAgainAfter = (shown: MigrationView, message: MigrationView) => {
		queries.setQueryData(keys.migrations.detail("m1"), { migration: shown, runs: [], events: [], unavailable: [] });
		say({ type: "migration", migration: message });
		vi.advanceTimersByTime(500);
		return queries.getQueryState(keys.migrations.detail("m1"))?.isInvalidated;
	};
	expect(readAgainAfter(migrationView(), migrationView({ state: "paused" }))).toBe(false);
	expect(readAgainAfter(migrationView(), ended)).toBe(true);
	expect(readAgainAfter(ended, ended)).toBe(false);
	const back = migrationView({ id: "m2", direction: "rollback" });
	expect(readAgainAfter(ended, back)).toBe(true);
	expect(readAgainAfter(migrationView(), back)).toBe(false);
	expect(readAgainAfter(ended, { ...back, clusterId: "c2" })).toBe(false);
	expect(readAgainAfter(ended, { ...back, direction: "migrate" })).toBe(false);
});

it("reads everything again after a gap", () => {
	const invalidate = vi.spyOn(queries, "invalidateQueries");
	say({ type: "heartbeat", now: "" });
	vi.advanceTimersByTime(11_000);
	say({ type: "heartbeat", now: "" });
	expect(invalidate).toHaveBeenCalledWith();
});

it("remembers armed reverts whatever page is open, until the run is past them or a gap may have hidden it", () => {
	const armed = () => queries.getQueryData<{ id: string; version: number }[]>(keys.runs.armed())?.map(({ id, version }) => [id, version]);
	const revertAt = "2026-01-01T00:10:00Z";
	say({ type: "run", run: run({ id: "r1", state: "cutover", revertAt }) });
	say({ type: "run", run: run({ id: "r2", state: "cutover", revertAt }) });
	say({ type: "run", run: run({ id: "r1", state: "verifying", revertAt, version: 4 }) });
	vi.advanceTimersByTime(9_000);
	expect(armed()).toEqual([
		["r2", 3],
		["r1", 4],
	]);
	say({ type: "run", run: run({ id: "r2", state: "finishing", revertAt: null, version: 5 }) });
	expect(armed()).toEqual([["r1", 4]]);
	vi.advanceTimersByTime(3_600_000);
	expect(armed()).toEqual([["r1", 4]]);
	say({ type: "heartbeat", now: "" });
	expect(armed()).toEqual([]);
});

it("asks anew what needs a person where a run ends or waits, once for many messages, and not for mere progress", async () => {
	let asked = 0;
	const queryFn = () => Promise.resolve(++asked);
	const stopShowing = new QueryObserver(queries, { queryKey: keys.attention.list(), queryFn }).subscribe(() => {});
	await vi.advanceTimersByTimeAsync(0);
	expect(asked).toBe(1);
	say({ type: "run", run: run({ version: 4, logLines: 10 }) });
	say({ type: "changed", what: "audit" });
	await vi.advanceTimersByTimeAsync(5_000);
	expect(asked).toBe(1);
	for (const version of [5, 6, 7])
		say({ type: "run", run: run({ version, state: "draining", waiting: { code: "drain.blocked", values: {} } }) });
	say({ type: "changed", what: "nodes" });
	await vi.advanceTimersByTimeAsync(5_000);
	expect(asked).toBe(2);
	stopShowing();
});

it("keeps how far preflight is with each node of a draft, and forgets it when it is over", () => {
	queries.setQueryData(keys.drafts.detail("d1"), { id: "d1", checking: null });
	const checking = () => queries.getQueryData<{ checking: unknown }>(keys.drafts.detail("d1"))?.checking;
	say({ type: "check", draftId: "d1", states: { n1: "waiting", n2: "waiting" } });
	say({ type: "check", draftId: "d1", states: { n1: "reading" } });
	say({ type: "check", draftId: "other", states: { n1: "failed" } });
	expect(checking()).toEqual({ n1: "reading", n2: "waiting" });
	say({ type: "check", draftId: "d1", states: null });
	expect(checking()).toBeNull();
	expect(queries.getQueryData(keys.drafts.detail("other"))).toBeUndefined();
});

it("reads the drafts again where the plan of one of them has changed, and for no other migration", () => {
	queries.setQueryData(keys.drafts.list(), [{ id: "d1", migrationId: "m1" }]);
	const stale = () => queries.getQueryState(keys.drafts.list())?.isInvalidated;
	say({ type: "migration", migration: migrationView({ id: "m2", state: "running" }) });
	vi.advanceTimersByTime(600);
	expect(stale()).toBe(false);
	say({ type: "migration", migration: migrationView({ id: "m1", state: "running" }) });
	vi.advanceTimersByTime(600);
	expect(stale()).toBe(true);
});
