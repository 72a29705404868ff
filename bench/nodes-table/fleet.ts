import type { Facts } from "../../lib/contracts/facts.ts";
import type { ApiNode, PreflightSummary } from "../../lib/contracts/node.ts";
import type { Db } from "../../server/db/client.ts";
import type { Prisma } from "../../server/db/generated/client.ts";

const AT = new Date("2026-01-01T00:00:00Z");
const AT_ONCE = 500;

/** Names are of one length, so that each further digit of one leaves a tenth: worker-00000, worker-00001, … */
export function nodeName(index: number): string {
	return `worker-${String(index).padStart(5, "0")}`;
}

/** One cluster without an API, so that nothing asks it, and so many nodes with all that an API and a probe have told of them. */
export async function storeFleet(db: Db, count: number, facts: Facts): Promise<void> {
	await db.cluster.create({ data: { id: "bench", name: "bench" } });
	const all = Array.from({ length: count }, (_, index) => row(index));
	for (let from = 0; from < count; from += AT_ONCE) await db.node.createMany({ data: all.slice(from, from + AT_ONCE) });
	// Tens of kilobytes a node, which the list does not read.
	await db.$executeRaw`INSERT INTO "NodeFacts" ("nodeId", "facts") SELECT "id", ${JSON.stringify(facts)} FROM "Node"`;
}

function row(index: number): Prisma.NodeCreateManyInput {
	const containerd = index % 3 === 0;
	const address = `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
	const name = nodeName(index);
	return {
		id: `n${index}`,
		clusterId: "bench",
		name,
		address,
		api: { ...apiNode(index, name, address, containerd) },
		apiSeenAt: AT,
		factsAt: AT,
		shown: {
			runtime: containerd ? "containerd" : "dockershim",
			text: containerd ? "containerd://1.6.20" : "docker://20.10.24",
			controlPlane: false,
		},
		preflight: { ...summary(index) },
		probedAt: AT,
	};
}

function apiNode(index: number, name: string, internalIp: string, containerd: boolean): ApiNode {
	return {
		name,
		uid: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
		status: index % 50 === 0 ? "NotReady" : "Ready",
		ready: index % 50 !== 0,
		unschedulable: false,
		roles: ["worker"],
		createdAt: new Date(AT.getTime() - index * 3_600_000).toISOString(),
		version: ["v1.20.15", "v1.21.14", "v1.22.17"][index % 3] ?? "",
		internalIp,
		externalIp: "",
		osImage: "Debian GNU/Linux 11 (bullseye)",
		kernelVersion: "5.10.0-28-amd64",
		containerRuntime: containerd ? "containerd://1.6.20" : "docker://20.10.24",
		labels: {
			"kubernetes.io/arch": "amd64",
			"kubernetes.io/hostname": name,
			"kubernetes.io/os": "linux",
			"topology.kubernetes.io/zone": `zone-${index % 5}`,
			"node.kubernetes.io/instance-type": "m5.2xlarge",
			team: `team-${index % 20}`,
		},
		heartbeatAt: AT.toISOString(),
	};
}

function summary(index: number): PreflightSummary {
	return {
		at: AT.toISOString(),
		block: index % 7 === 0 ? ["space.too-little", "docker.containers.foreign"] : [],
		warn: index % 2 === 0 ? ["containerd.version.old", "clock.skew"] : [],
		note: ["images.carried", "crictl.installed", "docker.settings.carried"],
	};
}
