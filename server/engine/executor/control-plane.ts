import type { Facts } from "../../../lib/contracts/facts.ts";
import type { Message } from "../../../lib/contracts/finding.ts";
import { KubernetesError } from "../../kubernetes/error.ts";
import { podLabel } from "../../kubernetes/pod-row.ts";
import { etcdBlocks } from "../../preflight/checks/etcd.ts";
import { parseProbe } from "../../probe/parse.ts";
import { PROBE_SCRIPT } from "../../probe/script.ts";
import type { NodeSession } from "../../ssh/session.ts";
import { said } from "../codes.ts";
import type { RunContext } from "./context.ts";
import { asMessage, fail, isOwnTrouble } from "./failure.ts";

const LOOK_EVERY_MS = 5_000;
const PROBE_LIMIT_MS = 60_000;
/** Of what keeps a node in, these pass by waiting: a member starts, another leader is elected. */
const PASSING: ReadonlySet<string> = new Set(["etcd.unknown", "etcd.member-unhealthy", "etcd.leaders-differ", "etcd.no-leader"]);

/**
 * Before a control plane node goes out, and so after the one before it: etcd with all members well and one leader, by this node's own member,
 * and an API server that is ready. Waits for both, as long as a node may take to be verified; the node is as it was meanwhile, without a
 * cordon. `now`: what was just read of the node; `read` reads it again. Throws RunFailure for what does not pass.
 */
export async function untilControlPlaneIsWell(context: RunContext, now: Facts, read: () => Promise<Facts>): Promise<"well" | "cancelled"> {
	let facts: Facts | null = now;
	return untilNothingLacks(context, async () => {
		const lacking = etcdLacks(context, facts ?? (await read())) ?? (context.run.plan.controlPlane ? await apiServerLacks(context) : null);
		facts = null;
		return lacking;
	});
}

/** The API server's half alone, for a run that is taken up again once its node is cordoned: etcd is asked there before anything is armed. */
export async function untilApiServerIsReady(context: RunContext): Promise<"well" | "cancelled"> {
	return context.run.plan.controlPlane ? untilNothingLacks(context, () => apiServerLacks(context)) : "well";
}

async function untilNothingLacks(context: RunContext, look: () => Promise<Lacking | null>): Promise<"well" | "cancelled"> {
	const { run, ports, signal } = context;
	const begunMs = ports.monotonicMs();
	for (let waited = false; ; waited = true) {
		const lacking = await look();
		if (!lacking) {
			if (waited) await context.waiting(null);
			return "well";
		}
		const overdue = ports.monotonicMs() - begunMs > run.policy.verifyTimeoutS * 1_000;
		if (!lacking.passes || overdue) fail(lacking.told);
		await context.waiting(lacking.told);
		await ports.wait(LOOK_EVERY_MS, signal);
		signal.throwIfAborted();
		if (await context.cancelled()) return "cancelled";
	}
}

/** What is asked for a run. */
type Asking = Pick<RunContext, "run" | "signal" | "cluster">;

/**
 * What a further control plane node would wait for, asked of one that has gone: the gate after the last one. Null where nothing is lacking;
 * what would not pass by waiting is about a node that goes out. Throws where the node does not tell.
 */
export async function controlPlaneLacks(asking: Asking, session: NodeSession): Promise<Message | null> {
	const { signal } = asking;
	const probed = await session.run(PROBE_SCRIPT, { timeoutMs: PROBE_LIMIT_MS, signal });
	const lacking = etcdLacks(asking, parseProbe(probed.stdout));
	return ((lacking?.passes ? lacking : null) ?? (await apiServerLacks(asking)))?.told ?? null;
}

interface Lacking {
	told: Message;
	passes: boolean;
}

function etcdLacks({ run }: Asking, facts: Facts): Lacking | null {
	// What a person saw and overrode stands among the plan's findings.
	const seen = new Set(run.plan.findings.map(({ code }) => code));
	const found = etcdBlocks(run.direction, { facts, apiNode: null, policy: run.policy }).filter(({ code }) => !seen.has(code));
	const worst = found.find(({ code }) => !PASSING.has(code)) ?? found[0];
	if (!worst) return null;
	return {
		told: said("run.etcd-not-ready", { node: run.nodeName, because: worst.code }, worst.values),
		passes: PASSING.has(worst.code),
	};
}

/**
 * The API server that the console reaches says so by `/readyz`; of the node's own its kubelet does, before it migrates: on the way back that
 * one may be what is ill. Not knowing is not being ready.
 */
async function apiServerLacks(context: Asking): Promise<Lacking | null> {
	const { run, signal } = context;
	const lacks = (because: string, values: Message["values"] = {}): Lacking => ({
		told: said("run.api-server-not-ready", { node: run.nodeName, because }, values),
		passes: true,
	});
	try {
		const api = await context.cluster();
		if (!api) return null;
		if (!(await api.ready({ signal }))) return lacks("cluster.not-ready", { server: api.answering });
		if (run.direction !== "migrate") return null;
		const own = await api.staticControlPlanePods(run.nodeName, { signal });
		const down = own.find(({ component, pod }) => component === "kube-apiserver" && !pod.ready);
		return down ? lacks("verify.pods", { missing: 1, total: own.length, pods: podLabel(down.pod) }) : null;
	} catch (error) {
		signal.throwIfAborted();
		if (isOwnTrouble(error) || !(error instanceof KubernetesError)) throw error;
		const { code, values } = asMessage(error);
		return lacks(code, values);
	}
}
