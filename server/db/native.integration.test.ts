import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { expect, it } from "vitest";

// Statements become garbage while nothing but promises runs, which is how the console spends its life. Built as it comes,
// the module aborts the process here within milliseconds on Node 24.19 and newer.
const SCRIPT = `
const SQLite = require(${JSON.stringify(createRequire(import.meta.url).resolve("better-sqlite3"))});
const db = new SQLite(":memory:");
const spin = async (n) => { for (let i = 0; i < n; i++) await null; };
(async () => {
	for (let round = 0; round < 200; round++) {
		for (let i = 0; i < 50; i++) db.prepare("SELECT " + i).get();
		await Promise.all(Array.from({ length: 50 }, () => spin(200)));
	}
	console.log("survived");
})();`;

it("collects statements while promises are settled", async () => {
	const { stdout } = await promisify(execFile)(process.execPath, ["--eval", SCRIPT]);
	expect(stdout).toBe("survived\n");
});
