import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConsoleProcess } from "../../e2e/console/console-process.ts";
import { type DemoClusters, startDemoClusters } from "../../e2e/simulator/demo-clusters.ts";
import type { ClusterStart } from "../../e2e/simulator/simulated-cluster.ts";
import { Api } from "./api.ts";
import { addCluster, uploadCrictl } from "./inventory.ts";

interface DemoStart extends Omit<ClusterStart, "stateDir"> {
	/** Where the console listens; default a free port of the loopback address. */
	host?: string;
	port?: number;
	/** Of the administrator. */
	password?: string;
	/** Is told what happens. */
	say?: (line: string) => void;
}

export interface Demo {
	clusters: DemoClusters;
	console: ConsoleProcess;
	/** Ends all of it; nothing is kept. */
	close(): Promise<void>;
}

/** Starts two simulated clusters and the built console with them in its inventory. Throws, with nothing left behind, where one of it fails. */
export async function startDemo({ host, port, password, say = () => {}, ...start }: DemoStart = {}): Promise<Demo> {
	const stateDir = await mkdtemp(join(tmpdir(), "gantry-demo-"));
	const end: (() => Promise<unknown>)[] = [() => rm(stateDir, { recursive: true, force: true })];
	const close = async () => {
		for (const one of end.splice(0)) await one();
	};
	try {
		say("Starting two simulated clusters …");
		const clusters = await startDemoClusters({ ...start, stateDir });
		end.unshift(() => clusters.close());
		const console = await ConsoleProcess.start({ host, port, password });
		end.unshift(() => console.close());
		say("Bringing them into the inventory …");
		const api = new Api(console.url);
		await api.signIn(console.email, console.password);
		await uploadCrictl(api);
		for (const cluster of [clusters.legacy, clusters.prod]) await addCluster(api, cluster);
		return { clusters, console, close };
	} catch (error) {
		await close();
		throw error;
	}
}
