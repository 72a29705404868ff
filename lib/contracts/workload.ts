import { z } from "zod";
import { messageSchema } from "./finding.ts";

/** Pods of one owner on one node. */
const ownedPodsSchema = z.object({ namespace: z.string(), kind: z.string(), name: z.string(), pods: z.number().int() });

/** What becomes of the pods of one node, as the cluster's API shows them now. */
const nodeWorkloadsSchema = z.object({
	nodeId: z.string(),
	name: z.string(),
	/** False: its plan drains nothing, and its pods stop with it and start again there. */
	drained: z.boolean(),
	/** Evicted where it is drained. */
	moves: z.array(
		ownedPodsSchema.extend({
			/** Disruption budgets that allow no eviction of them now. */
			heldBy: z.array(z.string()),
			/** Claims on volumes that only this node can mount: such pods come up nowhere else. */
			pinnedBy: z.array(z.string()),
			/** Of the pods those that lose what is in their emptyDir volumes. */
			emptyDir: z.number().int(),
		}),
	),
	/** The policy does not allow to lose them: the drain ends at the first of them. */
	refused: z.array(ownedPodsSchema.extend({ why: z.enum(["bare", "emptyDir"]) })),
	/** DaemonSets' and static pods: they stay. */
	stays: z.number().int(),
	/** Why nothing is known of it. */
	error: messageSchema.nullable(),
});
export type NodeWorkloads = z.infer<typeof nodeWorkloadsSchema>;

/** GET /migrations/:id/workloads: of the nodes that will go, at most MOST_NODES_READ of them, in their order. */
export const workloadsSchema = z.object({
	hasApi: z.boolean(),
	nodes: z.array(nodeWorkloadsSchema),
	/** Nodes beyond those that were asked about. */
	more: z.number().int(),
	/** Codes of why budgets or volumes could not be read: then none is named. */
	budgetsUnknown: z.string().nullable(),
	volumesUnknown: z.string().nullable(),
});
export type Workloads = z.infer<typeof workloadsSchema>;

const rangeSchema = z.object({ minMs: z.number(), maxMs: z.number() });

/** GET /migrations/:id/durations: how long nodes took before, in its direction; null where none has. */
export const durationsSchema = z.object({
	measured: z
		.object({
			/** Runs that were measured, and whether all are of this cluster. */
			runs: z.number().int(),
			ownCluster: z.boolean(),
			/** Steps of prepare, together. */
			prepare: rangeSchema,
			/** From the first step after prepare to the end. */
			out: rangeSchema,
		})
		.nullable(),
});
export type Durations = z.infer<typeof durationsSchema>;
