import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const alias = { "@": fileURLToPath(new URL(".", import.meta.url)).replace(/\/$/, "") };
const exclude = ["**/node_modules/**", "**/.next/**", "**/data/**"];

// By default one core stays idle, which is half of a small machine; these tests are bound by the processor.
const workers = "100%";

// unit: pure and quick. integration: a real SQLite file, sshd or process. fleet, own-fleet: real nodes, each in a file of its own.
export default defineConfig({
	test: {
		projects: [
			{
				resolve: { alias },
				test: {
					name: "unit",
					maxWorkers: workers,
					include: ["**/*.test.{ts,tsx}"],
					exclude: [...exclude, "**/*.integration.test.ts", "**/*.fleet.test.ts", "**/*.own-fleet.test.ts"],
					testTimeout: 60_000,
				},
			},
			{
				resolve: { alias },
				test: {
					name: "integration",
					maxWorkers: workers,
					include: ["**/*.integration.test.ts"],
					exclude,
					pool: "forks",
					testTimeout: 120_000,
					hookTimeout: 120_000,
					// A second, the default, is what a busy machine takes for a single commit.
					expect: { poll: { timeout: 30_000 } },
				},
			},
			"./vitest.fleet.config.ts",
			"./vitest.own-fleet.config.ts",
		],
	},
});
