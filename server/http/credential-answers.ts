import type { z } from "zod";
import type { CredentialView, credentialInputSchema } from "../../lib/contracts/api.ts";
import type { CredentialView as StoredCredential, CredentialInput as StoredInput } from "../../lib/contracts/inventory.ts";
import type { AuditNote } from "./route.ts";

/** As the inventory takes it. */
export function credentialInput(input: z.output<typeof credentialInputSchema>): StoredInput {
	const { user, port, auth, privilege, jump } = input;
	const sudoPassword = privilege.kind === "sudo-password" ? privilege.password : undefined;
	return {
		user,
		port,
		auth,
		privilege: privilege.kind,
		...(sudoPassword === undefined ? {} : { sudoPassword }),
		jump,
	};
}

export function credentialAnswer(stored: StoredCredential | null): CredentialView | null {
	if (!stored) return null;
	const { user, port, auth, privilege, jump, updatedAt } = stored;
	return {
		user,
		port,
		auth: {
			kind: auth.kind,
			keyType: auth.key?.algorithm ?? null,
			fingerprint: auth.key?.sha256 ?? null,
			hasPassphrase: auth.hasPassphrase,
		},
		privilege,
		jump: jump && { address: jump.address, port: jump.port, user: jump.user, authKind: jump.auth.kind },
		updatedAt,
	};
}

/** What the audit may keep of a credential. */
export function credentialNote(input: z.output<typeof credentialInputSchema>): NonNullable<AuditNote["values"]> {
	const { user, port, auth, privilege, jump } = input;
	return { user, port, kind: auth.kind, privilege: privilege.kind, jump: jump ? `${jump.user}@${jump.address}:${jump.port}` : "" };
}
