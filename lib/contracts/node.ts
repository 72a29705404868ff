import { z } from "zod";
import { hostSchema, portSchema } from "./address.ts";
import { kubeletRuntimeSchema } from "./facts.ts";
import { messageSchema } from "./finding.ts";
import { idSchema } from "./id.ts";
import { runSignsSchema } from "./run.ts";

/** A node as `kubectl get nodes -o wide` shows it, every column, and what preflight and the console need beside. */
export const apiNodeSchema = z.object({
	name: z.string(),
	uid: z.string(),
	/** "Ready", "NotReady", "Unknown", with ",SchedulingDisabled" where cordoned. */
	status: z.string(),
	ready: z.boolean(),
	unschedulable: z.boolean(),
	roles: z.array(z.string()),
	createdAt: z.string(),
	version: z.string(),
	internalIp: z.string(),
	externalIp: z.string(),
	osImage: z.string(),
	kernelVersion: z.string(),
	containerRuntime: z.string(),
	labels: z.record(z.string(), z.string()),
	heartbeatAt: z.string().nullable(),
});
export type ApiNode = z.infer<typeof apiNodeSchema>;

/** What preflight said of a migration by the last reading: each finding's code once, by its severity. */
export const preflightSummarySchema = z.object({
	at: z.string(),
	block: z.array(z.string()),
	warn: z.array(z.string()),
	note: z.array(z.string()),
});
export type PreflightSummary = z.infer<typeof preflightSummarySchema>;

export const nodeViewSchema = z.object({
	id: z.string(),
	clusterId: z.string(),
	clusterName: z.string(),
	name: z.string(),
	address: z.string(),
	port: z.number().int(),
	manual: z.boolean(),
	api: apiNodeSchema.nullable(),
	apiSeenAt: z.string().nullable(),
	gone: z.boolean(),
	controlPlane: z.boolean(),
	/** By the live kubelet where it was probed, else by the API. */
	runtime: kubeletRuntimeSchema.or(z.literal("docker")).or(z.literal("unknown")),
	/** `docker://20.10.24`, as shown in the table. */
	runtimeText: z.string(),
	factsAt: z.string().nullable(),
	probedAt: z.string().nullable(),
	probeError: messageSchema.nullable(),
	/** Null where preflight never looked at it, or looked at what a run has changed since. */
	preflight: preflightSummarySchema.nullable(),
	hostKey: z.enum(["accepted", "unknown"]),
	/** A run that is not final, or null. */
	activeRunId: z.string().nullable(),
	/** How that run stood; of its steps those that ran on the node. */
	activeRun: runSignsSchema.nullable(),
	/** The committed migration that a rollback would go back from, or null: no button. */
	rollbackRunId: z.string().nullable(),
	/** True where it runs containerd and Gantry did not take it there: no snapshot, no button, and the page says so. */
	wentOverByHand: z.boolean(),
	mark: z.string().nullable(),
	ownCredential: z.boolean(),
});
export type NodeView = z.infer<typeof nodeViewSchema>;

/** GET /nodes?clusterId= → NodeView[] */
export const nodeListSchema = z.object({ nodes: z.array(nodeViewSchema) });

/** POST /nodes: by hand, into a cluster. */
export const nodeInputSchema = z.object({
	clusterId: idSchema,
	name: z
		.string()
		.trim()
		.min(1)
		.max(253)
		.regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/),
	address: hostSchema,
	/** Null = the credential's. */
	port: portSchema.nullable().default(null),
});

/** PATCH /nodes/:id: where SSH goes; null = as the API says, the credential's port. */
export const nodePatchSchema = z.object({ address: hostSchema.nullable().optional(), port: portSchema.nullable().optional() });

/** POST /nodes/probe → each node's outcome. */
export const probeInputSchema = z.object({ nodeIds: z.array(idSchema).min(1).max(2_000) });

export const probeResultSchema = z.object({
	results: z.array(z.object({ nodeId: idSchema, ok: z.boolean(), error: messageSchema.nullable() })),
});
