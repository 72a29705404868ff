import type { z } from "zod";
import type { FieldChange } from "../../lib/contracts/audit.ts";
import type { CredentialView, credentialAnswerSchema, credentialInputSchema } from "../../lib/contracts/credential.ts";
import type { CredentialView as StoredCredential, CredentialInput as StoredInput } from "../../lib/contracts/inventory.ts";
import { fieldChanges } from "../../lib/field-changes.ts";
import type { CredentialOwner } from "../inventory/credentials.ts";
import type { AuditNote, RouteContext } from "./route.ts";

/** As the inventory takes it. */
function credentialInput(input: z.output<typeof credentialInputSchema>): StoredInput {
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

/** Before and after of a credential, for the audit: of a key its fingerprint, of a password only that there is one. */
function credentialChanges(before: StoredCredential | null, after: StoredCredential | null): FieldChange[] {
	return fieldChanges(before ? shown(before) : {}, after ? shown(after) : {});
}

function shown({ user, port, auth, privilege, hasSudoPassword, jump }: StoredCredential) {
	return {
		user,
		port,
		signIn: auth.kind,
		key: auth.key && `${auth.key.algorithm} ${auth.key.sha256}`,
		passphrase: auth.hasPassphrase ? "set" : null,
		privilege,
		sudoPassword: hasSudoPassword ? "set" : null,
		jump: jump && `${jump.user}@${jump.address}:${jump.port}`,
	};
}

/** Sets or replaces whoever's credential it is, and notes what that changes. Throws as the inventory does. */
export async function setCredential(
	{ console, body, commit }: Pick<RouteContext<unknown, unknown, z.output<typeof credentialInputSchema>>, "console" | "body" | "commit">,
	owner: CredentialOwner,
): Promise<z.output<typeof credentialAnswerSchema>> {
	const before = await console.credentials.get(owner);
	const after = await console.credentials.set(owner, credentialInput(body), (writes, now) =>
		commit(writes, { changes: credentialChanges(before, now) }),
	);
	return { credential: credentialAnswer(after) };
}

/** Takes it away, and notes what it was. Throws as the inventory does. */
export async function removeCredential(
	{ console, commit }: Pick<RouteContext<unknown, unknown, unknown>, "console" | "commit">,
	owner: CredentialOwner,
): Promise<void> {
	const before = await console.credentials.get(owner);
	await console.credentials.remove(owner, (writes) => commit(writes, { changes: credentialChanges(before, null) }));
}
