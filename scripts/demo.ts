// `npm run demo`, after bootstrap.mjs: builds the console, starts it with two simulated clusters in its inventory, and says how to sign in.
// Ctrl-C ends all of it. GANTRY_HOST and GANTRY_PORT say where it listens; by default at every address of this
// machine, port 3000 where that is free.
import { randomBytes } from "node:crypto";
import { freePort, isFree } from "../e2e/console/free-port.ts";
import { DEMO_PACE } from "../e2e/simulator/simulated-cluster.ts";
import { allowedOrigins } from "../server/startup/origins.ts";
import { type Demo, startDemo } from "./demo/start-demo.ts";

const USUAL_PORT = 3000;
const host = process.env.GANTRY_HOST || "0.0.0.0";
// A port that was asked for is meant; the usual one may be taken by something else.
const port = Number(process.env.GANTRY_PORT || ((await isFree(host, USUAL_PORT)) ? USUAL_PORT : await freePort()));
const say = (line = "") => process.stdout.write(`${line}\n`);

// The console is told to stop with us; it must not be torn down before it was asked.
const stopped = new Promise<void>((resolve) => {
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve());
});
let demo: Demo | undefined;

/** Where a browser opens it: here first, then from other machines. */
function addresses(): string[] {
	const all = allowedOrigins({ host, port, origins: [] });
	const here = (address: string) => new URL(address).hostname === "localhost";
	return [...all.filter(here), ...all.filter((address) => !here(address))];
}

try {
	demo = await startDemo({ host, port, password: randomBytes(9).toString("base64url"), say });
	const { console } = demo;
	say();
	say("  Gantry runs. Nothing in it is real but the scripts.");
	say();
	const [first, ...others] = addresses();
	say(`    open      ${first}`);
	for (const other of others) say(`    or        ${other}`);
	say(`    e-mail    ${console.email}`);
	say(`    password  ${console.password}`);
	say();
	say("  The main job: in Nodes choose node4 and node5 of legacy, and press Migrate.");
	say(`  Time passes ${DEMO_PACE} times as fast on its nodes: a step that says 10 s took ${10 / DEMO_PACE}.`);
	say("  Ctrl-C ends it; nothing is kept.");
	say();
	await Promise.race([
		stopped,
		console
			.ended()
			.then(() => console.log())
			.then((log) => Promise.reject(new Error(`the console ended\n${log}`))),
	]);
} catch (error) {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exitCode = 1;
} finally {
	await demo?.close();
}
process.exit();
