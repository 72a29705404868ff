import type { RunState } from "../../lib/contracts/run.ts";
import { isFinal, mayBecome } from "../../server/engine/transitions.ts";
import { maskedLog } from "../../server/logs/redactor.ts";
import type { Found, Recorded, RecordedRun, RunTruth, Runtime } from "./truth.ts";

/** How a node ended: over, back on what it ran, clearly marked for a person, or none of it. */
export type Ending = "well" | "reverted" | "marked" | "half-way";

export interface Judgement {
	ending: Ending;
	/** Everything that breaks the promise, in words for whoever reads the failure. */
	broken: string[];
	linesLost: number;
	linesDoubled: number;
}

const AT_REST: readonly string[] = ["done", "done-with-failures", "cancelled"];
/** Ended with something on the node that a person is told of. */
const MARKS: readonly string[] = ["run.left-behind", "run.left-cordoned", "run.node-gone", "run.done-unfinished"];
const OTHER: Record<Runtime, Runtime> = { docker: "containerd", containerd: "docker" };

/** The promise, whatever happened: exactly one runtime, Ready or clearly marked, and a record that is complete. */
export function judge(found: Found): Judgement {
	const { recorded, onNode } = found;
	const last = recorded.runs.at(-1);
	if (!last) return { ending: "half-way", broken: ["no run is on record"], linesLost: 0, linesDoubled: 0 };
	const record = [
		...(AT_REST.includes(recorded.migration) ? [] : [`the migration is ${recorded.migration}`]),
		...recorded.runs.flatMap((run) => recordOf(run).map((text) => `run ${run.id}: ${text}`)),
		...decisionsOf(recorded),
	];
	const finals = recorded.runs.flatMap((run) => finalOf(run, onNode.get(run.id)).map((text) => `run ${run.id}: ${text}`));
	const logs = recorded.runs.map((run) => {
		const log = onNode.get(run.id)?.log;
		return compareLogs(run.log, log ? maskedLog(run.id, log) : null);
	});
	const linesLost = logs.reduce((sum, log) => sum + log.lost, 0);
	const linesDoubled = logs.reduce((sum, log) => sum + log.doubled, 0);
	const differing = logs.some((log) => !log.same)
		? [`the stored log is not the node's, with its secrets masked: ${linesLost} lines lost, ${linesDoubled} doubled`]
		: [];
	const node = nodeOf(found, last);
	const marked = last.state === "revert-failed" || last.events.some(({ code }) => MARKS.includes(code));
	const ending = node.length > 0 ? "half-way" : marked ? "marked" : last.state === "done" ? "well" : "reverted";
	return { ending, broken: [...node, ...record, ...finals, ...differing], linesLost, linesDoubled };
}

/** What a run's own record lacks. */
function recordOf(run: RecordedRun): string[] {
	const broken: string[] = [];
	if (!isFinal(run.state)) broken.push(`it is ${run.state} for ever`);
	if (run.leaseId !== null) broken.push("somebody holds a lease on it");
	for (const { id, state } of run.steps) if (state === "running") broken.push(`step ${id} is left running`);
	if (run.result === null) broken.push("nothing says how it ended");
	let state: RunState = "queued";
	for (const { code, values } of run.events) {
		const { from, to } = values as { from?: RunState; to?: RunState };
		if (from === undefined || to === undefined || code === "transition.refused") continue;
		if (from !== state) broken.push(`event ${code} leads from ${from} where ${state} was`);
		if (!mayBecome(from, to)) broken.push(`event ${code} leads from ${from} to ${to}, which the table does not allow`);
		state = to;
	}
	if (state !== run.state) broken.push(`its events end in ${state} and it is ${run.state}`);
	return broken;
}

/** Whatever was decided has its line in the audit, and no line says what was not done. */
function decisionsOf({ decided, audited }: Recorded): string[] {
	const times = (all: readonly string[], one: string) => all.filter((action) => action === one).length;
	return [...new Set([...decided, ...audited])]
		.filter((one) => times(decided, one) !== times(audited, one))
		.map((one) => `${one} was done ${times(decided, one)} times, and the audit says ${times(audited, one)}`);
}

const NOT_BACK: readonly string[] = ["run.not-back", "run.not-ready-again"];
const FINALS: Partial<Record<RunState, readonly string[]>> = {
	done: ["committed"],
	reverted: ["reverted", "cleaned"],
	"revert-failed": ["revert-failed"],
	failed: ["cleaned"],
	cancelled: ["cleaned"],
	"not-started": ["cleaned"],
};

/** Whether the node says of the run what the record does. */
function finalOf(run: RecordedRun, truth: RunTruth | undefined): string[] {
	const told = run.events.map(({ code }) => code);
	// Nothing was put there, or it could not be taken away, and that is said.
	if (!truth || truth.final === null) {
		const begun = run.log.length > 0 || truth?.log;
		return begun && !told.includes("run.left-behind") && run.state !== "revert-failed"
			? [`it is ${run.state} and the node knows no end of it`]
			: [];
	}
	if (told.includes("run.left-behind")) return [];
	// Its files are as before, and something does not start again: only who looks at the node after its boot can tell.
	if (run.state === "revert-failed" && NOT_BACK.includes(run.result ?? "") && truth.final === "reverted") return [];
	return FINALS[run.state]?.includes(truth.final) ? [] : [`it is ${run.state} and the node says ${truth.final}`];
}

/** What the runs, one after the other, should have left the node with. */
export function expectedRuntime(before: Runtime, runs: readonly Pick<RecordedRun, "state">[]): Runtime {
	return runs.reduce<Runtime>((now, run) => (run.state === "done" ? OTHER[now] : now), before);
}

/** Where the node is neither one nor the other, or not as the record has it. */
function nodeOf({ before, node, recorded }: Found, last: RecordedRun): string[] {
	const broken: string[] = [];
	const { docker, containerd } = node.containers;
	if (docker > 0 && containerd > 0) broken.push(`two runtimes: ${docker} containers by Docker and ${containerd} by containerd`);
	// Loud in the console: the kubelet may be stopped and a trigger may be left, but never two runtimes.
	if (last.state === "revert-failed") return broken;
	const runtime = expectedRuntime(before, recorded.runs);
	if (node.kubelet !== runtime) broken.push(`the kubelet is on ${node.kubelet ?? "nothing"}, ${runtime} is on record`);
	// Whose object is gone has lost its pods with it.
	if (node.api && node.containers[runtime] === 0) broken.push(`no pod runs on ${runtime}`);
	if (node.dockerActive !== (runtime === "docker"))
		broken.push(`Docker is ${node.dockerActive ? "active" : "not active"} on a node on ${runtime}`);
	for (const trigger of node.armed) broken.push(`a revert is still armed: ${trigger}`);
	if (!node.api) return broken;
	if (!node.api.ready) broken.push("the node is not Ready");
	if (!node.api.runtimeVersion.startsWith(`${runtime}://`)) broken.push(`the API shows ${node.api.runtimeVersion}`);
	const told = last.events.some(({ code }) => code === "run.left-cordoned");
	if (node.api.unschedulable && !(last.cordonedByUs && told)) broken.push("the node is cordoned and nothing says why");
	if (!node.api.unschedulable && last.cordonedByUs) broken.push("a cordon is on record that the node does not have");
	return broken;
}

const lines = (log: Buffer) => log.toString("latin1").split("\n").slice(0, -1);

/** Lines of the node's log that are not stored, and lines that are stored more often than the node wrote them. Without a log there is nothing to lose. */
export function compareLogs(stored: Buffer, onNode: Buffer | null): { same: boolean; lost: number; doubled: number } {
	if (onNode === null) return { same: true, lost: 0, doubled: 0 };
	const left = new Map<string, number>();
	for (const line of lines(onNode)) left.set(line, (left.get(line) ?? 0) + 1);
	let doubled = 0;
	for (const line of lines(stored)) {
		const count = left.get(line) ?? 0;
		if (count === 0) doubled += 1;
		left.set(line, Math.max(0, count - 1));
	}
	const lost = [...left.values()].reduce((sum, count) => sum + count, 0);
	return { same: stored.equals(onNode), lost, doubled };
}
