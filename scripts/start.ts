// `npm start`, after bootstrap.mjs: checks the configuration, builds where that is needed, and serves until it is told to stop.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ConfigError, readConfig } from "../server/config.ts";
import { ensureBuild } from "./start/build.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

try {
	readConfig(process.env);
	const folder = ensureBuild(root);
	const server = spawn(process.execPath, [join(root, "scripts", "start", "serve.mjs"), folder], { cwd: root, stdio: "inherit" });
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
		process.on(signal, () => server.kill(signal === "SIGHUP" ? "SIGTERM" : signal));
	server.on("exit", (code, signal) => {
		process.exitCode = code ?? (signal ? 1 : 0);
	});
} catch (error) {
	process.stderr.write(`${error instanceof ConfigError ? error.message : (error as Error).stack}\n`);
	process.exitCode = 1;
}
