import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Api } from "../../../scripts/demo/api.ts";
import { addCluster, uploadCrictl } from "../../../scripts/demo/inventory.ts";
import { ConsoleProcess } from "../../console/console-process.ts";
import { scaleCluster } from "../../simulator/scale-cluster.ts";
import { type RunningCluster, startCluster } from "../../simulator/simulated-cluster.ts";

/** Slower than the demo's: where the processor is the limit, a faster clock only lets the nodes' own time limits run out. */
const PACE = 3;

export interface Scale {
	cluster: RunningCluster;
	console: ConsoleProcess;
	api: Api;
	close(): Promise<void>;
}

/**
 * One cluster of so many simulated nodes, and the built console with it in its inventory. `lagMs`: how late the cluster shows what became of
 * a node.
 */
export async function startScale(nodes: number, { lagMs = 500 }: { lagMs?: number } = {}): Promise<Scale> {
	const stateDir = await mkdtemp(join(tmpdir(), "gantry-scale-"));
	const cluster = await startCluster(scaleCluster(nodes), { stateDir, pace: PACE, lagMs });
	const console = await ConsoleProcess.start({});
	const api = new Api(console.url);
	await api.signIn(console.email, console.password);
	await uploadCrictl(api);
	await addCluster(api, cluster);
	return {
		cluster,
		console,
		api,
		close: async () => {
			await console.close();
			await cluster.close();
			await rm(stateDir, { recursive: true, force: true });
		},
	};
}
