import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigError, readConfig } from "./config.ts";

const KEY = Buffer.alloc(32, 7).toString("base64");

/** The table of docs/configuration.md: a variable and its default. */
const documented = new Map(
	[...readFileSync("docs/configuration.md", "utf8").matchAll(/^\| `(GANTRY_\w+)` \|.*\| ([^|]*) \|$/gm)].map(
		([, name = "", value = ""]) => [name, value] as const,
	),
);

function problemsOf(env: Record<string, string>): string[] {
	try {
		readConfig(env);
		return [];
	} catch (error) {
		if (!(error instanceof ConfigError)) throw error;
		return error.problems;
	}
}

describe("readConfig", () => {
	it("has the defaults that are documented", () => {
		const config: Record<string, unknown> = readConfig({});
		const stated = [...documented].filter(([, value]) => value.startsWith("`"));
		for (const [name, value] of stated) {
			const text = /^`([^`]*)`/.exec(value)?.[1] ?? "";
			expect([name, String(config[name])]).toEqual([name, name === "GANTRY_DATA_DIR" ? join(process.cwd(), text) : text]);
		}
		expect(
			Object.keys(config)
				.filter((name) => name !== "GANTRY_ORIGINS")
				.sort(),
		).toEqual(stated.map(([name]) => name).sort());
	});

	it("knows what is documented, and documents what it knows", () => {
		const known = readFileSync("server/config.ts", "utf8").matchAll(/^\t(GANTRY_\w+):/gm);
		expect([...known].map(([, name]) => name).sort()).toEqual([...documented.keys()].sort());
	});

	it("takes what is given", () => {
		const given = {
			GANTRY_DATA_DIR: "/srv/gantry",
			GANTRY_HOST: "::",
			GANTRY_PORT: "8443",
			GANTRY_ORIGINS: "https://gantry.example.com/, http://10.0.0.5:3000",
			GANTRY_TRUSTED_PROXIES: "2",
			GANTRY_SECRET_KEY: KEY,
			GANTRY_ADMIN_EMAIL: "ada@example.com",
			GANTRY_ADMIN_PASSWORD: "0123456789",
			GANTRY_LOG_LEVEL: "debug",
			GANTRY_CONSOLE_ID: "east-1",
			GANTRY_LOG_RETENTION_DAYS: "90",
			GANTRY_LOG_LIMIT_MIB: "0",
		};
		expect(readConfig(given)).toEqual({
			...given,
			GANTRY_PORT: 8443,
			GANTRY_ORIGINS: ["https://gantry.example.com", "http://10.0.0.5:3000"],
			GANTRY_TRUSTED_PROXIES: 2,
			GANTRY_LOG_RETENTION_DAYS: 90,
			GANTRY_LOG_LIMIT_MIB: 0,
		});
	});

	it("counts an empty variable as not given, and leaves others’ alone", () => {
		const empty = Object.fromEntries([...documented.keys()].map((name) => [name, ""]));
		expect(readConfig({ ...empty, PORT: "nonsense", GANTRY_KUBE_BIN: "/kube" })).toEqual(readConfig({}));
	});

	it.each([
		["GANTRY_PORT", "http", "must be a whole number from 1 to 65535"],
		["GANTRY_PORT", "0", "must be a whole number from 1 to 65535"],
		["GANTRY_PORT", "65536", "must be a whole number from 1 to 65535"],
		["GANTRY_PORT", "1e3", "must be a whole number from 1 to 65535"],
		["GANTRY_TRUSTED_PROXIES", "-1", "must be a whole number from 0 to 10"],
		["GANTRY_SECRET_KEY", "c2hvcnQ=", "must be 32 bytes in base64"],
		["GANTRY_ADMIN_EMAIL", "admin", "must be an e-mail address"],
		["GANTRY_ADMIN_PASSWORD", "123456789", "must have at least 10 characters"],
		["GANTRY_LOG_LEVEL", "loud", "must be one of debug, info, warn, error, silent"],
		["GANTRY_CONSOLE_ID", "east/1", "must be 1 to 64 letters, digits, dots, underscores and hyphens"],
		["GANTRY_DATA", "/srv", "there is no such variable"],
	])("refuses %s=%s and says what it must be", (name, value, sentence) => {
		expect(problemsOf({ [name]: value })).toEqual([`${name}: ${sentence}`]);
	});

	it("names every problem at once, and the entry of a list", () => {
		const problems = problemsOf({ GANTRY_PORT: "x", GANTRY_ORIGINS: "https://a.example,b.example", GANTRY_HOSTS: "x" });
		expect(problems).toHaveLength(3);
		expect(problems).toContain("GANTRY_ORIGINS.1: must be an address such as https://gantry.example.com");
	});

	it("does not repeat a secret that it refuses", () => {
		expect(problemsOf({ GANTRY_ADMIN_PASSWORD: "hunter2", GANTRY_SECRET_KEY: "hunter2" }).join()).not.toContain("hunter2");
	});
});
