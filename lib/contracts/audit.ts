import { z } from "zod";
import { AUDIT_ACTIONS, AUDIT_TARGET_KINDS, type AuditAction } from "../audit-record.ts";
import { policySchema } from "./plan.ts";
import { paceSchema } from "./rollout.ts";

export const auditActionSchema = z.enum(AUDIT_ACTIONS);

/**
 * Fields of which before and after are recorded. A name covers what lies below it (`rollout` is `rollout.canary.soakS` too). No secret is
 * among them: of a key its fingerprint is kept, of a password only that there is one.
 */
export const AUDIT_CHANGES: Partial<Record<AuditAction, readonly string[]>> = {
	"cluster.update": ["name", "kubeconfig", "server", "serverOverride", "tlsServerName"],
	"credential.set": ["user", "port", "signIn", "key", "passphrase", "privilege", "sudoPassword", "jump"],
	"credential.remove": ["user", "port", "signIn", "key", "privilege", "jump"],
	"node.update": ["address", "port"],
	"template.rename": ["name"],
	/** From the policy that nobody has changed. */
	"migration.plan": Object.keys(policySchema.shape),
	"migration.pace": Object.keys(paceSchema.shape),
};

export const fieldChangeSchema = z.object({
	/** As it is called in the API, dotted. */
	field: z.string(),
	/** Empty where there was nothing. */
	before: z.string(),
	after: z.string(),
});
export type FieldChange = z.infer<typeof fieldChangeSchema>;

export const auditTargetKindSchema = z.enum(AUDIT_TARGET_KINDS);
export type AuditTargetKind = z.infer<typeof auditTargetKindSchema>;

/** As it is kept and exported; the audit page has its own form of it. */
export const recordedEventSchema = z.object({
	id: z.number().int(),
	at: z.string(),
	/** Null where nobody was signed in. */
	actorId: z.string().nullable(),
	actorName: z.string(),
	/** Where the request came from. */
	address: z.string().nullable(),
	/** A code that a later version no longer knows is kept and shown as it is. */
	action: z.string(),
	target: z.object({ kind: z.string(), id: z.string(), name: z.string() }).nullable(),
	/** "ok" or the error's code. */
	outcome: z.string(),
	values: z.record(z.string(), z.union([z.string(), z.number()])),
	changes: z.array(fieldChangeSchema),
});
export type RecordedEvent = z.infer<typeof recordedEventSchema>;

export const auditPageSchema = z.object({ events: z.array(recordedEventSchema), nextBefore: z.number().int().nullable() });
export type AuditPage = z.infer<typeof auditPageSchema>;

export const auditFilterSchema = z.object({
	action: auditActionSchema.optional(),
	actorId: z.string().optional(),
	/** As it is recorded, whole. */
	actorName: z.string().optional(),
	targetKind: auditTargetKindSchema.optional(),
	targetId: z.string().optional(),
	/** "failed" = anything but "ok". */
	outcome: z.enum(["ok", "failed"]).optional(),
	from: z.iso.datetime().optional(),
	to: z.iso.datetime().optional(),
	/** Looked for in the names of who did it and of what it was done to, in where it came from, and in ticket and reason. */
	q: z.string().max(200).optional(),
	/** Events older than this id. */
	before: z.coerce.number().int().optional(),
	limit: z.coerce.number().int().min(1).max(500).default(100),
});
export type AuditFilter = z.input<typeof auditFilterSchema>;
