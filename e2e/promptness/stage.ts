import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type TestConsole, testConsole } from "@/app/api/testing/console.ts";
import { POST as act } from "@/app/api/v1/migrations/[id]/[action]/route.ts";
import { POST as create } from "@/app/api/v1/migrations/route.ts";
import { POST as cancelRun } from "@/app/api/v1/runs/[id]/cancel/route.ts";
import { approvalDigest, approvalState } from "@/lib/approval.ts";
import { migrationDetail } from "@/server/engine/history.ts";
import type { MigrationAction } from "@/server/http/migration-answers.ts";
import { VirtualTime } from "../faults/simulated/virtual-time.ts";
import type { Process } from "../simulator/kernel/process.ts";
import { scaleCluster } from "../simulator/scale-cluster.ts";
import { type RunningCluster, type RunningNode, startCluster } from "../simulator/simulated-cluster.ts";

/** No decision is taken without a reason. */
const WHY = "to see how soon it takes effect";
const SOMEBODY = { id: null, name: "set-up", address: null };
const PATIENCE_MS = 600_000;
/** What is measured is looked at often, what is only waited for is not: each look is computed. */
const LOOK_CLOSELY_MS = 20;
const LOOK_EVERY_MS = 500;
/** Of the node's seconds in one of ours, and milliseconds by which the API lags behind it: long enough to be called back meanwhile. */
const PACE = 1;
const LAG_MS = 20_000;

/** What was measured: what was waited for, which no machine makes faster, and what was computed beside it, nodes and all. Milliseconds. */
export interface Measured {
	action: string;
	effect: string;
	waitedMs: number;
	computedMs: number;
}

/**
 * A whole console, spoken to by its HTTP API, and simulated nodes. On virtual time, which computing does not pass: a machine that has much
 * else to do changes nothing of what is measured.
 */
export class Stage {
	readonly table: Measured[] = [];
	#taken = 0;

	private constructor(
		private readonly time: VirtualTime,
		readonly running: RunningCluster,
		readonly test: TestConsole,
		private readonly cookie: string,
		readonly clusterId: string,
		private readonly ids: ReadonlyMap<string, string>,
	) {}

	static async set(workers: number): Promise<Stage> {
		const time = VirtualTime.install();
		const spec = { ...scaleCluster(workers), name: "promptness", network: "127.77.21" };
		const stateDir = mkdtempSync(join(tmpdir(), "gantry-promptness-"));
		const running = await startCluster(spec, { stateDir, pace: PACE, lagMs: LAG_MS });
		const test = await testConsole();
		const { clusters, credentials, nodes, hostKeyReviews, db } = test.console;
		const { id: clusterId } = await clusters.create({
			name: "promptness",
			kubeconfig: running.kubeconfig,
			context: null,
			serverOverride: null,
			tlsServerName: null,
		});
		await credentials.set(
			{ clusterId },
			{ user: "root", port: 22, auth: { kind: "key", privateKey: running.sshKey }, privilege: "root", jump: null },
		);
		await until(async () => (await db.node.count({ where: { clusterId } })) === workers, "the console sees its nodes");
		const rows = await db.node.findMany({ where: { clusterId }, select: { id: true, name: true } });
		for (const { id, name } of rows) {
			const { sshAddress: address, sshPort: port } = named(running, name);
			await nodes.setWay(id, { address, port });
		}
		const { scanId } = await hostKeyReviews.begin(
			rows.map(({ id }) => id),
			running.knownHosts,
		);
		await hostKeyReviews.acceptMatches(scanId, SOMEBODY);
		await until(
			async () => [...running.cluster.nodes.keys()].every((name) => podsOn(running, name) > 0),
			"every node has a pod of the workload",
		);
		return new Stage(time, running, test, await test.signIn(), clusterId, new Map(rows.map(({ id, name }) => [name, id])));
	}

	get db() {
		return this.test.console.db;
	}

	/** Nodes that no migration has had yet. */
	take(count: number): string[] {
		const nodes = this.running.nodes.slice(this.#taken, this.#taken + count).map(({ name }) => name);
		if (nodes.length < count) throw new Error("no node is left");
		this.#taken += count;
		return nodes;
	}

	machine(name: string): RunningNode["machine"] {
		return named(this.running, name).machine;
	}

	nodeId(name: string): string {
		return this.ids.get(name) ?? "";
	}

	/** Plans it; gives the migration's id. */
	async plan(nodes: readonly string[], policy: object = {}, direction: "migrate" | "rollback" = "migrate"): Promise<string> {
		const body = {
			clusterId: this.clusterId,
			direction,
			nodeIds: nodes.map((name) => this.nodeId(name)),
			policy: { installCrictl: false, ...policy },
			reason: WHY,
		};
		return (await this.#send<{ id: string }>(create, "/api/v1/migrations", {}, body)).id;
	}

	/** Of what the review shows of a migration. */
	async digest(migrationId: string): Promise<string> {
		const detail = await migrationDetail(this.db, migrationId);
		if (!detail) throw new Error("the migration is there");
		return approvalDigest(approvalState(detail).subject);
	}

	/** What a person presses on a migration. Throws where it is refused. */
	press(migrationId: string, action: MigrationAction, body: object = {}): Promise<unknown> {
		return this.#send(act, `/api/v1/migrations/${migrationId}/${action}`, { id: migrationId, action }, { reason: WHY, ...body });
	}

	/** Starts what is there now. */
	async start(migrationId: string): Promise<void> {
		await this.press(migrationId, "start", { digest: await this.digest(migrationId) });
	}

	cancelRun(runId: string): Promise<unknown> {
		return this.#send(cancelRun, `/api/v1/runs/${runId}/cancel`, { id: runId }, {});
	}

	/** The newest attempt of a node in a migration. */
	run(migrationId: string, node: string) {
		return this.db.run.findFirstOrThrow({ where: { migrationId, nodeName: node }, orderBy: { attempt: "desc" } });
	}

	async is(migrationId: string, node: string, ...states: string[]): Promise<boolean> {
		return states.includes((await this.run(migrationId, node)).state);
	}

	becomes(migrationId: string, node: string, ...states: string[]): Promise<void> {
		return until(() => this.is(migrationId, node, ...states), `${node} becomes ${states.join(" or ")}`);
	}

	async state(migrationId: string): Promise<string> {
		return (await this.db.migration.findUniqueOrThrow({ where: { id: migrationId } })).state;
	}

	/** Ends a migration, and waits until no node of it is under way. */
	async end(migrationId: string): Promise<void> {
		if (![...OVER, "cancelling"].includes(await this.state(migrationId))) await this.press(migrationId, "cancel");
		await until(async () => OVER.includes(await this.state(migrationId)), "the migration has ended");
	}

	/** From the press to its effect; gives the milliseconds that were waited. */
	async measure(action: string, effect: string, press: () => Promise<unknown>, seen: () => Promise<boolean>): Promise<number> {
		const begun = { virtualMs: performance.now(), realNs: process.hrtime.bigint() };
		await press();
		await until(seen, `${action}: ${effect}`, LOOK_CLOSELY_MS);
		const waitedMs = Math.round(performance.now() - begun.virtualMs);
		const computedMs = Math.round(Number(process.hrtime.bigint() - begun.realNs) / 1e6);
		this.table.push({ action, effect, waitedMs, computedMs });
		return waitedMs;
	}

	/** No pod may be evicted until `releaseDrains`. */
	holdDrains(): void {
		const web = this.#web();
		web.minAvailable = web.replicas ?? 0;
	}

	releaseDrains(): void {
		this.#web().minAvailable = 0;
	}

	/** The next command of the run's unit of that name never comes back by itself; `armed`: the next one once the way back is armed. */
	hang(node: string, unit: "prepare" | "cutover", { armed = false } = {}): void {
		const machine = this.machine(node);
		const place = new RegExp(`^/system\\.slice/gantry-[^/]*-${unit}`);
		machine.onExecute = (process) => {
			if (!place.test((process as Process).cgroup)) return;
			if (armed && machine.units.unit("gantry-revert.timer").activeState !== "active") return;
			machine.onExecute = undefined;
			return (process as Process).scope.race(new Promise<never>(() => {}));
		};
	}

	async close(): Promise<void> {
		await this.test.close();
		await this.running.close();
		this.time.uninstall();
	}

	#web() {
		const web = this.running.cluster.workloads.find(({ name }) => name === "web");
		if (!web) throw new Error("the cluster has a workload");
		return web;
	}

	async #send<T>(handler: Parameters<TestConsole["call"]>[0], path: string, params: Record<string, string>, body: object): Promise<T> {
		const response = await this.test.call(handler, path, { method: "POST", params, body, cookie: this.cookie });
		const answer: unknown = await response.json();
		if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`);
		return answer as T;
	}
}

const OVER = ["done", "done-with-failures", "cancelled"];

export async function until(seen: () => Promise<boolean>, what: string, everyMs = LOOK_EVERY_MS): Promise<void> {
	const deadline = performance.now() + PATIENCE_MS;
	while (!(await seen())) {
		if (performance.now() > deadline) throw new Error(`in vain waited: ${what}`);
		await pause(everyMs);
	}
}

function named({ nodes }: RunningCluster, name: string): RunningNode {
	const node = nodes.find((one) => one.name === name);
	if (!node) throw new Error(`no node ${name}`);
	return node;
}

function podsOn({ cluster }: RunningCluster, node: string): number {
	return [...cluster.pods.values()].filter((pod) => pod.node === node && pod.workload?.name === "web" && pod.deletedAtMs === undefined)
		.length;
}
