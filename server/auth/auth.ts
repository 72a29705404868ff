import { betterAuth } from "better-auth";
import { prismaAdapter } from "better-auth/adapters/prisma";
import type { Logger } from "pino";
import type { Db } from "../db/client.ts";

export interface AuthOptions {
	db: Db;
	/** Signs cookies; at least 32 random bytes as text. */
	secret: string;
	/** Addresses people open the console by. A request from any other origin is refused. */
	origins: readonly string[];
	log: Logger;
}

const DAY_S = 86_400;
/** Where a password can be guessed at: so many attempts from one address in so many seconds. */
const GUESSES = { "/sign-in/email": { window: 60, max: 10 }, "/change-password": { window: 60, max: 10 } };

/**
 * Sign-in by e-mail and password, sessions in the database. Nobody signs up by themselves. Cookies are marked secure where every
 * configured address is HTTPS: over plain HTTP a browser would drop them.
 */
export function createAuth({ db, secret, origins, log }: AuthOptions) {
	const secure = origins.every((origin) => origin.startsWith("https:"));
	return betterAuth({
		appName: "Gantry",
		secret,
		baseURL: origins[0],
		trustedOrigins: [...origins],
		database: prismaAdapter(db, { provider: "sqlite" }),
		emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 10 },
		user: { additionalFields: { givenPassword: { type: "boolean", required: false, defaultValue: false, input: false } } },
		session: { expiresIn: 7 * DAY_S, updateAge: DAY_S },
		rateLimit: { enabled: true, storage: "database", window: 60, max: 300, customRules: GUESSES },
		advanced: { useSecureCookies: secure, cookiePrefix: "gantry" },
		telemetry: { enabled: false },
		// What a client sent wrongly is an "error" to the library too; what it says may hold input, so only its own sentence is kept.
		logger: { level: "error", log: (_level, message) => log.warn({ part: "auth" }, message) },
	});
}

export type Auth = ReturnType<typeof createAuth>;
