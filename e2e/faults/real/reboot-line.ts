import type { Fleet, FleetNode } from "../../fleet/fleet.ts";
import type { Case } from "../case.ts";
import { NODE_FAULTS } from "../families/node.ts";
import { type Fault, faultName } from "../fault.ts";
import { judge } from "../promise.ts";
import { differences, type Footprint, recordedFootprint } from "../reboots/footprint.ts";
import { beginsOn, type RebootCase, type Shock, type Walk } from "../reboots/matrix.ts";
import type { RebootOutcome } from "../reboots/table.ts";
import { recorded } from "../recorded.ts";
import type { Scenario } from "../scenario.ts";
import type { NodeTruth, Recorded, Runtime } from "../truth.ts";
import { type Tried, tryCase } from "../try-case.ts";
import { clusterHands, pinned } from "./cluster-hands.ts";
import { nodeFootprint } from "./node-footprint.ts";
import { nodeTruth, runTruth } from "./node-truth.ts";
import { RealWorld } from "./real-world.ts";
import { handsOn, LIMITS } from "./run-case.ts";

/** After the second boot: its kubelet Ready and all units as they were. */
const SECOND_BOOT_S = 150;
const LOOK_EVERY_MS = 3_000;

/** Whoever comes to the moment waits until the node has gone down: what it does next, it does to one that boots. */
const SHOCK: Record<Shock, Fault> = {
	"node/reboot": { ...named("node/reboot"), inject: (world) => world.node.reboot({ orderly: true }) },
	"node/power-cut": { ...named("node/power-cut"), inject: (world) => world.node.reboot({ orderly: false }) },
};

function named(name: Shock): Fault {
	const found = NODE_FAULTS.find((fault) => faultName(fault) === name);
	if (!found) throw new RangeError(`no fault ${name}`);
	return found;
}

/**
 * One node that goes over and back, case after case, at one console that keeps its record of all of them. What one case leaves is where
 * the next one begins; only a node that broke its promise is made anew.
 */
export class RebootLine {
	#world: RealWorld | undefined;
	#runtime: Runtime = "docker";
	#fresh: boolean;

	constructor(
		private readonly fleet: Fleet,
		private readonly node: FleetNode,
		private readonly folder: string,
		/** False for a node that somebody has used before. */
		{ fresh }: { fresh: boolean },
	) {
		this.#fresh = fresh;
	}

	get runtime(): Runtime {
		return this.#runtime;
	}

	/** The boundaries of a run where nothing goes wrong. Throws where it does not end well. */
	async walk(scenario: Scenario): Promise<Walk> {
		await this.#ready(beginsOn(scenario));
		const { passed } = await this.#undisturbed(scenario);
		return { scenario, passed };
	}

	/** The node goes down at the case's moment, and once more when all is over. */
	async run(tried: RebootCase): Promise<RebootOutcome> {
		const begunMs = performance.now();
		const outcome = (endedOn: Runtime | null, broken: readonly string[]) => ({
			tried,
			endedOn,
			broken,
			lastedS: (performance.now() - begunMs) / 1000,
		});
		try {
			await this.#ready(beginsOn(tried.scenario));
			const shock = SHOCK[tried.given.fault];
			const first = await this.#try(tried.given, shock);
			const { truth, record } = await this.#look(first.migrationId);
			const broken = [
				...(first.tried.reached ? [] : ["it never came to its moment"]),
				...first.tried.judgement.broken,
				...(tried.mustEndOn && truth.kubelet !== tried.mustEndOn ? [`on ${truth.kubelet ?? "nothing"} and not on ${tried.mustEndOn}`] : []),
				...(truth.api?.ready ? [] : ["it is not Ready"]),
				...(record.runs.some(({ state }) => state === "revert-failed") ? ["the way back failed"] : []),
			];
			if (broken.length === 0) broken.push(...(await this.#again(first.migrationId, tried.given)));
			if (broken.length > 0) broken.push(...(await this.#setAside(first.runIds)));
			else if (truth.kubelet) this.#runtime = truth.kubelet;
			return outcome(truth.kubelet, broken);
		} catch (error) {
			await this.#setAside([]);
			return outcome(null, [`the harness: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`]);
		}
	}

	async close(): Promise<void> {
		await this.#world?.close();
		this.#world = undefined;
	}

	/** A node on that runtime, in use and at rest, as one that has run for long: what it has written lies on its disk. */
	async #ready(runtime: Runtime): Promise<void> {
		const { fleet, node } = this;
		if (!this.#fresh) {
			await fleet.reset(node.name);
			await fleet.kubectl(["label", "--overwrite", "node", node.name, `faults.example.com/node=${node.name}`]);
			this.#runtime = "docker";
			this.#fresh = true;
		}
		this.#world ??= await RealWorld.start(fleet, node, this.folder);
		await this.#inUse();
		if (this.#runtime === runtime) return;
		await this.#undisturbed(runtime === "docker" ? "rollback" : "migrate");
		await this.#inUse();
	}

	async #inUse(): Promise<void> {
		if ((await this.node.status())?.unschedulable) await this.fleet.kubectl(["uncordon", this.node.name]);
		await this.fleet.waitRunning(pinned(this.node), 1);
		await this.node.must("sync", { timeoutMs: 120_000 });
	}

	async #undisturbed(scenario: Scenario): Promise<Tried> {
		const given: Case = { seed: 1, fault: "none", scenario, shape: "bookworm", moment: { step: "", edge: "begin" } };
		const { tried } = await this.#try(given, null);
		if (tried.judgement.broken.length > 0)
			throw new Error(`${scenario} breaks the promise where nothing goes wrong: ${tried.judgement.broken.join("; ")}`);
		const { kubelet } = await nodeTruth(this.node);
		if (kubelet) this.#runtime = kubelet;
		return tried;
	}

	async #try(given: Case, fault: Fault | null): Promise<{ tried: Tried; migrationId: string; runIds: string[] }> {
		const world = this.#here();
		let migrationId = "";
		const tried = await tryCase({
			stage: world,
			given,
			fault,
			handsOn: (id) => {
				migrationId = id;
				return handsOn(world, clusterHands(this.fleet, this.node), given.seed, id);
			},
			nodeTruth: () => nodeTruth(this.node),
			runTruth: (runId) => runTruth(this.node, runId),
			limits: LIMITS,
		});
		const runs = await world.database.db.run.findMany({ where: { migrationId }, select: { id: true } });
		return { tried, migrationId, runIds: runs.map(({ id }) => id) };
	}

	/** Another boot, after which nothing may be other than before. Gives what is. */
	async #again(migrationId: string, { scenario, fault }: RebootCase["given"]): Promise<string[]> {
		const { node } = this;
		const before = await this.#footprint(migrationId);
		if (fault === "node/reboot") await node.reboot();
		else await node.powerCut();
		const bootedAt = new Date();
		await node.waitReady({ since: bootedAt, timeoutMs: SECOND_BOOT_S * 1_000 });
		let wrong: string[] = [];
		for (const beganMs = performance.now(); performance.now() - beganMs < SECOND_BOOT_S * 1_000; ) {
			const { truth, record, onNode } = await this.#look(migrationId);
			const judged = judge({ before: beginsOn(scenario), recorded: record, node: truth, onNode });
			wrong = [...judged.broken, ...differences(before, await this.#footprint(migrationId))];
			if (wrong.length === 0) break;
			await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
		}
		return wrong.map((text) => `after a second one: ${text}`);
	}

	async #footprint(migrationId: string): Promise<Footprint> {
		const [onNode, record] = await Promise.all([nodeFootprint(this.node), this.#record(migrationId)]);
		return new Map([...onNode, ...recordedFootprint(record)]);
	}

	#record(migrationId: string): Promise<Recorded> {
		return recorded(this.#here().database.db, migrationId);
	}

	async #look(migrationId: string) {
		const record = await this.#record(migrationId);
		const onNode = new Map(await Promise.all(record.runs.map(async (run) => [run.id, await runTruth(this.node, run.id)] as const)));
		const truth: NodeTruth = await nodeTruth(this.node);
		return { record, onNode, truth };
	}

	/** What the node and its runs' logs say, for whoever looks for the cause; then another node in its place. */
	async #setAside(runIds: readonly string[]): Promise<string[]> {
		const logs = await Promise.all(runIds.map(async (id) => `== log of ${id}\n${(await runTruth(this.node, id)).log?.toString() ?? ""}`));
		const said = [...logs, await this.node.diagnose()];
		this.#fresh = false;
		await this.close();
		return said;
	}

	#here(): RealWorld {
		if (!this.#world) throw new Error("nobody is at the console");
		return this.#world;
	}
}
