import type { Facts } from "../../../lib/contracts/facts.ts";
import { policySchema } from "../../../lib/contracts/plan.ts";
import type { Db } from "../../db/client.ts";
import { soundFacts } from "../../preflight/fixtures/node.ts";
import { Planning, type PlanningPorts, type PlanRequest } from "../planning.ts";
import { PROBED } from "./migrations.ts";

/** Planning whose nodes all answer as the recorded one does; `change` for a test's own facts, `apiNode` for what the cluster says. */
export function testPlanning(
	db: Db,
	{ apiNode = async () => null, ...ports }: Partial<PlanningPorts> & { change?: (facts: Facts) => void } = {},
): Planning {
	const probe = async () => {
		const facts = structuredClone(soundFacts(PROBED));
		ports.change?.(facts);
		return facts;
	};
	return new Planning({ db, consoleId: "console-a", probe, apiNode, crictl: async () => new Map(), now: () => new Date(), ...ports });
}

/** What a person chooses: these nodes of the test's cluster, to be migrated. */
export function planRequest(nodeIds: readonly string[], change: Partial<PlanRequest> = {}): PlanRequest {
	return {
		clusterId: "cluster1",
		direction: "migrate",
		nodeIds,
		policy: policySchema.parse({ installCrictl: false }),
		reason: "",
		ticket: "",
		withoutApi: false,
		person: { id: "p1", name: "ann@example.com" },
		...change,
	};
}

/** Nodes of the test's cluster that are known by these names. */
export async function testNodes(db: Db, ...names: string[]): Promise<string[]> {
	await db.node.createMany({ data: names.map((name) => ({ id: name, clusterId: "cluster1", name, address: "192.0.2.1" })) });
	return names;
}
