import { randomBytes } from "node:crypto";
import type { Db } from "../db/client.ts";
import type { Auth } from "./auth.ts";

/**
 * Makes the first administrator where there is nobody yet. Returns the password only where it was made up here: it is printed
 * once and kept nowhere.
 */
export async function ensureFirstAdministrator(
	auth: Auth,
	db: Db,
	given: { email: string; password?: string },
): Promise<{ email: string; madeUpPassword: string | null } | null> {
	if ((await db.user.count()) > 0) return null;
	const email = given.email.toLowerCase();
	const password = given.password ?? randomBytes(12).toString("base64url");
	const context = await auth.$context;
	const user = await context.internalAdapter.createUser(
		{ email, name: "Administrator", emailVerified: true },
		{ method: "email-password" },
	);
	await context.internalAdapter.linkAccount({
		userId: user.id,
		providerId: "credential",
		accountId: user.id,
		password: await context.password.hash(password),
	});
	return { email, madeUpPassword: given.password ? null : password };
}
