import type { Message } from "../../lib/contracts/finding.ts";
import { runStateSchema } from "../../lib/contracts/run.ts";
import type { Db } from "../db/client.ts";
import { alone, type Commit } from "../db/commit.ts";
import { isNotThere } from "../db/not-there.ts";
import type { ClusterApi } from "../kubernetes/cluster-api.ts";
import { isKubernetesError } from "../kubernetes/error.ts";
import { MigrationChangeError } from "./change-error.ts";
import { because, said } from "./codes.ts";
import { isFinal } from "./transitions.ts";

export interface UncordonPorts {
	db: Db;
	/** Null where the cluster has no API. */
	cluster(clusterId: string): Promise<ClusterApi | null>;
	onRunChanged: (runId: string) => void;
	onEvent: (eventId: number) => void;
	now: () => Date;
}

/** `gone`: the API no longer knows the node. */
export type UncordonOutcome = "uncordoned" | "was-schedulable" | "gone";

const TOLD = { uncordoned: "run.uncordoned", "was-schedulable": "run.was-schedulable", gone: "run.node-gone" } as const;

/** Persons let pods come back to nodes that ended runs had to leave cordoned. */
export class Uncordon {
	readonly #asked = new Map<string, Promise<UncordonOutcome>>();

	constructor(private readonly ports: UncordonPorts) {}

	/**
	 * Only Gantry's own cordon is taken back, and by one person: of two at once the second finds that it is gone. Throws `run.not-found`,
	 * `run.not-cordoned`, `run.wrong-state` while it runs, `run.cordon-not-ours`, `run.no-api`, KubernetesError.
	 */
	async run(runId: string, person: string, why?: string, commit?: Commit): Promise<UncordonOutcome> {
		const ask = () => uncordonRun(this.ports, runId, person, why, commit);
		const before = this.#asked.get(runId);
		const asked = before ? before.then(ask, ask) : ask();
		this.#asked.set(runId, asked);
		try {
			return await asked;
		} finally {
			if (this.#asked.get(runId) === asked) this.#asked.delete(runId);
		}
	}
}

async function uncordonRun(
	ports: UncordonPorts,
	runId: string,
	person: string,
	why = "",
	commit: Commit = alone(ports.db),
): Promise<UncordonOutcome> {
	const { db } = ports;
	const run = await db.run.findUnique({
		where: { id: runId },
		select: { nodeName: true, state: true, cordonedByUs: true, migrationId: true, migration: { select: { clusterId: true } } },
	});
	if (!run) throw new MigrationChangeError("run.not-found", { run: runId });
	const node = run.nodeName;
	if (!isFinal(runStateSchema.parse(run.state))) throw new MigrationChangeError("run.wrong-state", { run: runId, state: run.state });
	if (!run.cordonedByUs) throw new MigrationChangeError("run.not-cordoned", { node });
	const api = await ports.cluster(run.migration.clusterId);
	if (!api) throw new MigrationChangeError("run.no-api", { node });
	const outcome = await uncordon(api, node, runId);
	const told: Message = said(TOLD[outcome], { node }, because(why));
	const event = { migrationId: run.migrationId, code: told.code, values: told.values, actor: person, at: ports.now() };
	try {
		// Whatever a later run made of the cordon meanwhile is that run's: only a cordon that is still on record here is taken off it. Another
		// process may have been as fast: then it has that on record.
		const [{ events }] = await commit([
			db.run.update({
				where: { id: runId, cordonedByUs: true },
				data: { cordonedByUs: false, events: { create: event } },
				select: { events: { orderBy: { id: "desc" }, take: 1, select: { id: true } } },
			}),
		]);
		for (const { id } of events) ports.onEvent(id);
	} catch (error) {
		if (!isNotThere(error)) throw error;
		throw new MigrationChangeError("run.not-cordoned", { node });
	}
	ports.onRunChanged(runId);
	return outcome;
}

async function uncordon(api: ClusterApi, node: string, runId: string): Promise<UncordonOutcome> {
	try {
		const result = await api.uncordon(node, runId);
		if (result === "not-ours") throw new MigrationChangeError("run.cordon-not-ours", { node });
		return result;
	} catch (error) {
		if (isKubernetesError(error, "cluster.not-found")) return "gone";
		throw error;
	}
}
