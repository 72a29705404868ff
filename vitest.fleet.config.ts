import { fileURLToPath } from "node:url";
import { defineProject } from "vitest/config";

// Three real nodes that every test file gets, one file after the other, as root: a node's state is shared.
export default defineProject({
	resolve: { alias: { "@": fileURLToPath(new URL(".", import.meta.url)).replace(/\/$/, "") } },
	test: {
		name: "fleet",
		include: ["**/*.fleet.test.ts"],
		exclude: ["**/node_modules/**", "**/.next/**", "**/data/**"],
		globalSetup: ["e2e/fleet/global-setup.ts"],
		pool: "forks",
		fileParallelism: false,
		testTimeout: 600_000,
		hookTimeout: 600_000,
	},
});
