import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DataFolderInUseError, lockDataFolder, makeDataFolder } from "./data-lock.ts";
import { SecretKeyError, secretKey, sessionSecret } from "./secret-key.ts";

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "gantry-startup-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Another process that holds the folder, and says so. */
async function otherConsole() {
	const module = new URL("./data-lock.ts", import.meta.url).href;
	const child = spawn(
		process.execPath,
		[
			"--import",
			"tsx",
			"-e",
			`import(${JSON.stringify(module)}).then((m) => { m.lockDataFolder(${JSON.stringify(folder)}); console.log("held"); setInterval(() => {}, 1000); })`,
		],
		{ stdio: ["ignore", "pipe", "inherit"] },
	);
	await once(child.stdout, "data");
	return child;
}

describe("the lock on the data folder", () => {
	it("refuses a second console, naming the process, until the first has given it back", () => {
		const unlock = lockDataFolder(folder);
		expect(() => lockDataFolder(folder)).toThrow(DataFolderInUseError);
		expect(() => lockDataFolder(folder)).toThrow(`process ${process.pid}`);
		unlock();
		lockDataFolder(folder)();
	});

	it("ends with the process that held it, even if that was killed", async () => {
		const child = await otherConsole();
		expect(() => lockDataFolder(folder)).toThrow(`process ${child.pid}`);
		child.kill("SIGKILL");
		await once(child, "exit");
		lockDataFolder(folder)();
	});
});

describe("the data folder", () => {
	it("is made for its owner alone, and closed where it was open", () => {
		const inside = join(folder, "a", "b");
		makeDataFolder(inside);
		expect(statSync(inside).mode & 0o777).toBe(0o700);
		chmodSync(inside, 0o755);
		makeDataFolder(inside);
		expect(statSync(inside).mode & 0o777).toBe(0o700);
	});

	it("is refused in plain words where it is a file", () => {
		writeFileSync(join(folder, "file"), "");
		expect(() => makeDataFolder(join(folder, "file"))).toThrow(/cannot be used: EEXIST/);
	});
});

describe("the secret key", () => {
	it("is made once, for its owner alone", () => {
		const key = secretKey(folder, undefined);
		expect(key).toHaveLength(32);
		expect(statSync(join(folder, "secret.key")).mode & 0o777).toBe(0o600);
		expect(secretKey(folder, undefined).equals(key)).toBe(true);
	});

	it("is the given one where there is one, and no file is made", () => {
		const given = Buffer.alloc(32, 7).toString("base64");
		expect(secretKey(folder, given).toString("base64")).toBe(given);
		expect(() => readFileSync(join(folder, "secret.key"))).toThrow("ENOENT");
	});

	it("is not replaced where the file is damaged", () => {
		writeFileSync(join(folder, "secret.key"), "short\n");
		expect(() => secretKey(folder, undefined)).toThrow(SecretKeyError);
		expect(readFileSync(join(folder, "secret.key"), "utf8")).toBe("short\n");
	});

	it("does not show in what signs sessions", () => {
		const key = secretKey(folder, undefined);
		expect(sessionSecret(key)).not.toContain(key.toString("base64").slice(0, 16));
		expect(sessionSecret(key)).toBe(sessionSecret(key));
	});
});
