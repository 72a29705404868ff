/** Starts the demo's clusters and stays: `npx tsx e2e/simulator/cli.ts [--state-dir DIR] [--pace N] [--lag-ms N]`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startDemoClusters } from "./demo-clusters.ts";

const { values } = parseArgs({ options: { "state-dir": { type: "string" }, pace: { type: "string" }, "lag-ms": { type: "string" } } });
const stateDir = values["state-dir"] ?? join(tmpdir(), "gantry-simulator");
const clusters = await startDemoClusters({
	stateDir,
	...(values.pace === undefined ? {} : { pace: Number(values.pace) }),
	...(values["lag-ms"] === undefined ? {} : { lagMs: Number(values["lag-ms"]) }),
});
const say = (text: string) => process.stdout.write(`${text}\n`);
for (const cluster of [clusters.legacy, clusters.prod]) {
	const folder = join(stateDir, cluster.name);
	mkdirSync(folder, { recursive: true, mode: 0o700 });
	writeFileSync(join(folder, "kubeconfig"), cluster.kubeconfig, { mode: 0o600 });
	writeFileSync(join(folder, "id_ed25519"), cluster.sshKey, { mode: 0o600 });
	writeFileSync(join(folder, "known_hosts"), cluster.knownHosts);
	say(`${cluster.name}: ${cluster.server}, files in ${folder}`);
	for (const node of cluster.nodes) {
		const way = `ssh -i ${join(folder, "id_ed25519")} -o UserKnownHostsFile=${join(folder, "known_hosts")} -p ${node.sshPort} root@${node.sshAddress} sh`;
		say(`  ${node.name} (${node.internalIp}): ${node.reachable ? way : "does not answer"}`);
	}
}
say("Ctrl-C ends them.");

const stop = () => {
	void clusters.close().then(() => process.exit(0));
};
process.once("SIGINT", stop);
process.once("SIGTERM", stop);
// Their own timers hold nothing up.
setInterval(() => {}, 60_000);
