import { readFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseKubeconfig } from "../../server/kubernetes/kubeconfig.ts";
import { openCluster } from "../../server/kubernetes/open-cluster.ts";
import { runDir } from "../../server/plan/layout.ts";
import { type EngineHarness, engineHarness, type HarnessOptions } from "./engine-harness.ts";
import type { Fleet, FleetNode } from "./fleet.ts";
import { until } from "./process.ts";
import { sharedFleet } from "./shared-fleet.ts";

// Rule 16: the API is away while real nodes go over.
let fleet: Fleet;
let harness: EngineHarness | undefined;

beforeAll(async () => {
	fleet = await sharedFleet();
});
afterAll(async () => {
	await harness?.close();
	for (const name of ["node1", "node2"]) await fleet.reset(name);
});

async function withHarness(options: HarnessOptions, work: (harness: EngineHarness) => Promise<void>): Promise<void> {
	harness = await engineHarness(fleet, options);
	try {
		await work(harness);
	} finally {
		await harness.close();
		harness = undefined;
	}
}

/** Starts a migration of the node and resolves once its cutover is under way. */
async function under(h: EngineHarness, node: FleetNode, policy: object): Promise<{ migrationId: string; runId: string }> {
	// An API that was away takes a node for NotReady until it has heard of it again.
	await node.waitReady({ runtime: "docker://" });
	const migrationId = await h.draft([node.name], "migrate", { drain: { enabled: false }, ...policy });
	const { id: runId, state, result, findings } = await h.db.run.findFirstOrThrow({ where: { migrationId } });
	if (state !== "queued") throw new Error(`${node.name} cannot go: ${JSON.stringify([result, findings])}`);
	await h.engine.change.start(migrationId, "tester");
	await until(
		`cutover on ${node.name}`,
		180_000,
		async () => ((await node.exec(`test -e ${runDir(runId)}/deadline`)).code === 0 ? true : undefined),
		() => node.diagnose(),
		50,
	);
	return { migrationId, runId };
}

const codesOf = async (h: EngineHarness, runId: string) =>
	(await h.db.runEvent.findMany({ where: { runId }, orderBy: { id: "asc" } })).map((event) => event.code);

/** Lets the API server hang, as one does whose disk or etcd is gone: it takes connections and answers nothing. */
async function signalApi(signal: "SIGSTOP" | "SIGCONT"): Promise<void> {
	const [pid = ""] = (await readFile(join(fleet.stateDir, "pids/kube-apiserver"), "utf8")).trim().split(" ");
	process.kill(Number(pid), signal);
}

describe("an API that is away while a node goes over", () => {
	it("is waited for up to the cap; then the node is committed, stays cordoned, and the rest follows once the API is back", async () => {
		await withHarness({}, async (h) => {
			const node = fleet.node("node1");
			const { migrationId, runId } = await under(h, node, { apiOutageS: 30, apiUnreachable: "commit-cordoned" });
			await signalApi("SIGSTOP");
			try {
				const waiting = async () => (await h.db.run.findUniqueOrThrow({ where: { id: runId } })).waiting as { code: string } | null;
				await until(
					"the wait for the API is shown",
					120_000,
					async () => ((await waiting())?.code === "run.api-away" ? true : undefined),
					async () => JSON.stringify(await waiting()),
				);
				await until(
					"the commit on the node",
					180_000,
					async () => ((await node.exec(`grep -q committed ${runDir(runId)}/final`)).code === 0 ? true : undefined),
					async () => JSON.stringify(await waiting()),
				);
			} finally {
				await signalApi("SIGCONT");
			}
			expect(await h.ended(migrationId, 180_000)).toBe("done");
			expect(await h.db.run.findUniqueOrThrow({ where: { id: runId } })).toMatchObject({
				verified: "node",
				result: { code: "run.done-on-node-only" },
			});
			expect(await codesOf(h, runId)).toEqual(expect.arrayContaining(["run.committed-without-api", "run.left-cordoned"]));
			await node.waitReady({ runtime: "containerd://" });
			// Only a person uncordons it now.
			expect((await node.status())?.unschedulable).toBe(true);
		});
	});

	it("is asked at another of its servers where the kubeconfig's own is gone", async () => {
		const sockets = new Set<Socket>();
		const { hostname, port } = new URL(fleet.apiServer);
		const balancer = createServer((client) => {
			const server = connect(Number(port), hostname);
			for (const socket of [client, server]) {
				sockets.add(socket);
				socket.on("error", () => undefined);
				socket.on("close", () => {
					sockets.delete(socket);
					client.destroy();
					server.destroy();
				});
			}
			client.pipe(server).pipe(client);
		});
		await new Promise<void>((resolve) => balancer.listen(0, "127.0.0.1", resolve));
		const text = await readFile(fleet.kubeconfig, "utf8");
		const serverOverride = `https://127.0.0.1:${(balancer.address() as AddressInfo).port}`;
		let learnt: string[] = [];
		const cluster = openCluster(parseKubeconfig(text, { serverOverride, tlsServerName: "kubernetes" }), { alternatives: () => learnt });
		learnt = await cluster.endpoints();
		// What the API server itself registers.
		expect(learnt).toEqual([fleet.apiServer]);
		await withHarness({ cluster }, async (h) => {
			const { migrationId, runId } = await under(h, fleet.node("node2"), {
				apiUnreachable: "revert",
				apiOutageS: 30,
				// node1 stays cordoned from the test before, and counts as out.
				maxUnavailable: 2,
			});
			balancer.close();
			for (const socket of sockets) socket.destroy();
			expect(await h.ended(migrationId, 240_000)).toBe("done");
			expect(await h.db.run.findUniqueOrThrow({ where: { id: runId } })).toMatchObject({ verified: "cluster", cordonedByUs: false });
			expect(await codesOf(h, runId)).toContain("run.other-api-server");
			expect((await fleet.node("node2").status())?.unschedulable).toBe(false);
		});
	});
});
