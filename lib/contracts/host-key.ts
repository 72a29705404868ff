import { z } from "zod";
import { messageSchema } from "./finding.ts";
import { idSchema } from "./id.ts";

export const scannedKeySchema = z.object({
	entryId: idSchema,
	/** The node, or the jump host of these nodes. */
	nodeId: idSchema.nullable(),
	label: z.string(),
	address: z.string(),
	port: z.number(),
	algorithm: z.string(),
	sha256: z.string(),
	/** Against what was accepted before. */
	accepted: z.enum(["unknown", "accepted", "changed"]),
	/** Of the accepted key, where it changed. */
	expectedSha256: z.string().nullable(),
	/** Against the uploaded known_hosts; null where none was. */
	knownHosts: z.enum(["match", "mismatch", "revoked", "unknown"]).nullable(),
});

/** POST /host-keys/scan {nodeIds, knownHosts?} → scan; GET /host-keys/scan/:id?; POST /host-keys/scan/:id/known-hosts {text}. */
export const hostKeyScanSchema = z.object({
	scanId: idSchema,
	keys: z.array(scannedKeySchema),
	errors: z.array(z.object({ nodeId: idSchema.nullable(), label: z.string(), error: messageSchema })),
});
export type HostKeyScan = z.infer<typeof hostKeyScanSchema>;

export const hostKeyScanInputSchema = z.object({
	nodeIds: z.array(idSchema).min(1).max(2_000),
	knownHosts: z.string().max(2_000_000).optional(),
});

/** POST /host-keys/scan/:id/accept-matches {} accepts those that match known_hosts; POST …/accept {entryId} one; POST …/replace {entryId, expectedSha256} a changed one. Each answers the scan anew. */
export const acceptKeySchema = z.object({ entryId: idSchema });

/** GET /host-keys: what was accepted; DELETE /host-keys/:id takes it back. */
export const hostKeyListSchema = z.object({
	keys: z.array(
		z.object({
			id: idSchema,
			address: z.string(),
			port: z.number(),
			algorithm: z.string(),
			sha256: z.string(),
			acceptedBy: z.enum(["known-hosts", "person"]),
			userName: z.string(),
			acceptedAt: z.string(),
		}),
	),
});

export const knownHostsInputSchema = z.object({ text: z.string().max(2_000_000) });

export const replaceKeySchema = z.object({ entryId: idSchema, expectedSha256: z.string() });
