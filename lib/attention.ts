import { ATTENTION_CODES } from "./attention-codes.ts";
import type { AttentionItem } from "./contracts/attention.ts";
import type { Message } from "./contracts/finding.ts";
import type { ApiNode, NodeView } from "./contracts/node.ts";
import type { MigrationView } from "./contracts/run.ts";
import { naturalCompare } from "./format.ts";
import { GATE_ASKS } from "./gates.ts";
import { runtimeGroup } from "./node-filter.ts";
import { scheduleFailed } from "./schedule.ts";
import { busyOf } from "./way-back.ts";

/** Facts older than this say little of what a migration would find. */
export const STALE_FACTS_DAYS = 7;
/** A migration that ended with failures is pointed out for so long; then somebody has seen it. */
export const FAILED_SHOWN_DAYS = 3;
/** So many silent nodes of a cluster are told one by one; more are one trouble and not many. */
const MOST_BY_NAME = 3;
const DAY_MS = 86_400_000;

interface AttentionCluster {
	id: string;
	name: string;
	hasApi: boolean;
	hasCredential: boolean;
	/** Code "ok" where it answers; null where it was not asked yet. */
	apiState: Message | null;
}

type AttentionNode = Pick<
	NodeView,
	"id" | "name" | "clusterId" | "gone" | "hostKey" | "probeError" | "factsAt" | "runtime" | "activeRunId"
> & { api: Pick<ApiNode, "ready"> | null };

export type AttentionMigration = Pick<
	MigrationView,
	"id" | "clusterId" | "clusterName" | "state" | "stateWhy" | "policy" | "ticket" | "reason" | "endedAt"
> & {
	/** Nodes by the state of their newest run. */
	counts: Readonly<Record<string, number>>;
	/** Somebody has approved it, be it before it was changed. */
	approved: boolean;
};

/** A run that waits for a person. */
export interface AttentionRun {
	id: string;
	migrationId: string;
	nodeId: string;
	nodeName: string;
	clusterId: string;
	clusterName: string;
	endedAt: string | null;
}

export interface AttentionInput {
	clusters: readonly AttentionCluster[];
	nodes: readonly AttentionNode[];
	migrations: readonly AttentionMigration[];
	/** The newest run of its node, which ended as `revert-failed`. */
	handsNeeded: readonly AttentionRun[];
	/** Runs that are held for a look and that nobody has answered yet. */
	nodeHeld: readonly AttentionRun[];
	/** Runs whose drain is blocked. */
	drainBlocked: readonly AttentionRun[];
}

/** What needs a person now, the most pressing first, by name within each kind. Pure. */
export function attention(input: AttentionInput, nowMs: number): AttentionItem[] {
	const items = [
		...handsItems(input),
		...input.nodeHeld.map((run) => outItem("node-held", "paused", run)),
		...input.drainBlocked.map((run) => outItem("drain-blocked", "blocked", run)),
		...input.migrations.flatMap((migration) => migrationItem(migration, nowMs) ?? []),
		...input.clusters.flatMap((cluster) =>
			clusterItems(
				cluster,
				input.nodes.filter((node) => node.clusterId === cluster.id && !node.gone),
				nowMs,
			),
		),
	];
	const rank = new Map(ATTENTION_CODES.map((code, index) => [code, index]));
	const name = ({ values }: AttentionItem) => `${values["cluster"]} ${values["node"] ?? values["migration"] ?? ""}`;
	return items.sort((one, other) => (rank.get(one.code) ?? 0) - (rank.get(other.code) ?? 0) || naturalCompare(name(one), name(other)));
}

function handsItems({ handsNeeded, nodes }: AttentionInput): AttentionItem[] {
	const byId = new Map(nodes.map((node) => [node.id, node]));
	return handsNeeded
		.filter((run) => {
			const node = byId.get(run.nodeId);
			return node === undefined || (!node.gone && !mended(node, run.endedAt));
		})
		.map((run) => ({
			key: `hands-${run.id}`,
			code: "hands",
			kind: "hands",
			values: { node: run.nodeName, cluster: run.clusterName },
			href: `/runs/${run.id}`,
			clusterId: run.clusterId,
		}));
}

/** It was probed since the run ended, a kubelet runs on a runtime that we know, and its cluster calls it ready. */
function mended({ factsAt, runtime, probeError, api }: AttentionNode, endedAt: string | null): boolean {
	if (factsAt === null || endedAt === null || Date.parse(factsAt) <= Date.parse(endedAt)) return false;
	return probeError === null && runtimeGroup({ runtime }) !== "other" && api?.ready !== false;
}

function outItem(code: "node-held" | "drain-blocked", kind: AttentionItem["kind"], run: AttentionRun): AttentionItem {
	return {
		key: `${code}-${run.id}`,
		code,
		kind,
		values: { node: run.nodeName, cluster: run.clusterName },
		href: `/migrations/${run.migrationId}?node=${encodeURIComponent(run.nodeName)}`,
		clusterId: run.clusterId,
	};
}

/** Questions between waves, by why a migration says that it is paused. */
const ASKS: Readonly<Record<string, AttentionItem["code"]>> = {
	[GATE_ASKS.canary]: "canary-ended",
	[GATE_ASKS["control-plane"]]: "control-plane-next",
	"migration.prepared": "prepared",
	"migration.approval-void": "approval-void",
};
const KINDS: Partial<Record<AttentionItem["code"], AttentionItem["kind"]>> = {
	held: "failed",
	failed: "failed",
	"schedule-failed": "warning",
	"approval-missing": "waiting",
};

function migrationItem(migration: AttentionMigration, nowMs: number): AttentionItem | null {
	const code = migrationCode(migration, nowMs);
	if (code === null) return null;
	const { id, clusterId, clusterName, ticket, reason, counts } = migration;
	return {
		key: `${code}-${id}`,
		code,
		kind: KINDS[code] ?? "paused",
		values: { migration: ticket || reason || id, cluster: clusterName, count: failures(counts) },
		href: `/migrations/${id}`,
		clusterId,
	};
}

/** What this migration waits for, or null where it waits for nobody. */
export function migrationCode(migration: AttentionMigration, nowMs: number): AttentionItem["code"] | null {
	const { state, stateWhy, policy, approved, counts, endedAt } = migration;
	switch (state) {
		case "draft":
			if (scheduleFailed(migration)) return "schedule-failed";
			return policy.approval.needed && !approved ? "approval-missing" : null;
		case "scheduled":
			return policy.approval.needed && !approved ? "approval-missing" : null;
		case "held":
			// Its nodes go back by themselves, but where one is another migration's.
			return stateWhy?.code === "migration.rolling-back" && !busyOf(migration) ? null : "held";
		case "paused":
			return ASKS[stateWhy?.code ?? ""] ?? (failures(counts) > 0 ? "failed" : null);
		case "running":
		case "stopping":
			return failures(counts) > 0 ? "failed" : null;
		case "done-with-failures":
			return failures(counts) > 0 && endedAt !== null && nowMs - Date.parse(endedAt) < FAILED_SHOWN_DAYS * DAY_MS ? "failed" : null;
		case "cancelling":
		case "cancelled":
		case "done":
			return null;
		default:
			return state satisfies never;
	}
}

/** Nodes that did not go over. Those that need hands are told by themselves. */
function failures(counts: AttentionMigration["counts"]): number {
	return (counts["failed"] ?? 0) + (counts["reverted"] ?? 0);
}

function clusterItems(cluster: AttentionCluster, nodes: readonly AttentionNode[], nowMs: number): AttentionItem[] {
	const { id: clusterId, name, hasApi, hasCredential, apiState } = cluster;
	const item = (
		code: AttentionItem["code"],
		href: string,
		values: AttentionItem["values"] = {},
		key: string = clusterId,
	): AttentionItem => ({
		key: `${code}-${key}`,
		code,
		kind: code === "api" ? "failed" : "warning",
		values: { cluster: name, ...values },
		href,
		clusterId,
	});
	const page = `/clusters/${clusterId}`;
	const table = `/nodes?cluster=${encodeURIComponent(clusterId)}&sort=probed`;
	const items: AttentionItem[] = [];
	if (hasApi && apiState !== null && apiState.code !== "ok") items.push(item("api", `${page}?tab=access`));
	const unknownKeys = nodes.filter((node) => node.hostKey === "unknown").length;
	if (hasCredential && unknownKeys > 0) items.push(item("host-keys", `${page}?tab=host-keys`, { count: unknownKeys }));
	const silent = nodes.filter((node) => node.probeError !== null && node.hostKey === "accepted");
	if (silent.length > MOST_BY_NAME) items.push(item("unreachable-many", table, { count: silent.length }));
	else for (const node of silent) items.push(item("unreachable", `/nodes/${node.id}`, { node: node.name }, node.id));
	const stale = nodes.filter((node) => isStale(node, nowMs)).length;
	if (stale > 0) items.push(item("stale-facts", table, { count: stale, days: STALE_FACTS_DAYS }));
	return items;
}

/** Only where a migration may still come: of what is over, old facts mislead nobody. */
function isStale(node: AttentionNode, nowMs: number): boolean {
	if (node.factsAt === null || node.probeError !== null || node.activeRunId !== null || runtimeGroup(node) === "containerd") return false;
	return nowMs - Date.parse(node.factsAt) > STALE_FACTS_DAYS * DAY_MS;
}
