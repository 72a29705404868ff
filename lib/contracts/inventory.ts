import { z } from "zod";
import { messageSchema } from "./finding.ts";

/** ISO 8601, UTC. */
const time = z.string();
const port = z.number().int().min(1).max(65_535);
/** A host name or an IP address, without brackets, port or user. */
export const addressSchema = z
	.string()
	.trim()
	.min(1)
	.max(253)
	.regex(/^[A-Za-z0-9](?:[A-Za-z0-9._:%-]*[A-Za-z0-9])?$|^::[0-9A-Fa-f:.]*$/);
export const nodeNameSchema = z
	.string()
	.trim()
	.max(253)
	.regex(/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/);
const user = z
	.string()
	.trim()
	.min(1)
	.max(64)
	.regex(/^[^\s\p{Cc}@]+$/u);
const optionalText = z
	.string()
	.trim()
	.transform((text) => text || null)
	.nullable()
	.default(null);

/** How a cluster is entered. On an update, a kubeconfig that is left out stays; null takes it away. */
export const clusterInputSchema = z.object({
	name: z.string().trim().min(1).max(64),
	kubeconfig: z.string().min(1).nullable().optional(),
	/** Null = the kubeconfig's current one. */
	context: optionalText,
	serverOverride: optionalText,
	tlsServerName: optionalText,
});
export type ClusterInput = z.infer<typeof clusterInputSchema>;

/** What the API said when it was last asked. */
export const apiStateSchema = z.discriminatedUnion("ok", [
	z.object({
		ok: z.literal(true),
		server: z.string(),
		context: z.string(),
		version: z.string(),
		/** Another server of the same API, where `server` itself does not answer. */
		via: z.string().optional(),
	}),
	z.object({ ok: z.literal(false), server: z.string(), context: z.string(), error: messageSchema }),
]);
export type ApiState = z.infer<typeof apiStateSchema>;

export const clusterViewSchema = z.object({
	id: z.string(),
	name: z.string(),
	/** False: its nodes are added by hand, and there is no drain and no verification in the cluster. */
	hasApi: z.boolean(),
	serverOverride: z.string().nullable(),
	tlsServerName: z.string().nullable(),
	apiState: apiStateSchema.nullable(),
	apiCheckedAt: time.nullable(),
	nodes: z.number().int(),
	hasCredential: z.boolean(),
	createdAt: time,
});
export type ClusterView = z.infer<typeof clusterViewSchema>;

/** Secrets that are left out stay as they are stored, where the kind is the same. */
export const sshAuthInputSchema = z.discriminatedUnion("kind", [
	z.object({ kind: z.literal("key"), privateKey: z.string().min(1).optional(), passphrase: z.string().optional() }),
	z.object({ kind: z.literal("password"), password: z.string().min(1).optional() }),
]);
export type SshAuthInput = z.infer<typeof sshAuthInputSchema>;

export const credentialInputSchema = z.object({
	user,
	port: port.default(22),
	auth: sshAuthInputSchema,
	privilege: z.enum(["root", "sudo", "sudo-password"]),
	/** For "sudo-password"; without one, the login's own password. */
	sudoPassword: z.string().min(1).optional(),
	jump: z
		.object({ address: addressSchema, port: port.default(22), user, auth: sshAuthInputSchema })
		.nullable()
		.default(null),
});
export type CredentialInput = z.infer<typeof credentialInputSchema>;

/** What may be shown of a way to sign in: never a secret. */
const sshAuthViewSchema = z.object({
	kind: z.enum(["key", "password"]),
	/** Of the public half. */
	key: z.object({ algorithm: z.string(), sha256: z.string() }).nullable(),
	hasPassphrase: z.boolean(),
});

export const credentialViewSchema = z.object({
	id: z.string(),
	clusterId: z.string(),
	/** Null = the cluster's. */
	nodeId: z.string().nullable(),
	user: z.string(),
	port: z.number().int(),
	auth: sshAuthViewSchema,
	privilege: z.enum(["root", "sudo", "sudo-password"]),
	hasSudoPassword: z.boolean(),
	jump: z.object({ address: z.string(), port: z.number().int(), user: z.string(), auth: sshAuthViewSchema }).nullable(),
	updatedAt: time,
});
export type CredentialView = z.infer<typeof credentialViewSchema>;

export const nodeInputSchema = z.object({
	clusterId: z.string(),
	name: nodeNameSchema,
	address: addressSchema,
	port: port.nullable().default(null),
});
export type NodeInput = z.infer<typeof nodeInputSchema>;

/** Null goes back to what follows by itself: the API's internal address, the credential's port. */
export const nodeWaySchema = z.object({ address: addressSchema.nullable().optional(), port: port.nullable().optional() });
export type NodeWay = z.infer<typeof nodeWaySchema>;

/** One host key that a scan saw and nobody has accepted. */
export const scannedKeySchema = z.object({
	id: z.string(),
	hop: z.enum(["node", "jump"]),
	/** Nodes that are reached at, or through, this address. */
	nodeNames: z.array(z.string()),
	address: z.string(),
	port: z.number().int(),
	algorithm: z.string(),
	sha256: z.string(),
	/** "changed": another key was accepted for this address. It is refused until a person replaces that one. */
	state: z.enum(["unknown", "changed"]),
	accepted: z.array(z.object({ algorithm: z.string(), sha256: z.string() })),
	/** What the uploaded known_hosts says; null without one. */
	knownHosts: z.enum(["match", "mismatch", "unknown", "revoked"]).nullable(),
});
export type ScannedKey = z.infer<typeof scannedKeySchema>;

export const hostKeyScanSchema = z.object({
	id: z.string(),
	expiresAt: time,
	keys: z.array(scannedKeySchema),
	failures: z.array(z.object({ address: z.string(), port: z.number().int(), nodeNames: z.array(z.string()), error: messageSchema })),
	/** Addresses whose accepted key was shown again. */
	unchanged: z.number().int(),
});
export type HostKeyScan = z.infer<typeof hostKeyScanSchema>;

export const hostKeyViewSchema = z.object({
	id: z.string(),
	address: z.string(),
	port: z.number().int(),
	algorithm: z.string(),
	sha256: z.string(),
	acceptedBy: z.enum(["known-hosts", "person"]),
	userName: z.string(),
	acceptedAt: time,
});
export type HostKeyView = z.infer<typeof hostKeyViewSchema>;

export const archiveViewSchema = z.object({
	id: z.string(),
	architecture: z.string(),
	/** Empty where the file's name does not tell. */
	version: z.string(),
	fileName: z.string(),
	sizeBytes: z.number().int(),
	sha256: z.string(),
	binarySha256: z.string(),
	uploadedBy: z.string(),
	uploadedAt: time,
});
export type ArchiveView = z.infer<typeof archiveViewSchema>;
