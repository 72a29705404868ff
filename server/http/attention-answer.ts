import { attention, FAILED_SHOWN_DAYS } from "../../lib/attention.ts";
import type { AttentionItem } from "../../lib/contracts/attention.ts";
import type { Console } from "../console.ts";
import { needyMigrations, needyRuns } from "../engine/needy.ts";
import { stateMessage } from "./cluster-answers.ts";

const DAY_MS = 86_400_000;

/** What needs a person at `nowMs`, over all clusters or one. Made here, so that no page has to read thousands of nodes for it. */
export async function attentionAnswer(console: Console, clusterId: string | undefined, nowMs: number): Promise<AttentionItem[]> {
	const [clusters, nodes, migrations, runs] = await Promise.all([
		console.clusters.list(),
		console.nodes.list({ clusterId }),
		needyMigrations(console.db, new Date(nowMs - FAILED_SHOWN_DAYS * DAY_MS)),
		needyRuns(console.db),
	]);
	const asked = clusters.map((cluster) => ({ ...cluster, apiState: cluster.apiState && stateMessage(cluster.apiState) }));
	const items = attention({ clusters: asked, nodes, migrations, ...runs }, nowMs);
	return clusterId === undefined ? items : items.filter((item) => item.clusterId === clusterId);
}
