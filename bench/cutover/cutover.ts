/**
 * A batch of four real nodes from Docker to containerd, by Gantry and by one hand-written script over plain OpenSSH, in the same run on
 * fresh nodes. Prints the node's outage (kubelet stopped until started, by systemd's own clock) and the time until every node is
 * verified on the node, each with its ratio; the API's lag is shown apart, since neither side can do anything about it.
 *   npm run bench:cutover        (Linux, root; see e2e/fleet/README.md)
 */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { crictlArchive } from "../../e2e/fleet/crictl-archive.ts";
import { engineHarness } from "../../e2e/fleet/engine-harness.ts";
import { bringUp, type Fleet, type FleetNode } from "../../e2e/fleet/fleet.ts";
import { BUSYBOX_IMAGE, PAUSE_IMAGE } from "../../e2e/fleet/images.ts";

const run = promisify(execFile);
const NODES = 4;
const NAME = "bench";

interface Measured {
	/** Seconds, one a node. */
	outagesS: number[];
	batchS: number;
	apiLagS: number;
}

async function main(): Promise<void> {
	const fleet = await bringUp({ nodes: NODES, name: NAME, progress: (line) => process.stderr.write(`${line}\n`) });
	try {
		const byHand = await measure(fleet, () => migrateByHand(fleet));
		for (const node of fleet.nodes) await fleet.reset(node.name);
		const byGantry = await measure(fleet, () => migrateByGantry(fleet));
		report(byHand, byGantry);
	} finally {
		await fleet.down();
	}
}

async function measure(fleet: Fleet, work: () => Promise<number>): Promise<Measured> {
	for (const node of fleet.nodes) await node.waitReady({ runtime: "docker://" });
	await fleet.deploy({ name: "agent", kind: "DaemonSet" });
	const batchS = await work();
	const verified = performance.now();
	const outagesS = await Promise.all(fleet.nodes.map(outage));
	for (const node of fleet.nodes) await node.waitReady({ runtime: "containerd://", timeoutMs: 240_000 });
	return { outagesS, batchS, apiLagS: (performance.now() - verified) / 1000 };
}

/** Kubelet stopped until started, by systemd's monotonic stamps: the same judge for both. */
async function outage(node: FleetNode): Promise<number> {
	const shown = await node.must("systemctl show kubelet -p InactiveEnterTimestampMonotonic -p ActiveEnterTimestampMonotonic");
	const stamp = (name: string) => Number(new RegExp(`${name}=(\\d+)`).exec(shown)?.[1] ?? Number.NaN);
	return (stamp("ActiveEnterTimestampMonotonic") - stamp("InactiveEnterTimestampMonotonic")) / 1e6;
}

async function migrateByHand(fleet: Fleet): Promise<number> {
	const script = await readFile(new URL("by-hand.sh", import.meta.url), "utf8");
	const archive = await crictlArchive();
	const options = (node: FleetNode) => [
		"-i",
		node.ssh.privateKeyPath,
		"-o",
		"StrictHostKeyChecking=no",
		"-o",
		"UserKnownHostsFile=/dev/null",
		"-o",
		"LogLevel=ERROR",
	];
	const begun = performance.now();
	await Promise.all(
		fleet.nodes.map(async (node) => {
			await run("scp", [...options(node), "-q", archive.path, `root@${node.address}:/tmp/crictl.tar.gz`]);
			const child = run("ssh", [...options(node), `root@${node.address}`, "sh", "-s", PAUSE_IMAGE, BUSYBOX_IMAGE]);
			child.child.stdin?.end(script);
			await child;
		}),
	);
	return (performance.now() - begun) / 1000;
}

async function migrateByGantry(fleet: Fleet): Promise<number> {
	const harness = await engineHarness(fleet);
	try {
		const begun = performance.now();
		const id = await harness.draft(
			fleet.nodes.map((node) => node.name),
			"migrate",
			{ maxUnavailable: NODES, drain: { enabled: false } },
		);
		await harness.engine.change.start(id, "bench");
		for (;;) {
			const runs = await harness.db.run.findMany({ where: { migrationId: id }, select: { nodeName: true, state: true, result: true } });
			const wrong = runs.find((one) => ["failed", "reverting", "reverted", "revert-failed", "cleaning", "skipped"].includes(one.state));
			if (wrong) throw new Error(`${wrong.nodeName} is ${wrong.state}: ${JSON.stringify(wrong.result)}`);
			if (runs.every((one) => ["verifying", "finishing", "done"].includes(one.state))) break;
			await new Promise((resolve) => setTimeout(resolve, 100));
		}
		const batchS = (performance.now() - begun) / 1000;
		// The rest of the runs: committed, uncordoned, done.
		while ((await harness.db.migration.findUniqueOrThrow({ where: { id } })).state === "running")
			await new Promise((resolve) => setTimeout(resolve, 500));
		return batchS;
	} finally {
		await harness.close();
	}
}

function report(byHand: Measured, byGantry: Measured): void {
	const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
	const line = (what: string, hand: number, gantry: number, aim?: string) =>
		process.stdout.write(
			`${what.padEnd(44)} by hand ${hand.toFixed(2).padStart(7)} s   Gantry ${gantry.toFixed(2).padStart(7)} s   ratio ${(gantry / hand).toFixed(2)}${aim ? `   (aim ${aim})` : ""}\n`,
		);
	line("outage of a node, median", median(byHand.outagesS), median(byGantry.outagesS), "1.3");
	line("outage of a node, longest", Math.max(...byHand.outagesS), Math.max(...byGantry.outagesS));
	line(`batch of ${NODES} until verified on the node`, byHand.batchS, byGantry.batchS, "2");
	line("then until the API shows it, not ours", byHand.apiLagS, byGantry.apiLagS);
}

await main();
