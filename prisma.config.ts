import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "prisma/config";

// Prisma's command line fetches a native schema engine before it does anything. This one speaks the same protocol and is
// served from the WebAssembly build that npm ships, so that every command works without a network.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= fileURLToPath(new URL("./scripts/schema-engine.mjs", import.meta.url));

// The same file that the console opens (server/config.ts); only developers' commands read this.
const file = resolve(process.env.GANTRY_DATA_DIR ?? "data", "gantry.db");

export default defineConfig({
	schema: "prisma/sqlite",
	migrations: { path: "prisma/sqlite/migrations" },
	datasource: { url: `file:${file}` },
});
