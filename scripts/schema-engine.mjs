#!/usr/bin/env node
// Stands in for Prisma's native `schema-engine` (see prisma.config.ts): the same arguments, the same JSON-RPC on standard
// input and output, answered by @prisma/schema-engine-wasm over the driver adapter. For developers' commands only; the
// console applies its migrations itself (server/db/migrate.ts). SQLite only.
import { createInterface } from "node:readline";
import { parseArguments } from "./schema-engine/arguments.mjs";
import { runCommand } from "./schema-engine/command.mjs";
import { createDispatcher } from "./schema-engine/dispatch.mjs";
import { engineVersion } from "./schema-engine/engine.mjs";
import { answer } from "./schema-engine/rpc.mjs";

const options = parseArguments(process.argv.slice(2));
const print = (/** @type {object} */ message) => process.stdout.write(`${JSON.stringify(message)}\n`);

if (options.version) {
	process.stdout.write(`schema-engine-wasm ${await engineVersion()}\n`);
} else if (options.command) {
	const report = runCommand(options.command, options.file);
	for (const line of report.lines) process.stderr.write(`${JSON.stringify(line)}\n`);
	process.exitCode = report.exitCode;
} else {
	const dispatch = createDispatcher(options);
	const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
	// One request at a time: the engine's database work must not interleave.
	for await (const line of lines) {
		if (line.trim() !== "") await answer(JSON.parse(line), dispatch, print);
	}
	process.exit(0);
}
