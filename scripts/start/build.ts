import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/** What a build is made from. */
const SOURCES = [
	"app",
	"components",
	"lib",
	"messages",
	"prisma",
	"public",
	"server",
	"instrumentation.ts",
	"next.config.ts",
	"package-lock.json",
	"postcss.config.mjs",
	"tsconfig.json",
];

/** Builds the console where there is no build of these sources, and returns the folder to serve. Throws where the build fails. */
export function ensureBuild(root: string): string {
	const folder = join(root, ".next", "standalone");
	const built = join(root, ".next", "BUILD_ID");
	if (!existsSync(join(folder, "server.js")) || !existsSync(built) || newest(root) > statSync(built).mtimeMs) {
		process.stdout.write("Building the console; this takes about a minute …\n");
		const { status } = spawnSync(process.execPath, [join(root, "node_modules", "next", "dist", "bin", "next"), "build"], {
			cwd: root,
			stdio: ["ignore", "inherit", "inherit"],
			env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
		});
		if (status !== 0) throw new Error("The build failed.");
	}
	copyAssets(root, folder);
	return folder;
}

/** Next leaves what browsers load out of the standalone folder: a content network might serve it. */
function copyAssets(root: string, folder: string): void {
	const copies = [
		[join(root, ".next", "static"), join(folder, ".next", "static")],
		[join(root, "public"), join(folder, "public")],
	] as const;
	for (const [from, to] of copies) {
		if (!existsSync(from)) continue;
		rmSync(to, { recursive: true, force: true });
		cpSync(from, to, { recursive: true });
	}
}

/** Time of the newest source, in milliseconds. Tests are not part of a build. */
function newest(root: string): number {
	let time = 0;
	const look = (path: string) => {
		const about = statSync(path, { throwIfNoEntry: false });
		if (!about || /\.test\.tsx?$/.test(path)) return;
		if (about.isDirectory()) for (const name of readdirSync(path)) look(join(path, name));
		else time = Math.max(time, about.mtimeMs);
	};
	for (const source of SOURCES) look(join(root, source));
	return time;
}
