import type { Message } from "../../../lib/contracts/finding.ts";
import { withoutSecrets } from "../../../lib/secret-text.ts";
import { readArtifacts } from "../../remote/artifacts.ts";
import { releaseOwner } from "../../remote/owner.ts";
import { said } from "../codes.ts";
import type { RunContext } from "./context.ts";
import { bestEffort } from "./retry.ts";
import { settleCluster, settleLater } from "./settle-cluster.ts";

const EVIDENCE = ["evidence/crictl-info.txt", "evidence/crictl-pods.txt"];
/** What the record and the next run can do without. */
const EXTRAS_LIMIT_MS = 60_000;

/** What follows the commit, first in the cluster, then on the node. Gives how the run ends. */
export async function finish(context: RunContext, staysCordoned: boolean): Promise<Message> {
	const { run, ports, session } = context;
	const lacking = await settleCluster(context, staysCordoned);
	const missing = await bestEffort(
		context,
		async () => {
			for (const [name, artifact] of await readArtifacts(session, run.id, EVIDENCE))
				await ports.store.evidence(context.lease, name.slice("evidence/".length), withoutSecrets(artifact.bytes.toString("utf8")));
		},
		EXTRAS_LIMIT_MS,
	);
	if (missing) await context.note(said("run.evidence-missing", { node: run.nodeName, because: missing.because }));
	// A final run keeps nobody from the node, released or not.
	await bestEffort(context, () => releaseOwner(session, run.id, context.claim), EXTRAS_LIMIT_MS);
	return lacking ?? doneAs(context);
}

/** A run that ended with something left undone in its cluster: done now, where the cluster allows it. */
export async function finishLater(context: RunContext, staysCordoned: boolean): Promise<void> {
	if (!(await settleLater(context, staysCordoned))) return;
	// The note last: until it is there the run is looked at again.
	await context.patch({ result: doneAs(context) });
	await context.note(said("run.finished-later", { node: context.run.nodeName }));
}

function doneAs({ run }: RunContext): Message {
	return run.verified === "node" ? said("run.done-on-node-only", { node: run.nodeName }) : said("run.done", { node: run.nodeName });
}
