import type { Plan } from "../../lib/contracts/plan.ts";
import { installRun } from "../../server/remote/install.ts";
import { isSettled, type ScriptState, scriptState } from "../../server/remote/interpret.ts";
import { startScript } from "../../server/remote/start.ts";
import { readStatus } from "../../server/remote/status.ts";
import type { NodeSession } from "../../server/ssh/session.ts";

export const OWNER = { consoleId: "conformance", fence: 1 };

/** An archive of crictl as the console would bring it. */
export interface Archive {
	bytes: Buffer;
	archiveSha256: string;
	binarySha256: string;
	version: string;
}

/** Puts a plan's scripts on a node, and the archive where it needs one. */
export async function install(session: NodeSession, plan: Plan, archive: Archive | null): Promise<void> {
	const wanted = archive !== null && plan.files.some((file) => file.source.kind === "crictl-archive");
	const attachments = wanted ? [{ name: "crictl.tar.gz", bytes: archive.bytes, sha256: archive.archiveSha256 }] : [];
	await installRun(session, { runId: plan.runId, scripts: plan.scripts, owner: OWNER, attachments });
}

/** Asks until `look` finds something. */
export async function until<T>(what: string, limitMs: number, look: () => Promise<T | undefined>): Promise<T> {
	const end = performance.now() + limitMs;
	for (;;) {
		const found = await look();
		if (found !== undefined) return found;
		if (performance.now() > end) throw new Error(`${what}: not within ${limitMs} ms`);
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
}

/** Starts a script and waits for what becomes of it. */
export async function run(session: NodeSession, plan: Plan, kind: "prepare" | "cutover"): Promise<ScriptState> {
	const suffix = kind === "prepare" ? "prepare-1" : "cutover";
	await startScript(session, plan.runId, kind, 1, OWNER);
	return until(`end of ${suffix} of ${plan.runId}`, 240_000, async () => {
		const state = scriptState(await readStatus(session, plan.runId, { withLog: false }), suffix);
		return state.kind === "exited" || state.kind === "lost" ? state : undefined;
	});
}

/** Waits until the run is final and nothing of it works any more. */
export async function settled(session: NodeSession, plan: Plan): Promise<void> {
	await until(`a final state of ${plan.runId}`, 240_000, async () => {
		const status = await readStatus(session, plan.runId, { withLog: false });
		return isSettled(status) ? true : undefined;
	});
}
