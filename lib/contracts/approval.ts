import { z } from "zod";
import { policySchema } from "./plan.ts";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** What an approval binds to: what was chosen, and of every node that goes the scripts that run on it. */
export const approvalSubjectSchema = z.object({
	policy: policySchema,
	/** By name. `facts` is the digest of what the plan rests on. */
	nodes: z.array(
		z.object({
			name: z.string(),
			prepare: sha256,
			cutover: sha256,
			revert: sha256,
			facts: z.string(),
			/** It goes without the cluster's API, and in spite of these findings. */
			withoutApi: z.boolean(),
			overrides: z.array(z.string()),
		}),
	),
});
export type ApprovalSubject = z.infer<typeof approvalSubjectSchema>;

export const approvalViewSchema = z.object({
	id: z.number().int(),
	/** SHA-256 of the subject as `approvalText` writes it. */
	digest: sha256,
	/** Of the newest one only: it may be of thousands of nodes. */
	subject: approvalSubjectSchema.nullable(),
	reason: z.string(),
	ticket: z.string(),
	by: z.string(),
	at: z.string(),
});
export type ApprovalView = z.infer<typeof approvalViewSchema>;
