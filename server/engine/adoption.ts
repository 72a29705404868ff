import type { LeftRun, LeftRunChoice, LeftRunState } from "../../lib/contracts/left-run.ts";
import type { RunState } from "../../lib/contracts/run.ts";
import type { Db } from "../db/client.ts";
import { alone, type Commit } from "../db/commit.ts";
import { Prisma } from "../db/generated/client.ts";
import { isNotThere } from "../db/not-there.ts";
import { Queue } from "../db/queue.ts";
import type { ClusterApi } from "../kubernetes/cluster-api.ts";
import { CORDON_MARK } from "../kubernetes/cordon.ts";
import { KubernetesError } from "../kubernetes/error.ts";
import { runDir } from "../plan/layout.ts";
import { isArmed, scriptStates, secondsToRevert } from "../remote/interpret.ts";
import { readLeftRun } from "../remote/left-runs.ts";
import { takeOwnership } from "../remote/owner.ts";
import { listRuns } from "../remote/runs.ts";
import { type NodeRunStatus, readStatus } from "../remote/status.ts";
import { CRI_SOCKET } from "../runtime/kubelet/cri-socket.ts";
import type { NodeSession } from "../ssh/session.ts";
import { refuseBusy } from "./busy-nodes.ts";
import { MigrationChangeError } from "./change-error.ts";
import { because, said } from "./codes.ts";
import { stillFree } from "./open-runs.ts";
import { newRunId } from "./planning.ts";
import type { RunBefore } from "./ports.ts";
import { RUN_NOTE, type RunNote, readNote } from "./run-note.ts";

export interface AdoptionPorts {
	db: Db;
	consoleId: string;
	session(nodeId: string): NodeSession;
	cluster(clusterId: string): Promise<ClusterApi | null>;
	onMigrationChanged: (migrationId: string) => void;
	onRunChanged: (runId: string) => void;
	wake: () => void;
	now: () => Date;
}

interface Looked {
	view: LeftRun;
	status: NodeRunStatus;
	note: RunNote | null;
}

/**
 * Runs that lie on a node and that this console knows nothing of (safety rule 21). Seen only when a person looks, and taken over only
 * when one says so: it becomes a run on record, and the engine goes on from what the node says.
 */
export class Adoption {
	/** Of two people who adopt the same run the second sees what the first has done. */
	readonly #turns = new Queue();

	constructor(private readonly ports: AdoptionPorts) {}

	/** Looks at the node now. Throws SshError, RemoteError, `run.not-found` for a node that is not there. */
	async look(nodeId: string): Promise<LeftRun[]> {
		await this.#node(nodeId);
		const session = this.ports.session(nodeId);
		const { runs } = await listRuns(session);
		const open = runs.filter((run) => run.final === "");
		const known = await this.ports.db.run.findMany({ where: { id: { in: open.map((run) => run.runId) } }, select: { id: true } });
		const ours = new Set(known.map(({ id }) => id));
		const looked: LeftRun[] = [];
		for (const { runId } of open) if (!ours.has(runId)) looked.push((await this.#lookAt(session, runId)).view);
		return looked;
	}

	/**
	 * Makes the run this console's. The node refuses where a script of the run works, or where a console with a higher number holds it:
	 * `remote.locked-by` with whose it is. Throws besides `run.not-found`, `run.known-already`, `run.cannot-adopt` (with the state
	 * found), `migration.node-busy`, and what `whyOf` throws, which is asked before the node is touched: by what was noted beside the run it
	 * gives the reason, for the run's events. Returns the run's id, its new migration's, and whose it was; `commit` is given the last two.
	 */
	adopt(
		nodeId: string,
		runId: string,
		choice: LeftRunChoice,
		person: { id: string; name: string },
		whyOf: (note: Pick<RunNote, "policy" | "asked">) => string | undefined = () => undefined,
		commit: Commit<[migrationId: string, console: string]> = alone(this.ports.db),
	): Promise<{ id: string; migrationId: string; console: string }> {
		return this.#turns.run(async () => {
			const { db, consoleId } = this.ports;
			const node = await this.#node(nodeId);
			if ((await db.run.count({ where: { id: runId } })) > 0) throw new MigrationChangeError("run.known-already", { run: runId });
			const migrationId = newRunId();
			await refuseBusy(db, migrationId, [nodeId]);
			const session = this.ports.session(nodeId);
			const { view, status, note } = await this.#lookAt(session, runId);
			if (!note || !view.choices.includes(choice)) throw new MigrationChangeError("run.cannot-adopt", { run: runId, state: view.state });
			const why = whyOf(note);
			// The node was asked meanwhile.
			await refuseBusy(db, migrationId, [nodeId]);
			// A higher number than the node's: from here on it refuses whoever held it before.
			const fence = Math.max(status.owner?.fence ?? 0, await this.#highestFence()) + 1;
			const taken = await takeOwnership(session, runId, { consoleId, fence });
			if (taken === "held") throw new MigrationChangeError("run.cannot-adopt", { run: runId, state: "working" });
			const write: Commit = (statements) => commit(statements, migrationId, view.console);
			await this.#store(node, migrationId, { view, note, choice, fence, status, person, why }, write);
			this.ports.wake();
			return { id: runId, migrationId, console: view.console };
		});
	}

	async #node(nodeId: string) {
		const node = await this.ports.db.node.findUnique({
			where: { id: nodeId },
			select: { id: true, name: true, clusterId: true },
		});
		if (!node) throw new MigrationChangeError("run.not-found", { run: nodeId });
		return node;
	}

	async #lookAt(session: NodeSession, runId: string): Promise<Looked> {
		const [status, left] = [await readStatus(session, runId, { withLog: false }), await readLeftRun(session, runId, RUN_NOTE)];
		const read = readNote(runId, left.note);
		// What was reviewed is what lies there, or the note is of something else.
		const note = read && Object.entries(read.plan.scripts).every(([name, { sha256 }]) => left.scripts.get(name) === sha256) ? read : null;
		const state = status.final === "" ? stateOf(status) : "unknown";
		const owner = status.owner?.runId === runId ? status.owner.consoleId : "";
		const view: LeftRun = {
			runId,
			state,
			console: owner,
			foreign: owner !== "" && owner !== this.ports.consoleId,
			revertInS: secondsToRevert(status),
			noted: note && {
				direction: note.plan.direction,
				fromRuntime: note.plan.runtimeFrom,
				toRuntime: note.plan.runtimeTo,
				...note.asked,
				ticketNeeded: note.policy.ticketNeeded,
			},
			choices: note ? CHOICES[state] : [],
			byHand: `sh ${runDir(runId)}/revert.sh by-hand`,
		};
		return { view, status, note };
	}

	async #highestFence(): Promise<number> {
		const highest = await this.ports.db.run.aggregate({ _max: { fence: true } });
		return highest._max.fence ?? 0;
	}

	async #store(
		node: { id: string; name: string; clusterId: string },
		migrationId: string,
		{
			view,
			note,
			choice,
			fence,
			status,
			person,
			why,
		}: Looked & { choice: LeftRunChoice; fence: number; note: RunNote; person: { id: string; name: string }; why: string | undefined },
		commit: Commit,
	): Promise<void> {
		const { db, now, onMigrationChanged, onRunChanged } = this.ports;
		const { plan } = note;
		const api = await this.ports.cluster(node.clusterId);
		// A cluster that has no API any more has nobody to verify the node but itself.
		const withoutApi = note.withoutApi || api === null;
		const { before, cordonedByUs } =
			api && !withoutApi ? await inCluster(api, node.name, view.runId) : { before: null, cordonedByUs: false };
		const to = nextState(view.state, choice, status);
		const at = now();
		const told = said("run.adopted", { node: node.name, console: view.console, choice }, because(why));
		try {
			const migration = db.migration.create({
				data: {
					id: migrationId,
					clusterId: node.clusterId,
					direction: plan.direction,
					state: "running",
					policy: { ...note.policy },
					reason: note.asked.reason,
					ticket: note.asked.ticket,
					withoutApi,
					createdById: person.id,
					createdBy: person.name,
					createdAt: at,
					startedAt: at,
					runs: {
						create: {
							id: view.runId,
							nodeId: node.id,
							nodeName: node.name,
							direction: plan.direction,
							position: 0,
							state: to,
							fence,
							plan: plan as unknown as Prisma.InputJsonValue,
							facts: note.facts as unknown as Prisma.InputJsonValue,
							findings: plan.findings as unknown as Prisma.InputJsonValue,
							...(before ? { before: before as unknown as Prisma.InputJsonValue } : {}),
							cordonedByUs,
							withoutApi,
							fromRuntime: plan.runtimeFrom,
							toRuntime: plan.runtimeTo,
							seenAt: at,
							startedAt: at,
							...(to === "cutover" ? {} : { result: { ...said("run.cancelled") } }),
							steps: {
								create: plan.steps.map((step, position) => ({
									stepId: step.id,
									position,
									phase: step.phase,
									where: step.where,
									state: "waiting",
								})),
							},
							events: { create: { migrationId, code: told.code, values: told.values, actor: person.name, at } },
						},
					},
				},
			});
			await commit([migration, ...stillFree(db, migrationId, [view.runId])]);
		} catch (error) {
			if (isNotThere(error)) await refuseBusy(db, migrationId, [node.id]);
			if (!(error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002")) throw error;
			throw new MigrationChangeError("run.known-already", { run: view.runId });
		}
		onMigrationChanged(migrationId);
		onRunChanged(view.runId);
	}
}

/** The node object as far as a run keeps it: the cordon's mark says whose the cordon is. Unknown where the API does not answer. */
async function inCluster(api: ClusterApi, nodeName: string, runId: string): Promise<{ before: RunBefore | null; cordonedByUs: boolean }> {
	try {
		const { annotations, unschedulable } = await api.getNode(nodeName, { timeoutMs: 5_000 });
		const ours = annotations[CORDON_MARK] === runId;
		const socket = annotations[CRI_SOCKET];
		return {
			before: { unschedulable: unschedulable && !ours, annotations: socket === undefined ? {} : { [CRI_SOCKET]: socket }, pods: [] },
			cordonedByUs: ours,
		};
	} catch (error) {
		if (!(error instanceof KubernetesError)) throw error;
		// Only a cordon that bears this run's mark is ever taken back.
		return { before: null, cordonedByUs: true };
	}
}

const CHOICES: Record<LeftRunState, LeftRunChoice[]> = {
	prepared: ["go-back"],
	working: [],
	verified: ["keep", "go-back"],
	stopped: ["go-back"],
	committed: ["keep"],
	"going-back": ["go-back"],
	unknown: [],
};

function stateOf(status: NodeRunStatus): LeftRunState {
	const states = Object.values(scriptStates(status));
	if (states.some(({ kind }) => kind === "running")) return "working";
	if (states.some(({ kind }) => kind === "unknown")) return "unknown";
	if (status.decision === "commit") return "committed";
	if (status.decision === "revert") return "going-back";
	const cutover = scriptStates(status)["cutover"];
	if (!cutover || cutover.kind === "not-started") return "prepared";
	return cutover.kind === "exited" && cutover.code === 0 ? "verified" : "stopped";
}

/** Where the engine takes the run up. What it finds on the node decides; this is only from which side it looks. */
function nextState(state: LeftRunState, choice: LeftRunChoice, status: NodeRunStatus): RunState {
	if (choice === "keep") return "cutover";
	if (state === "prepared") return "cleaning";
	// A cutover that ended before it was armed has changed nothing that runs.
	return state === "stopped" && !status.triggers.boot && !isArmed(status) ? "cleaning" : "reverting";
}
