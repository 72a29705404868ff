import { z } from "zod";
import { hostSchema, portSchema } from "./address.ts";

const authInput = z.discriminatedUnion("kind", [
	/** A secret that is left out stays as it is stored, where the kind is the same. */
	z.object({ kind: z.literal("key"), privateKey: z.string().min(1).max(20_000).optional(), passphrase: z.string().max(1_000).optional() }),
	z.object({ kind: z.literal("password"), password: z.string().min(1).max(1_000).optional() }),
]);

/** PUT /clusters/:id/credential and /nodes/:id/credential; DELETE takes it away. */
export const credentialInputSchema = z.object({
	user: z
		.string()
		.trim()
		.min(1)
		.max(64)
		.regex(/^[A-Za-z_][A-Za-z0-9_.@-]*\$?$/),
	port: portSchema.default(22),
	auth: authInput,
	privilege: z.discriminatedUnion("kind", [
		z.object({ kind: z.literal("root") }),
		/** sudo asks for none. Strict: a password that comes with it is refused and not dropped. */
		z.strictObject({ kind: z.literal("sudo") }),
		/** Left out it stays as it is stored; where none is stored either, sudo takes the login's own. */
		z.object({ kind: z.literal("sudo-password"), password: z.string().min(1).max(1_000).optional() }),
	]),
	jump: z
		.object({ address: hostSchema, port: portSchema.default(22), user: z.string().trim().min(1).max(64), auth: authInput })
		.nullable()
		.default(null),
});
export type CredentialInput = z.input<typeof credentialInputSchema>;

/** No secret ever: only what is set. */
export const credentialViewSchema = z.object({
	user: z.string(),
	port: z.number(),
	auth: z.object({
		kind: z.enum(["key", "password"]),
		keyType: z.string().nullable(),
		fingerprint: z.string().nullable(),
		hasPassphrase: z.boolean(),
	}),
	privilege: z.enum(["root", "sudo", "sudo-password"]),
	jump: z.object({ address: z.string(), port: z.number(), user: z.string(), authKind: z.enum(["key", "password"]) }).nullable(),
	updatedAt: z.string(),
});
export type CredentialView = z.infer<typeof credentialViewSchema>;

/** GET, PUT …/credential. */
export const credentialAnswerSchema = z.object({ credential: credentialViewSchema.nullable() });
