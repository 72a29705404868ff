import type { Message } from "../../lib/contracts/finding.ts";
import type { NodeView } from "../../lib/contracts/node.ts";
import type { Plan } from "../../lib/contracts/plan.ts";
import type { Db } from "../db/client.ts";
import { endpointsOf } from "../inventory/endpoints.ts";

export interface StartRequest {
	/** What the person typed: the cluster's name, where control plane nodes are included. */
	confirm: string | undefined;
	/** The person starts although nodes go without the cluster's API. */
	withoutApi: boolean;
}

/**
 * Why a draft may not be started; null where it may. What preflight found keeps a node out by itself; this is about what a person
 * must confirm, and about access that was taken away since the plan was made.
 */
export async function whyNotStart(
	db: Db,
	migrationId: string,
	request: StartRequest,
	nodesOf: (ids: readonly string[]) => Promise<readonly NodeView[]>,
): Promise<Message | null> {
	const migration = await db.migration.findUnique({
		where: { id: migrationId },
		select: { clusterId: true, cluster: { select: { name: true, kubeconfig: true } } },
	});
	if (!migration) return { code: "migration.not-found", values: { migration: migrationId } };
	const runs = await db.run.findMany({
		where: { migrationId, state: "queued" },
		select: { nodeId: true, nodeName: true, plan: true, withoutApi: true },
	});
	const { cluster } = migration;
	const hasApi = cluster.kubeconfig !== null;
	if (!hasApi && !request.withoutApi && (runs.length === 0 || runs.some((run) => !run.withoutApi))) {
		return { code: "migration.without-api-needed", values: { cluster: cluster.name } };
	}
	const first = runs[0];
	if (hasApi && request.withoutApi && first && runs.every((run) => !run.withoutApi)) {
		return { code: "migration.without-api-refused", values: { cluster: cluster.name, node: first.nodeName } };
	}
	const controlPlane = runs.filter((run) => (run.plan as unknown as Plan | null)?.controlPlane).length;
	if (controlPlane > 0 && request.confirm?.trim() !== cluster.name) {
		return { code: "migration.confirm-needed", values: { cluster: cluster.name, count: controlPlane } };
	}
	const nodes = await nodesOf(runs.map((run) => run.nodeId));
	// It joined since the plan was made: cordon, drain and verification are possible now, so nobody goes without.
	const alone = new Set(runs.filter((run) => run.withoutApi).map((run) => run.nodeId));
	const joined = hasApi ? nodes.find((node) => alone.has(node.id) && !node.manual) : undefined;
	if (joined) return { code: "migration.api-knows-node", values: { cluster: cluster.name, node: joined.name } };
	const unknown = nodes.filter((node) => node.hostKey === "unknown");
	if (unknown[0]) return { code: "migration.host-key-unknown", values: { node: unknown[0].name, count: unknown.length } };
	const jumps = (await endpointsOf(db, { nodeIds: nodes.map((node) => node.id) })).flatMap(({ nodeName, jump }) =>
		jump ? [{ ...jump, nodeName }] : [],
	);
	const accepted = new Set(
		(await db.hostKey.findMany({ select: { address: true, port: true } })).map(({ address, port }) => `${address} ${port}`),
	);
	const strange = jumps.filter(({ address, port }) => !accepted.has(`${address} ${port}`));
	const hop = strange[0];
	if (hop) {
		const { address, port, nodeName: node } = hop;
		return { code: "migration.jump-host-key-unknown", values: { address, port, node, count: strange.length } };
	}
	const clusterHasOne = (await db.credential.count({ where: { clusterId: migration.clusterId, nodeId: null } })) > 0;
	const without = clusterHasOne ? [] : nodes.filter((node) => !node.ownCredential);
	if (without[0]) return { code: "migration.no-credential", values: { node: without[0].name, count: without.length } };
	return null;
}
