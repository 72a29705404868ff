import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Api } from "../../../scripts/demo/api.ts";
import { addCluster, uploadCrictl } from "../../../scripts/demo/inventory.ts";
import { ConsoleProcess } from "../../console/console-process.ts";
import { scaleCluster } from "../../simulator/scale-cluster.ts";
import { type RunningCluster, startCluster } from "../../simulator/simulated-cluster.ts";

export interface Scale {
	cluster: RunningCluster;
	console: ConsoleProcess;
	api: Api;
	close(): Promise<void>;
}

/** One cluster of so many simulated nodes, and the built console with it in its inventory. */
export async function startScale(nodes: number): Promise<Scale> {
	const stateDir = await mkdtemp(join(tmpdir(), "gantry-scale-"));
	const cluster = await startCluster(scaleCluster(nodes), { stateDir, pace: 20, lagMs: 500 });
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
