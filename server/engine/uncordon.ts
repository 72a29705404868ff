import type { Message } from "../../lib/contracts/finding.ts";
import { runStateSchema } from "../../lib/contracts/run.ts";
import type { Db } from "../db/client.ts";
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

/**
 * A person lets pods come back to a node that an ended run had to leave cordoned. Only Gantry's own cordon is taken back. Throws
 * `run.not-found`, `run.not-cordoned`, `run.wrong-state` while it runs, `run.cordon-not-ours`, `run.no-api`, KubernetesError.
 */
export async function uncordonRun(ports: UncordonPorts, runId: string, person: string, why = ""): Promise<UncordonOutcome> {
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
	// Whatever a later run made of the cordon meanwhile is that run's: only a cordon that is still on record here is taken off it.
	const [, event] = await db.$transaction([
		db.run.updateMany({ where: { id: runId, cordonedByUs: true }, data: { cordonedByUs: false } }),
		db.runEvent.create({
			data: { runId, migrationId: run.migrationId, code: told.code, values: told.values, actor: person, at: ports.now() },
			select: { id: true },
		}),
	]);
	ports.onEvent(event.id);
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
