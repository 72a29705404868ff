/**
 * The probe of a real, quiet node, beside the commands that an engineer would type there, in one script over plain OpenSSH. Both connect anew
 * each time, in turns. Prints the medians of the whole (connection included) and of the work on the node, each with its ratio, and exits with
 * 1 where a probe keeps a node busy for a second or more.
 *   npm run bench:probe        (Linux, root; see e2e/fleet/README.md)
 */
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { bringUp, type FleetNode } from "../../e2e/fleet/fleet.ts";
import { probe, sshTarget } from "../../e2e/fleet/node-run.ts";
import { connect } from "../../server/ssh/connect.ts";

const ROUNDS = 15;
const LIMIT_MS = 1_000;
const NAME = "probes";

interface Measured {
	wholeMs: number;
	onNodeMs: number;
}

async function main(): Promise<void> {
	const script = await readFile(new URL("by-hand.sh", import.meta.url), "utf8");
	const fleet = await bringUp({ nodes: 1, name: NAME, progress: (line) => process.stderr.write(`${line}\n`) });
	try {
		const node = fleet.node("node1");
		await node.waitReady({ runtime: "docker://" });
		await fleet.deploy({ name: "web", replicas: 3 });
		const byHand: Measured[] = [];
		const byGantry: Measured[] = [];
		// What is read for the first time comes from the disk: for neither.
		await readByHand(node, script);
		await readByGantry(node);
		for (let round = 0; round < ROUNDS; round += 1) {
			byHand.push(await readByHand(node, script));
			byGantry.push(await readByGantry(node));
		}
		report(byHand, byGantry);
	} finally {
		await fleet.down();
	}
}

async function readByGantry(node: FleetNode): Promise<Measured> {
	const target = await sshTarget(node);
	const begun = performance.now();
	const session = await connect(target, { timeoutMs: 10_000 });
	try {
		const { probeMs } = await probe(session);
		return { wholeMs: performance.now() - begun, onNodeMs: probeMs };
	} finally {
		session.close();
	}
}

async function readByHand(node: FleetNode, script: string): Promise<Measured> {
	const quiet = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"];
	const begun = performance.now();
	const child = spawn("ssh", ["-i", node.ssh.privateKeyPath, ...quiet, `root@${node.address}`, "sh", "-s"]);
	let output = "";
	child.stdout.setEncoding("utf8").on("data", (text: string) => {
		output += text;
	});
	// The kernel's clock on both sides, as the probe has it.
	const stamp = `cut -d' ' -f1 /proc/uptime | sed 's/^/bench-uptime=/'\n`;
	// A function, with no input: one of its commands would read the rest of the script.
	child.stdin.end(`by_hand() {\n${script}}\n${stamp}by_hand </dev/null\n${stamp}`);
	await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
	const [started, ended] = [...output.matchAll(/bench-uptime=([\d.]+)$/gm)].map(([, seconds]) => Number(seconds) * 1000);
	if (started === undefined || ended === undefined) throw new Error(`the commands by hand did not end:\n${output}`);
	return { wholeMs: performance.now() - begun, onNodeMs: ended - started };
}

function report(byHand: Measured[], byGantry: Measured[]): void {
	const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
	const line = (what: string, of: (one: Measured) => number) => {
		const [hand, gantry] = [median(byHand.map(of)), median(byGantry.map(of))];
		process.stdout.write(
			`${what.padEnd(32)} by hand ${hand.toFixed(0).padStart(5)} ms   Gantry ${gantry.toFixed(0).padStart(5)} ms   ratio ${(gantry / hand).toFixed(2)}\n`,
		);
		return gantry;
	};
	line("with its connection, median", ({ wholeMs }) => wholeMs);
	if (line("on the node, median", ({ onNodeMs }) => onNodeMs) >= LIMIT_MS) {
		process.stderr.write(`A probe is to take less than ${LIMIT_MS} ms on a quiet node.\n`);
		process.exitCode = 1;
	}
}

await main();
