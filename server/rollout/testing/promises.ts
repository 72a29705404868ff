import type { CountOrPercent, RolloutPolicy } from "../../../lib/contracts/rollout.ts";
import type { RunState } from "../../../lib/contracts/run.ts";
import type { Rollout, RolloutAction, RolloutRun } from "../decide.ts";

/**
 * What must hold of every answer of `decide`, said anew from design.md and from nothing that `decide` uses: who is out, who goes with whom,
 * what has failed.
 */

const OUT: readonly RunState[] = ["draining", "cutover", "verifying", "reverting", "cleaning"];
const WAITING: readonly RunState[] = ["queued", "preparing", "prepared"];
const MOVING: readonly RunState[] = ["preparing", ...OUT, "finishing"];
const FAILED: readonly RunState[] = ["failed", "reverted", "revert-failed"];
const ENDED: readonly RunState[] = [...FAILED, "done", "cancelled", "not-started", "skipped"];

const isOut = (run: RolloutRun) => OUT.includes(run.state);
const ended = (run: RolloutRun) => ENDED.includes(run.state);

/** Names of the promises that an answer breaks; `gone` are the runs that went out before. */
export function brokenPromises(rollout: Rollout, actions: readonly RolloutAction[], gone: ReadonlySet<string>): string[] {
	const broken: string[] = [];
	const promise = (name: string, holds: boolean) => {
		if (!holds) broken.push(name);
	};
	const named = actions.flatMap((action) => ("runId" in action ? [{ kind: action.kind, run: byId(rollout, action.runId) }] : []));
	const going = named.flatMap(({ kind, run }) => (kind === "go-out" ? [run] : []));
	const preparing = named.flatMap(({ kind, run }) => (kind === "prepare" ? [run] : []));
	const starts = [...going, ...preparing];
	const { policy, runs } = rollout;
	const groups = groupsOf(runs, policy, rollout.direction);

	promise("each run is named once", new Set(named.map(({ run }) => run.id)).size === named.length);
	promise("only what waits is started", going.every((run) => run.state === "prepared") && preparing.every((run) => run.state === "queued"));
	promise(
		"every node at most once",
		going.every((run) => !gone.has(run.id)),
	);
	promise("nothing new unless it runs", rollout.state === "running" || starts.length === 0);
	promise("nothing new that nobody approved", rollout.approved !== false || starts.length === 0);
	promise("nothing new after the threshold", !mustHold(rollout, groups) || starts.length === 0);

	const lanes = runs.filter((run) => run.state === "preparing" && !run.silent).length + preparing.length;
	promise("few prepare at once", preparing.length === 0 || lanes <= policy.prepareConcurrency);

	if (going.length > 0) {
		const goingIds = new Set(going.map((run) => run.id));
		const out = rollout.otherUnavailable + runs.filter((run) => isOut(run) || run.unavailable || goingIds.has(run.id)).length;
		promise("never more nodes out than maxUnavailable", out <= rollout.maxUnavailable);
		promise("none while nobody knows who is out", rollout.unavailableKnown !== false);
		promise("none while pods fail that did not before", (rollout.pods ?? "open") === "open");
		promise("none where all are only prepared", !rollout.prepareOnly);
		promise("within the hours", inHours(policy, rollout.nowMs));

		const controlPlane = going.filter((run) => run.controlPlane);
		const otherOut = rollout.otherControlPlaneOut || runs.some((run) => run.controlPlane && isOut(run));
		promise("control plane nodes one at a time", controlPlane.length === 0 || (going.length === 1 && !otherOut));
		const after = rollout.direction === "migrate" ? controlPlane : going.filter((run) => !run.controlPlane);
		const before = runs.filter((run) => run.controlPlane !== (rollout.direction === "migrate"));
		promise("control plane nodes last, and back first", after.length === 0 || before.every(ended));

		const own = new Set(going.map((run) => groups.findIndex((group) => group.runs.includes(run))));
		const index = Math.min(...own);
		promise("one batch at a time", own.size === 1);
		promise(
			"batch after batch, canaries first",
			groups.slice(0, index).every((group) => group.runs.every(ended)),
		);
		const waits = (run: RolloutRun) => WAITING.includes(run.state) && !goingIds.has(run.id) && !run.silent;
		promise(
			"each batch in its order",
			groups.every(({ runs: batch }) => !batch.some((run, at) => goingIds.has(run.id) && batch.slice(0, at).some(waits))),
		);
		promise("after the soak or the pause", restsUntil(groups, index, policy) <= rollout.nowMs);
		promise("past the questions", unanswered(groups, index, rollout).length === 0);
	}
	for (const action of actions) {
		if (action.kind === "hold") {
			const failed = byId(rollout, action.because);
			promise(
				"holds for a failure that nobody has seen",
				(FAILED.includes(failed.state) || failed.held) && !failed.failureSeen && rollout.state === "running",
			);
		}
		if (action.kind === "hold-for-pods")
			promise("holds for pods that had their time", rollout.pods === "overdue" && rollout.state === "running");
		if (action.kind === "go-on") {
			const { state } = byId(rollout, action.runId);
			promise(
				"goes on by itself where the one that was held is well",
				rollout.heldFor === action.runId && ["finishing", "done"].includes(state),
			);
			promise("goes on by itself where nothing else holds it", rollout.state === "held" && !mustHold(rollout, groups));
		}
		if (action.kind === "ask") promise("asks what nobody has answered", !rollout.passed.includes(action.gate));
		if (action.kind === "never-start") promise("calls off only what ends", rollout.state === "stopping" || rollout.state === "cancelling");
		if (action.kind === "pause-unapproved") promise("pauses for an approval where one is missing", rollout.approved === false);
		if (action.kind === "end") {
			promise("ends when all have ended", runs.every(ended));
			promise("a migration that was paused is not done with what waits", rollout.state !== "held" || rollout.rollingBack !== true);
			const all = runs.filter((run) => run.state !== "skipped").every((run) => run.state === "done");
			if (rollout.state !== "cancelling") promise("is done only where every node is", (action.state === "done") === all);
			if (endsWell(runs)) promise("is done only once the gates are open, or a person stops it", !isGated(rollout));
			promise("is cancelled only by a person", (action.state === "cancelled") === (rollout.state === "cancelling"));
		}
	}
	if (canGoOn(rollout, groups)) promise("something happens where nothing hinders", actions.length > 0);
	return broken;
}

/** Every node is done, and at least one was to go. */
function endsWell(runs: readonly RolloutRun[]): boolean {
	const going = runs.filter((run) => run.state !== "skipped");
	return going.length > 0 && going.every((run) => run.state === "done");
}

/** A gate is shut, or has it held. */
function isGated({ state, pods = "open", heldAtGate = false }: Rollout): boolean {
	return state === "held" ? heldAtGate : ["running", "paused"].includes(state) && pods !== "open";
}

interface Group {
	kind: "canary" | "batch" | "control-plane";
	runs: RolloutRun[];
}

function byId(rollout: Rollout, id: string): RolloutRun {
	const run = rollout.runs.find((one) => one.id === id);
	if (!run) throw new Error(`the answer names ${id}, which is not there`);
	return run;
}

/** A number, or the share of `total` rounded up. */
function sized(size: CountOrPercent, total: number): number {
	return typeof size === "number" ? size : Math.max(1, Math.ceil((total * Number.parseInt(size, 10)) / 100));
}

function groupsOf(runs: readonly RolloutRun[], policy: RolloutPolicy, direction: Rollout["direction"]): Group[] {
	const going = runs.filter((run) => run.state !== "skipped").sort((a, b) => a.position - b.position);
	const workers = going.filter((run) => !run.controlPlane);
	const { canary, batchSize } = policy;
	const isCanary = (run: RolloutRun, index: number) =>
		canary !== null && (canary.nodeIds.length > 0 ? canary.nodeIds.includes(run.nodeId) : index < sized(canary.nodes, going.length));
	const groups: Group[] = [];
	const canaries = workers.filter(isCanary);
	if (canaries.length > 0) groups.push({ kind: "canary", runs: canaries });
	let batch: Group | null = null;
	for (const run of workers.filter((one, index) => !isCanary(one, index))) {
		if (batch === null || (batchSize !== null && batch.runs.length === sized(batchSize, going.length))) {
			batch = { kind: "batch", runs: [] };
			groups.push(batch);
		}
		batch.runs.push(run);
	}
	const controlPlane = going.filter((run) => run.controlPlane).map((run): Group => ({ kind: "control-plane", runs: [run] }));
	return direction === "migrate" ? [...groups, ...controlPlane] : [...controlPlane, ...groups];
}

function unseen(rollout: Rollout): RolloutRun[] {
	return rollout.runs.filter((run) => (FAILED.includes(run.state) || run.held) && !run.failureSeen);
}

/** So much has failed that nothing new may start: more than is let pass, a canary or control plane node, or one that needs hands. */
function mustHold(rollout: Rollout, groups: readonly Group[]): boolean {
	const failed = unseen(rollout);
	const grave = failed.some((run) => run.state === "revert-failed" || groups.some((one) => one.kind !== "batch" && one.runs.includes(run)));
	return grave || failed.length > rollout.policy.maxFailures;
}

/** Some may have failed and are not at their end yet: whoever waits for them does right. */
function mayHaveFailed(rollout: Rollout): boolean {
	return rollout.runs.some((run) => run.held || run.state === "reverting" || run.state === "cleaning");
}

/** It came far enough to be seen by. */
function wentOut(run: RolloutRun): boolean {
	if (run.state === "failed" || run.state === "cleaning") return run.wentOut;
	return isOut(run) || run.state === "finishing" || run.state === "done" || FAILED.includes(run.state);
}

function restsUntil(groups: readonly Group[], index: number, policy: RolloutPolicy): number {
	if (groups[index]?.runs.some(wentOut)) return 0;
	const before = groups.slice(0, index).findLast((group) => group.runs.some(wentOut));
	const restS = before?.kind === "canary" ? (policy.canary?.soakS ?? 0) : policy.pauseS;
	return Math.max(0, ...(before?.runs ?? []).map((run) => (run.endedMs === null ? 0 : run.endedMs + restS * 1_000)));
}

function unanswered(groups: readonly Group[], index: number, { policy, passed }: Rollout): string[] {
	const group = groups[index];
	if (!group || group.runs.some(wentOut)) return [];
	const before = groups.slice(0, index);
	const shown = before.some((one) => one.kind === "canary" && one.runs.some(wentOut));
	// Their question is for who comes after them: of a rollback the control plane comes before.
	const precedes = groups.slice(index).some((one) => one.kind === "canary");
	const asksCanary = policy.canary !== null && !precedes && (policy.canary.ask || !shown);
	const first = group.kind === "control-plane" && !before.some((one) => one.kind === "control-plane" && one.runs.some(wentOut));
	const asks = [
		...(asksCanary ? (["canary"] as const) : []),
		...(first && policy.askBeforeControlPlane ? (["control-plane"] as const) : []),
	];
	return asks.filter((gate) => !passed.includes(gate));
}

/** Offsets of the zones that the tests use, in hours. */
const OFFSETS: Record<string, number> = { UTC: 0, "Asia/Shanghai": 8 };

function inHours({ window }: RolloutPolicy, nowMs: number): boolean {
	if (window === null) return true;
	const local = new Date(nowMs + (OFFSETS[window.timeZone] ?? Number.NaN) * 3_600_000).toISOString().slice(11, 16);
	return window.from < window.to ? window.from <= local && local < window.to : window.from <= local || local < window.to;
}

/** Nobody is under way but who is silent, and nothing is there to wait for: no failure, no rest, no hours, no other node. */
function canGoOn(rollout: Rollout, groups: readonly Group[]): boolean {
	const { state, runs, policy } = rollout;
	if (runs.some((run) => MOVING.includes(run.state) && !run.silent) || mayHaveFailed(rollout)) return false;
	const silent = runs.some((run) => run.silent);
	if (state === "stopping" || state === "cancelling") return !silent;
	if (endsWell(runs) && isGated(rollout)) return state === "running" && rollout.pods === "overdue";
	if (state !== "running") return runs.every(ended) && (state === "paused" || (state === "held" && rollout.rollingBack !== true));
	if (runs.some((run) => run.state === "queued") || runs.every(ended) || rollout.approved === false) return true;
	if (rollout.prepareOnly) return !silent;
	if (mustHold(rollout, groups)) return true;
	const index = groups.findIndex((group) => !group.runs.every(ended));
	if (restsUntil(groups, index, policy) > rollout.nowMs) return false;
	if (unanswered(groups, index, rollout).length > 0) return true;
	if (groups[index]?.runs.every((run) => ended(run) || run.silent)) return false;
	const taken = rollout.otherUnavailable + runs.filter((run) => run.unavailable).length;
	const controlPlane = groups[index]?.kind === "control-plane" && rollout.otherControlPlaneOut;
	if (rollout.pods === "closed") return false;
	return inHours(policy, rollout.nowMs) && rollout.unavailableKnown !== false && taken < rollout.maxUnavailable && !controlPlane;
}
