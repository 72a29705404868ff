import { z } from "zod";
import type { SshAuthInput } from "../../lib/contracts/inventory.ts";
import { SshError, type SshHopName } from "../ssh/errors.ts";
import { presentedKey } from "../ssh/host-key.ts";
import { loadPrivateKey } from "../ssh/private-key.ts";
import type { SshAuth } from "../ssh/session.ts";
import { InventoryError, type InventoryErrorCode } from "./errors.ts";
import type { Seal } from "./seal.ts";

/** The public half, kept beside the key: reading a key under a passphrase again for every page would cost a second of work. */
const publicHalfSchema = z.object({ algorithm: z.string(), sha256: z.string() });

const authSecretSchema = z.discriminatedUnion("kind", [
	z.object({ kind: z.literal("key"), privateKey: z.string(), passphrase: z.string().optional(), publicHalf: publicHalfSchema }),
	z.object({ kind: z.literal("password"), password: z.string() }),
]);
export type AuthSecret = z.infer<typeof authSecretSchema>;

const credentialSecretSchema = z.object({
	auth: authSecretSchema,
	sudoPassword: z.string().optional(),
	jump: authSecretSchema.optional(),
});
/** All secrets of one credential: one sealed JSON text. */
export type CredentialSecret = z.infer<typeof credentialSecretSchema>;

function place(credentialId: string): string {
	return `credential:${credentialId}`;
}

export function sealCredential(seal: Seal, credentialId: string, secret: CredentialSecret): string {
	return seal.seal(JSON.stringify(secret), place(credentialId));
}

/** Throws SealError. */
export function unsealCredential(seal: Seal, credentialId: string, sealed: string): CredentialSecret {
	return credentialSecretSchema.parse(JSON.parse(seal.open(sealed, place(credentialId))));
}

/**
 * What is to be stored for a way to sign in: what was given, and what was stored where it was left out. A key is read once, so
 * that a wrong passphrase is told here and not on a node. Throws `credential.*`.
 */
export function authSecret(input: SshAuthInput, stored: AuthSecret | undefined, hop: SshHopName): AuthSecret {
	if (input.kind === "password") {
		const password = input.password ?? (stored?.kind === "password" ? stored.password : undefined);
		if (password === undefined) throw new InventoryError("credential.missing", { hop, field: "password" });
		return { kind: "password", password };
	}
	const kept = stored?.kind === "key" ? stored : undefined;
	const privateKey = input.privateKey ?? kept?.privateKey;
	if (privateKey === undefined) throw new InventoryError("credential.missing", { hop, field: "privateKey" });
	// A new key does not inherit the old one's passphrase.
	const passphrase = (input.passphrase ?? (input.privateKey === undefined ? kept?.passphrase : undefined)) || undefined;
	try {
		const { algorithm, sha256 } = presentedKey(loadPrivateKey(privateKey, passphrase, { label: hop, hop }).getPublicSSH());
		return { kind: "key", privateKey, ...(passphrase === undefined ? {} : { passphrase }), publicHalf: { algorithm, sha256 } };
	} catch (error) {
		const code = error instanceof SshError ? KEY_ERRORS[error.code] : undefined;
		if (code) throw new InventoryError(code, { hop });
		throw error;
	}
}

const KEY_ERRORS: Readonly<Record<string, InventoryErrorCode>> = {
	"authentication.key-unreadable": "credential.key-unreadable",
	"authentication.key-needs-passphrase": "credential.key-needs-passphrase",
	"authentication.wrong-passphrase": "credential.wrong-passphrase",
};

export function toSshAuth(secret: AuthSecret): SshAuth {
	if (secret.kind === "password") return { kind: "password", password: secret.password };
	return { kind: "key", privateKey: secret.privateKey, ...(secret.passphrase === undefined ? {} : { passphrase: secret.passphrase }) };
}
