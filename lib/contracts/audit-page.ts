import { z } from "zod";
import { auditTargetKindSchema, fieldChangeSchema } from "./audit.ts";
import { idSchema } from "./id.ts";

/** An event as the audit page shows it. */
export const auditEventSchema = z.object({
	id: z.number().int(),
	at: z.string(),
	actorName: z.string(),
	address: z.string().nullable(),
	action: z.string(),
	targetKind: z.string().nullable(),
	targetId: z.string().nullable(),
	targetName: z.string().nullable(),
	outcome: z.string(),
	values: z.record(z.string(), z.unknown()),
	/** Before and after, where they are recorded. */
	changes: z.array(fieldChangeSchema),
});
export type AuditEventView = z.infer<typeof auditEventSchema>;

const auditFilters = {
	action: z.string().max(100).optional(),
	/** Who did it, as it is recorded. */
	person: z.string().max(500).optional(),
	kind: auditTargetKindSchema.optional(),
	/** One object of that kind, by its id. */
	object: idSchema.optional(),
	outcome: z.enum(["ok", "failed"]).optional(),
	/** The last so many seconds; or from one moment to another. */
	lastS: z.coerce.number().int().min(1).max(400_000_000).optional(),
	from: z.iso.datetime().optional(),
	to: z.iso.datetime().optional(),
	q: z.string().trim().max(200).optional(),
};

/** GET /audit?person=&action=&kind=&object=&outcome=&lastS=&from=&to=&q=&before=&limit= */
export const auditQuerySchema = z.object({
	...auditFilters,
	before: z.coerce.number().int().optional(),
	limit: z.coerce.number().int().min(1).max(500).default(100),
});

/** GET /audit/people: everybody who is named in it, by name; who was only refused at the sign-in is not. */
export const auditPeopleSchema = z.object({ people: z.array(z.string()) });

/** GET /audit/export?format=: what the filters leave, newest first, as a file; at most MOST_EXPORTED of them. */
export const auditExportQuerySchema = z.object({ ...auditFilters, format: z.enum(["csv", "json"]) });
export type AuditExportQuery = z.output<typeof auditExportQuerySchema>;

export const auditListSchema = z.object({ events: z.array(auditEventSchema), next: z.number().nullable() });
