import { QueryClient } from "@tanstack/react-query";
import { expect, it } from "vitest";
import type { MigrationDetail } from "./contracts/migration.ts";
import type { NodeDetail } from "./contracts/node-page.ts";
import type { RunView } from "./contracts/run.ts";
import type { RunDetail } from "./contracts/run-detail.ts";
import { cachedRuns, nextRevert } from "./next-revert.ts";
import { keys } from "./query-keys.ts";
import { runView } from "./testing/run-view.ts";

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const armed = (nodeName: string, second: number, change: Partial<RunView> = {}) =>
	runView({ id: nodeName, nodeName, state: "cutover", revertAt: at(second), ...change });
const now = Date.parse(at(30));

it("is the earliest deadline ahead, with how many come after it", () => {
	expect(nextRevert([armed("node3", 50), armed("node2", 40), armed("node1", 20), armed("node4", 60)], now)).toEqual({
		nodeName: "node2",
		atMs: Date.parse(at(40)),
		passed: false,
		later: 2,
	});
});

it("is the last one where all have passed", () => {
	expect(nextRevert([armed("node1", 10), armed("node2", 20)], now)).toEqual({
		nodeName: "node2",
		atMs: Date.parse(at(20)),
		passed: true,
		later: 0,
	});
});

it("is none where nothing is armed, or what was has ended", () => {
	expect(nextRevert([], now)).toBeNull();
	expect(nextRevert([armed("node1", 40, { revertAt: null }), armed("node2", 40, { state: "reverted" })], now)).toBeNull();
});

it("knows every run that a page has read or heard of, each as it was last", () => {
	const queries = new QueryClient();
	const part = <T>(value: Partial<T>) => value as T;
	queries.setQueryData(keys.runs.armed(), [runView({ id: "heard", version: 2 }), runView({ id: "everywhere", version: 9 })]);
	queries.setQueryData(keys.runs.detail("a"), part<RunDetail>({ run: runView({ id: "opened" }) }));
	queries.setQueryData(keys.runs.list({ state: "cutover" }), { runs: [runView({ id: "listed" })], total: 1 });
	queries.setQueryData(
		keys.migrations.detail("m"),
		part<MigrationDetail>({ runs: [runView({ id: "migration" }), runView({ id: "everywhere", version: 10 })] }),
	);
	queries.setQueryData(keys.migrations.list(), { migrations: [], total: 0 });
	queries.setQueryData(
		keys.nodes.detail("n"),
		part<NodeDetail>({ runs: [runView({ id: "node" }), runView({ id: "everywhere", version: 8 })] }),
	);
	const runs = cachedRuns(queries);
	expect(runs.map(({ id }) => id).sort()).toEqual(["everywhere", "heard", "listed", "migration", "node", "opened"]);
	expect(runs.find(({ id }) => id === "everywhere")?.version).toBe(10);
	queries.clear();
});
