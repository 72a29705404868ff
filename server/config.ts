import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import { z } from "zod";

/** Digits alone: what else JavaScript takes for a number means another one to the server below us. */
const whole = (min: number, max: number) =>
	z
		.string()
		.refine((text) => /^\d{1,5}$/.test(text) && Number(text) >= min && Number(text) <= max, `must be a whole number from ${min} to ${max}`)
		.transform(Number);
const origin = z
	.string()
	.refine(
		(text) => URL.canParse(text) && ["http:", "https:"].includes(new URL(text).protocol),
		"must be an address such as https://gantry.example.com",
	)
	.transform((text) => new URL(text).origin);

const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;

/** Not the console's but the tests', which a developer may have set for good. */
const OF_THE_TESTS = ["GANTRY_KUBE_BIN", "GANTRY_CACHE", "GANTRY_FLEET", "GANTRY_TEST_MINUTES"];

/** The variables that the console reads, `GANTRY_*` all; what each means is in docs/configuration.md. */
const configSchema = z.object({
	/** Folder of the database and the key, made when missing. */
	GANTRY_DATA_DIR: z
		.string()
		.min(1)
		.default("data")
		.transform((path) => resolve(path)),
	GANTRY_HOST: z.string().min(1).default("127.0.0.1"),
	GANTRY_PORT: whole(1, 65_535).default(3000),
	/** Addresses people open the console by, separated by commas: others may not sign in from a browser. */
	GANTRY_ORIGINS: z
		.string()
		.default("")
		.transform((text) =>
			text
				.split(",")
				.map((part) => part.trim())
				.filter(Boolean),
		)
		.pipe(z.array(origin)),
	/** How many reverse proxies stand in front: that many last entries of X-Forwarded-For are believed. */
	GANTRY_TRUSTED_PROXIES: whole(0, 10).default(0),
	/** 32 bytes in base64: seals credentials. Without it, one is made in the data folder. */
	GANTRY_SECRET_KEY: z
		.string()
		.refine((text) => Buffer.from(text, "base64").length === 32, "must be 32 bytes in base64")
		.optional(),
	GANTRY_ADMIN_EMAIL: z.email("must be an e-mail address").default("admin@gantry.local"),
	/** Of the first administrator; without it, one is made and printed once. */
	GANTRY_ADMIN_PASSWORD: z.string().min(10, "must have at least 10 characters").optional(),
	GANTRY_LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(", ")}`).default("info"),
	/** Logs of runs that ended longer ago are removed; 0 = never. */
	GANTRY_LOG_RETENTION_DAYS: whole(0, 36_500).default(0),
	/** So much of one run's log is kept, in MiB, its beginning and its newest; 0 = all of it. */
	GANTRY_LOG_LIMIT_MIB: whole(0, 2_000).default(64),
	/** Names this console on the nodes it works on. Without it, one is kept in the database. */
	GANTRY_CONSOLE_ID: z
		.string()
		.regex(/^[A-Za-z0-9._-]{1,64}$/, "must be 1 to 64 letters, digits, dots, underscores and hyphens")
		.optional(),
});
export type Config = z.infer<typeof configSchema>;

/** A variable has a value that cannot be used; the message names each, what is wrong and what it should be. */
export class ConfigError extends Error {
	constructor(readonly problems: string[]) {
		super(`The configuration cannot be used:\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
		this.name = "ConfigError";
	}
}

/** Reads and checks the configuration; unknown GANTRY_ variables are refused, since a misspelt one would be silently ignored. */
export function readConfig(env: Record<string, string | undefined>): Config {
	const known = new Set([...Object.keys(configSchema.shape), ...OF_THE_TESTS]);
	const unknown = Object.keys(env).filter((name) => name.startsWith("GANTRY_") && !known.has(name));
	const given = Object.fromEntries(Object.entries(env).filter(([name, value]) => known.has(name) && value !== ""));
	const parsed = configSchema.safeParse(given);
	const problems = [
		...unknown.map((name) => `${name}: there is no such variable`),
		...(parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`)),
	];
	if (problems.length > 0 || !parsed.success) throw new ConfigError(problems);
	return parsed.data;
}

/** Answers are checked against their contracts in development and in tests; that costs too much for long lists. */
export const DEVELOPMENT = process.env.NODE_ENV !== "production";

let cached: Config | undefined;

/** The process's configuration. Throws ConfigError at the first call where it cannot be used. */
export function config(): Config {
	cached ??= readConfig(process.env);
	return cached;
}

export function newConsoleId(): string {
	return randomUUID();
}
