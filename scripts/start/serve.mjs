// Starts the built console in this process: `node serve.mjs FOLDER`, where FOLDER holds Next's standalone server.js. It has no
// dependencies: the Docker image has this file and the build, and nothing else. The configuration is checked by the console itself.
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const folder = resolve(process.argv[2] ?? ".");
/** @type {Record<string, string | undefined>} Next declares NODE_ENV as read-only */ (process.env).NODE_ENV = "production";
process.env.NEXT_TELEMETRY_DISABLED = "1";
// Next takes the port before the console has judged the configuration, and would fail at an impossible one with words of its own.
const port = process.env.GANTRY_PORT || "3000";
process.env.PORT = Number(port) <= 65_535 ? port : "3000";
process.env.HOSTNAME = process.env.GANTRY_HOST || "127.0.0.1";
// The console stops by itself on SIGTERM: Next would wait for event streams, which do not end.
process.env.NEXT_MANUAL_SIG_HANDLE = "true";
// server.js changes into its own folder; a relative path is meant from here.
process.env.GANTRY_DATA_DIR = resolve(process.env.GANTRY_DATA_DIR || "data");
await import(pathToFileURL(join(folder, "server.js")).href);
