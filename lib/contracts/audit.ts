import { z } from "zod";
import { policySchema } from "./plan.ts";
import { paceSchema } from "./rollout.ts";

/**
 * Everything that is recorded, with the values that each may carry. A value that is not named here is not stored, so that no
 * secret gets in by accident. Stable: stored, and rendered from the catalogue under `audit.<action>`.
 */
export const AUDIT_VALUES = {
	"session.sign-in": [],
	"session.sign-in-refused": [],
	"session.sign-out": [],
	"session.end-others": [],
	"user.password-change": [],
	"user.add": ["name"],
	"user.remove": ["name"],
	"user.password-reset": [],
	"cluster.create": ["server"],
	"cluster.update": ["server"],
	"cluster.delete": ["nodes"],
	"credential.set": ["user", "port", "kind", "privilege", "jump"],
	"credential.remove": [],
	"node.create": ["address", "port"],
	"node.update": ["address", "port"],
	"node.delete": [],
	"node.probe": ["count"],
	/** `step`: where the way by SSH ended, and `code` why; neither where it works. */
	"node.test-ssh": ["step", "code"],
	"host-key.scan": ["count"],
	"host-key.accept": ["address", "port", "algorithm", "sha256", "by"],
	"host-key.replace": ["address", "port", "algorithm", "sha256", "before"],
	"host-key.remove": ["address", "port", "algorithm", "sha256"],
	"archive.upload": ["architecture", "version", "sha256", "binarySha256"],
	"archive.delete": ["architecture", "sha256"],
	"migration.plan": ["direction", "count", "reason", "ticket"],
	"migration.schedule": ["startAt", "direction", "count", "reason", "ticket", "withoutApi"],
	"migration.unschedule": ["reason", "ticket"],
	"migration.start": ["startAt", "direction", "count", "reason", "ticket", "withoutApi"],
	"migration.without-api": ["reason", "count", "names"],
	"migration.override": ["code", "node", "reason"],
	"migration.approve": ["digest", "reason", "ticket"],
	"migration.add-nodes": ["count", "names", "reason", "ticket"],
	"migration.roll-back": ["count", "migration"],
	"migration.pause": ["reason"],
	"migration.resume": ["gate", "reason", "ticket", "pods"],
	"migration.pace": ["reason", "ticket"],
	"migration.stop": ["reason", "ticket"],
	"migration.cancel": ["reason"],
	"migration.retry": ["count", "reason", "ticket"],
	"migration.start-rest": ["count", "reason", "ticket"],
	/** Why something was decided, said afterwards by who decided it: `decision` is its audit event, `of` its action. */
	"migration.explain": ["decision", "of", "reason"],
	"migration.delete": [],
	"run.cancel": ["node", "reason"],
	"run.adopt": ["node", "choice", "console"],
	"run.keep": ["node", "reason"],
	"run.look-again": ["node"],
	"run.uncordon": ["node", "reason", "ticket"],
	"migration.check-again": ["count", "names"],
	"migration.leave-out": ["count", "names"],
	"draft.create": ["direction", "count"],
	"draft.discard": ["migration"],
	"template.create": ["direction"],
	"template.delete": ["direction"],
} as const satisfies Record<string, readonly string[]>;

export type AuditAction = keyof typeof AUDIT_VALUES;
export const AUDIT_ACTIONS = Object.keys(AUDIT_VALUES) as [AuditAction, ...AuditAction[]];
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

export const auditTargetKindSchema = z.enum(["user", "cluster", "node", "host", "archive", "migration", "run", "template", "draft"]);
export type AuditTargetKind = z.infer<typeof auditTargetKindSchema>;

export const auditEventSchema = z.object({
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
export type AuditEventView = z.infer<typeof auditEventSchema>;

export const auditPageSchema = z.object({ events: z.array(auditEventSchema), nextBefore: z.number().int().nullable() });
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
	/** Looked for in the names of who did it and of what it was done to, and in where it came from. */
	q: z.string().max(200).optional(),
	/** Events older than this id. */
	before: z.coerce.number().int().optional(),
	limit: z.coerce.number().int().min(1).max(500).default(100),
});
export type AuditFilter = z.input<typeof auditFilterSchema>;
