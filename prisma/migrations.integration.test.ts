import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { temporaryFolder } from "../server/db/temporary-folder.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

// A changed schema without its migration works on the developer's machine and nowhere else.
it("make the schema, no more and no less", async () => {
	const args = ["migrate", "diff", "--from-migrations", "prisma/sqlite/migrations", "--to-schema", "prisma/sqlite", "--script"];
	const env = { ...process.env, GANTRY_DATA_DIR: temporaryFolder(), PRISMA_HIDE_UPDATE_MESSAGE: "1", CHECKPOINT_DISABLE: "1" };
	const { stdout } = await promisify(execFile)(fileURLToPath(new URL("../node_modules/.bin/prisma", import.meta.url)), args, {
		cwd: root,
		env,
	});
	expect(stdout.trim()).toBe("-- This is an empty migration.");
});
