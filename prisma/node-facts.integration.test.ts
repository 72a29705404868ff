import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import SQLite from "better-sqlite3";
import { expect, it, onTestFinished } from "vitest";
import { closeDatabase, openDatabase } from "../server/db/client.ts";
import { migrate } from "../server/db/migrate.ts";
import { temporaryFolder } from "../server/db/temporary-folder.ts";
import { parseProbe } from "../server/probe/parse.ts";

const migrations = fileURLToPath(new URL("./sqlite/migrations", import.meta.url));
const NODE_FACTS = "20261130140000_node_facts";

it("carries the facts of every node over to their own table, and loses nothing else of a node", async () => {
	const folder = temporaryFolder();
	const file = join(folder, "gantry.db");
	const before = join(folder, "before");
	for (const name of readdirSync(migrations).filter((one) => one < NODE_FACTS)) {
		cpSync(join(migrations, name), join(before, name), { recursive: true });
	}
	migrate(file, before);
	const facts = parseProbe(readFileSync("server/probe/fixtures/bookworm-dockershim.txt"));
	const old = new SQLite(file);
	const node = old.prepare(
		`INSERT INTO "Node" ("id", "clusterId", "name", "address", "facts", "factsAt", "shown", "preflight", "mark", "createdAt", "updatedAt")
		 VALUES (?, 'c1', ?, '192.0.2.1', ?, ?, '{"runtime":"dockershim"}', '{"block":[]}', 'migrated', '2026-01-01T00:00:00.000+00:00', '2026-01-01T00:00:00.000+00:00')`,
	);
	old.exec(`INSERT INTO "Cluster" ("id", "name", "updatedAt") VALUES ('c1', 'one', '2026-01-01T00:00:00.000+00:00')`);
	node.run("read", "node1", JSON.stringify(facts), "2026-01-02T00:00:00.000+00:00");
	node.run("never-read", "node2", null, null);
	old.exec(`INSERT INTO "Credential" ("id", "clusterId", "nodeId", "user", "port", "authKind", "secret", "privilege", "updatedAt")
		VALUES ('k1', 'c1', 'read', 'root', 22, 'key', 'sealed', 'root', '2026-01-01T00:00:00.000+00:00')`);
	old.close();

	const db = await openDatabase({ file, migrations });
	onTestFinished(closeDatabase);
	expect(await db.nodeFacts.findMany()).toEqual([{ nodeId: "read", facts: JSON.parse(JSON.stringify(facts)) }]);
	const kept = { shown: { runtime: "dockershim" }, preflight: { block: [] }, mark: "migrated", address: "192.0.2.1" };
	expect(await db.node.findMany({ orderBy: { name: "asc" } })).toMatchObject([
		{ id: "read", factsAt: new Date("2026-01-02T00:00:00Z"), ...kept },
		{ id: "never-read", factsAt: null, ...kept },
	]);
	expect(await db.credential.count({ where: { nodeId: "read" } })).toBe(1);
	await db.node.delete({ where: { id: "read" } });
	expect(await db.nodeFacts.count()).toBe(0);
});
