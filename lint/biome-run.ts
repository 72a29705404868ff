import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What Biome says about one file. `rule` is a path such as `lint/style/noRestrictedImports`, or `plugin`. */
export interface Diagnostic {
	path: string;
	rule: string;
	message: string;
}

/**
 * Lints the given files (path in the repository → source) with the repository's own configuration, in a folder of
 * their own so that nothing has to be written into the checkout.
 */
export async function lint(files: ReadonlyMap<string, string>): Promise<Diagnostic[]> {
	const folder = await mkdtemp(join(tmpdir(), "gantry-lint-"));
	try {
		await cp(join(root, "biome.json"), join(folder, "biome.json"));
		await cp(join(root, "lint"), join(folder, "lint"), { recursive: true, filter: (path) => !path.endsWith(".ts") });
		for (const [path, source] of files) {
			await mkdir(dirname(join(folder, path)), { recursive: true });
			await writeFile(join(folder, path), source);
		}
		return parse(await biome(folder));
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

function biome(cwd: string): Promise<string> {
	const args = ["lint", "--reporter=json", "--max-diagnostics=none", "--vcs-enabled=false", "."];
	return new Promise((resolve, reject) => {
		execFile(join(root, "node_modules/.bin/biome"), args, { cwd, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
			// Exit status 1 means that there are findings, which is what most callers ask for.
			if (error && error.code !== 1) reject(new Error(`biome: ${stderr}`, { cause: error }));
			else resolve(stdout);
		});
	});
}

function parse(stdout: string): Diagnostic[] {
	const report = JSON.parse(stdout) as {
		diagnostics: { category: string; severity: string; message: unknown; location: { path: string | { file: string } } | null }[];
	};
	return report.diagnostics
		.filter((d) => d.severity === "error")
		.map((d) => ({
			path: typeof d.location?.path === "object" ? d.location.path.file : (d.location?.path ?? ""),
			rule: d.category,
			message: typeof d.message === "string" ? d.message : JSON.stringify(d.message),
		}));
}
