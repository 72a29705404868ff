import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { run } from "./command.mjs";
import { fingerprint, isStamped, stamp } from "./stamp.mjs";

const CLIENT = "server/db/generated";

/**
 * What the generated client depends on: the schema, its configuration and Prisma's version.
 * @param {string} root
 */
export function schemaFingerprint(root) {
	const folder = join(root, "prisma/sqlite");
	const files = readdirSync(folder)
		.filter((name) => name.endsWith(".prisma"))
		.sort();
	const parts = files.map((name) => [name, readFileSync(realpathSync(join(folder, name)))]);
	return fingerprint({
		...Object.fromEntries(parts),
		"prisma.config.ts": readFileSync(join(root, "prisma.config.ts")),
		prisma: readFileSync(join(root, "node_modules/prisma/package.json")),
	});
}

/**
 * Generates Prisma's client when the schema is not the one it was generated from.
 * @param {string} root
 */
export async function generateClient(root) {
	const value = schemaFingerprint(root);
	const file = join(root, CLIENT, ".gantry-schema");
	if (isStamped(file, value)) return;
	await run(process.execPath, [join(root, "node_modules/prisma/build/index.js"), "generate"], {
		cwd: root,
		timeoutMs: 120_000,
		env: { PRISMA_HIDE_UPDATE_MESSAGE: "1", CHECKPOINT_DISABLE: "1" },
	});
	stamp(file, value);
}
