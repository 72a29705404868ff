import { z } from "zod";
import { factsSchema } from "./facts.ts";
import { findingSchema, messageSchema } from "./finding.ts";
import { nodeViewSchema } from "./node.ts";
import { fileChangeSchema } from "./plan.ts";
import { runViewSchema } from "./run.ts";

/** What a test of the way by SSH goes through, in this order. "jump-host" only where there is one. */
export const SSH_TEST_STEPS = ["jump-host", "reach", "host-key", "login", "shell", "root"] as const;
export const sshTestStepSchema = z.object({
	id: z.enum(SSH_TEST_STEPS),
	/** "not-tried": a step before it failed. */
	outcome: z.enum(["ok", "failed", "not-tried"]),
	/** Null where it was not tried, and where it is no step of its own in time: a host key is judged within the handshake. */
	durationMs: z.number().nullable(),
	/** What was found: a host key's fingerprint, the login, how root is reached. Empty where it was not tried. */
	found: z.string(),
	error: messageSchema.nullable(),
});
export type SshTestStep = z.infer<typeof sshTestStepSchema>;

/** POST /nodes/:id/ssh-test {} : connects anew, signs in and becomes root; reads and changes nothing. */
export const sshTestSchema = z.object({ ok: z.boolean(), steps: z.array(sshTestStepSchema) });
export type SshTest = z.infer<typeof sshTestSchema>;

export const nodePodSchema = z.object({
	namespace: z.string(),
	name: z.string(),
	/** Pending, Running, Succeeded, Failed or Unknown. */
	phase: z.string(),
	ready: z.boolean(),
	/** It was told to go. */
	deleting: z.boolean(),
	/** `ReplicaSet/web-7f9`; null for a bare pod. */
	controller: z.string().nullable(),
	containers: z.array(
		z.object({
			name: z.string(),
			image: z.string(),
			running: z.boolean(),
			/** `docker` or `containerd`, by the container's id; empty before its first start. */
			runtime: z.string(),
		}),
	),
	/** When the first of its containers that run was started. */
	startedAt: z.string().nullable(),
	/** What a drain of the node would do with it, under the policy that nobody has changed. */
	drain: z.enum(["evict", "daemonset", "mirror", "finished", "bare", "emptyDir"]),
});
export type NodePod = z.infer<typeof nodePodSchema>;
/** GET /nodes/:id/pods : as the cluster's API has them now; null where the console knows no API of the node's cluster. */
export const nodePodListSchema = z.object({ pods: z.array(nodePodSchema).nullable() });

/** GET /nodes/:id/files */
export const nodeFilesSchema = z.object({
	/** What a migration would change, by the facts of the last probe and the policy that nobody has changed; null without facts, and with `plannedError`. */
	planned: z.array(fileChangeSchema).nullable(),
	/** Why no plan can be made of the facts. */
	plannedError: messageSchema.nullable(),
	/** What the last committed migration saved before its first change, and what it wrote; null where there is none. */
	snapshot: z
		.object({
			runId: z.string(),
			/** On the node. */
			folder: z.string(),
			takenAt: z.string().nullable(),
			files: z.array(fileChangeSchema),
		})
		.nullable(),
});
export type NodeFiles = z.infer<typeof nodeFilesSchema>;

/** GET /nodes/:id */
export const nodeDetailSchema = z.object({
	node: nodeViewSchema,
	facts: factsSchema.nullable(),
	/** What preflight says of a migration, by the facts above; empty where there are none. */
	findings: z.array(findingSchema),
	/** Why preflight could not be asked: the cluster does not answer. */
	findingsError: messageSchema.nullable().default(null),
	runs: z.array(runViewSchema),
});
export type NodeDetail = z.infer<typeof nodeDetailSchema>;
