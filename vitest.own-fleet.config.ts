import { fileURLToPath } from "node:url";
import { defineProject } from "vitest/config";

// Real nodes of another shape than those that the fleet project shares, which would only take the machine's few cores from them: each file
// brings its own up and takes them down, one file after the other, as root.
export default defineProject({
	resolve: { alias: { "@": fileURLToPath(new URL(".", import.meta.url)).replace(/\/$/, "") } },
	test: {
		name: "own-fleet",
		include: ["**/*.own-fleet.test.ts"],
		exclude: ["**/node_modules/**", "**/.next/**", "**/data/**"],
		pool: "forks",
		fileParallelism: false,
		testTimeout: 600_000,
		hookTimeout: 600_000,
	},
});
