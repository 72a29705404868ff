import { createHash } from "node:crypto";
import { withoutSecrets } from "../../../lib/secret-text.ts";
import { factsDigest } from "../../plan/digest.ts";
import { runDir } from "../../plan/layout.ts";
import { parseProbe } from "../../probe/parse.ts";
import { PROBE_SCRIPT } from "../../probe/script.ts";
import { readArtifacts } from "../../remote/artifacts.ts";
import { RemoteError } from "../../remote/errors.ts";
import { installRun } from "../../remote/install.ts";
import { scriptState } from "../../remote/interpret.ts";
import { startScript } from "../../remote/start.ts";
import { type NodeRunStatus, readStatus } from "../../remote/status.ts";
import { judgeDump } from "../../runtime/containerd/judge.ts";
import { said } from "../codes.ts";
import { noteOf } from "../run-note.ts";
import { consoleStep } from "./console-step.ts";
import type { RunContext } from "./context.ts";
import { fail, isPassing, RunFailure } from "./failure.ts";
import { untilDone } from "./retry.ts";
import { type Heard, watchNode } from "./watch.ts";

/** Before anything changed a node that does not answer is given so long. */
const CONNECT_LIMIT_MS = 60_000;
const ATTEMPT = 1;
const MARGIN_S = 120;

/** Everything lies ready on the node, or an error says why not. Repeatable: what was done already is found done. */
export async function prepare(context: RunContext): Promise<"prepared" | "cancelled"> {
	const { run, session, ports } = context;
	if (await context.cancelled()) return "cancelled";
	const begun = await consoleStep(context, "connect", async () => {
		// Written once: what another version of the console would note of the same run is no other run.
		const attachments = run.seen ? [] : [noteOf(run)];
		const install = () => installRun(session, { runId: run.id, scripts: run.plan.scripts, owner: context.claim, attachments });
		await untilDone(context, install, CONNECT_LIMIT_MS);
		await context.patch({ seenAt: ports.now() });
		if (await started(context)) return true;
		await untilDone(context, () => sendArchive(context), CONNECT_LIMIT_MS);
		return false;
	});
	if (!begun) {
		await consoleStep(context, "probe-again", async () => {
			const look = () => session.run(PROBE_SCRIPT, { timeoutMs: 60_000 });
			const probed = await untilDone(context, look, CONNECT_LIMIT_MS);
			if (factsDigest(parseProbe(probed.stdout)) !== run.plan.factsDigest) fail(said("run.facts-changed", { node: run.nodeName }));
		});
		if (await context.cancelled()) return "cancelled";
		await start(context);
	}

	const limitS = limitOf(context);
	const sinceMs = ports.monotonicMs();
	const look = async (now: NodeRunStatus, heard: Heard) => {
		const state = scriptState(now, `prepare-${ATTEMPT}`);
		if (state.kind === "exited" && state.code === 0) return "prepared";
		// Whoever cancels does not wait for images to be carried over: cleaning up ends the script.
		if (await context.cancelled()) return "cancelled";
		if (state.kind === "exited")
			throw new RunFailure(heard.causes.at(-1) ?? said("run.script-failed", { script: "prepare", exit: state.code }));
		if (state.kind === "lost") fail(said("run.script-lost", { script: "prepare", because: state.because }));
		// A command that hangs in the kernel cannot be ended by the script itself; cleaning up ends its unit.
		if (ports.monotonicMs() - sinceMs > limitS * 1_000) fail(said("run.prepare-hangs", { node: run.nodeName, limitS }));
		return null;
	};
	// Nothing that runs has changed: a node that refuses the console ends the run.
	const end = await watchNode<"prepared" | "cancelled">(context, `prepare-${ATTEMPT}`, look, isPassing);
	if (end === "prepared") await judge(context);
	return end;
}

/** Seconds: what its steps may take together, and a margin. Counted from when this console began to watch. */
function limitOf({ run }: RunContext): number {
	const steps = run.plan.steps.filter(({ phase, where }) => phase === "prepare" && where === "node");
	return steps.reduce((sum, { limitS }) => sum + limitS, MARGIN_S);
}

async function started(context: RunContext): Promise<boolean> {
	const look = () => readStatus(context.session, context.run.id, { withLog: false });
	return scriptState(await untilDone(context, look, CONNECT_LIMIT_MS), `prepare-${ATTEMPT}`).kind !== "not-started";
}

async function start(context: RunContext): Promise<void> {
	try {
		await untilDone(context, () => startScript(context.session, context.run.id, "prepare", ATTEMPT, context.claim), CONNECT_LIMIT_MS);
	} catch (error) {
		// An answer was lost, and the script had begun.
		if (error instanceof RemoteError && error.code === "remote.already-started") return;
		throw error;
	}
}

/** The archive is sent once: a node that has it by its SHA-256 is not sent it again. */
async function sendArchive(context: RunContext): Promise<void> {
	const source = context.run.plan.files.map((file) => file.source).find((candidate) => candidate.kind === "crictl-archive");
	if (source?.kind !== "crictl-archive") return;
	const bytes = await context.ports.crictlArchive(source.archiveSha256);
	if (!bytes || createHash("sha256").update(bytes).digest("hex") !== source.archiveSha256)
		fail(said("run.archive-gone", { sha256: source.archiveSha256 }));
	const path = `${runDir(context.run.id)}/crictl.tar.gz`;
	const found = await context.session.run(`sha256sum <${path} 2>/dev/null || :`, { timeoutMs: 60_000 });
	if (found.stdout.toString("utf8").startsWith(source.archiveSha256)) return;
	await context.session.upload(path, bytes, { mode: "0600", timeoutMs: 300_000 });
}

/** The judge of a containerd configuration is the daemon's own dump, every value of it. */
async function judge(context: RunContext): Promise<void> {
	const { run, session, ports, lease } = context;
	const expected = run.plan.containerd;
	if (!expected) return;
	const name = "evidence/containerd-dump.toml";
	const artifacts = await untilDone(context, () => readArtifacts(session, run.id, [name]), CONNECT_LIMIT_MS);
	const artifact = artifacts.get(name);
	if (!artifact) return fail(said("run.dump-missing", { node: run.nodeName }));
	// Half a dump would be judged by what it lacks.
	if (artifact.size > artifact.bytes.length)
		fail(said("run.dump-truncated", { node: run.nodeName, bytes: artifact.size, limit: artifact.bytes.length }));
	const dump = artifact.bytes.toString("utf8");
	await ports.store.evidence(lease, "containerd-dump.toml", withoutSecrets(dump));
	const wrong = judgeDump(dump, expected.daemonVersion, expected.settings).filter((mismatch) => mismatch.kind === "mismatch");
	const first = wrong[0];
	if (!first) return;
	const { key, expected: wanted, found } = first;
	fail(said("run.config-not-effective", { key, expected: wanted, found: found ?? "", count: wrong.length }));
}
