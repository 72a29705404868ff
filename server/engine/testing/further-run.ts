import { MIGRATION } from "./batch.ts";
import { FACTS, testPlan } from "./migrations.ts";

/** A run that waits, as planning makes it for a node that is added or tried again. */
export function furtherRun(id: string, nodeId: string, position: number, attempt = 1) {
	return {
		id,
		migrationId: MIGRATION,
		nodeId,
		nodeName: nodeId,
		direction: "migrate",
		position,
		attempt,
		state: "queued",
		plan: testPlan(id, { nodeName: nodeId }) as object,
		facts: FACTS as object,
		fromRuntime: "docker",
		toRuntime: "containerd",
	};
}
