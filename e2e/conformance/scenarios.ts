import type { Facts } from "../../lib/contracts/facts.ts";
import { type Plan, type Policy, policySchema } from "../../lib/contracts/plan.ts";
import { planCompletion } from "../../server/plan/complete.ts";
import { runDir } from "../../server/plan/layout.ts";
import { planMigration } from "../../server/plan/migrate.ts";
import { planRollback } from "../../server/plan/rollback.ts";
import { cleanUp } from "../../server/remote/clean.ts";
import { commit } from "../../server/remote/commit.ts";
import { extendDeadline } from "../../server/remote/deadline.ts";
import { type ScriptState, scriptState } from "../../server/remote/interpret.ts";
import { readStatus } from "../../server/remote/status.ts";
import type { NodeSession } from "../../server/ssh/session.ts";
import { type Archive, install, OWNER, run, settled, until } from "./plan-run.ts";

/** What a scenario left on a node: everything of it is to be the same wherever it ran. */
export interface Outcome {
	/** What became of each script. */
	scripts: Record<string, ScriptState>;
	decision: string;
	final: string;
	triggers: { revert: boolean; boot: boolean };
	/** Marker lines of the run's log without their times and process ids. */
	markers: string[];
	/** SHA-256, or "absent", of every file that the plan touches. */
	files: Record<string, string>;
	/** Docker, containerd and the kubelet. */
	units: string;
	/** Names that begin or end like ours, outside the run folder. */
	leftovers: string;
}

/** Plans are made once, from one node's facts, and run on every node. */
export interface Plans {
	migrate(runId: string): Plan;
	rollback(runId: string, migrated: Plan, factsAfter: Facts): Plan;
	archive: Archive | null;
}

/** Plans that complete what was begun by hand, from one node's facts; `rollback` is none of theirs. */
export function completionsFrom(facts: Facts, nodeName: string, chosen: Partial<Policy> = {}): Plans {
	const policy = policySchema.parse({ drain: { enabled: false }, ...chosen });
	return {
		archive: null,
		migrate: (runId) => planCompletion({ runId, nodeName, controlPlane: false, facts, policy, findings: [], crictl: null }),
		rollback: () => {
			throw new RangeError("a completed node has no snapshot of Docker");
		},
	};
}

export function plansFrom(facts: Facts, nodeName: string, archive: Archive | null, chosen: Partial<Policy> = {}): Plans {
	const policy = policySchema.parse({ drain: { enabled: false }, ...chosen });
	return {
		archive,
		migrate: (runId) => planMigration({ runId, nodeName, controlPlane: false, facts, policy, findings: [], crictl: archive }),
		rollback: (runId, plan, factsAfter) =>
			planRollback({ runId, nodeName, controlPlane: false, facts: factsAfter, migrated: { plan, facts }, policy, findings: [] }),
	};
}

async function root(session: NodeSession, script: string): Promise<string> {
	const result = await session.run(script, { timeoutMs: 60_000 });
	if (result.exitCode !== 0) throw new Error(`${script}: exit ${result.exitCode}: ${result.stderr}`);
	return result.stdout.toString("utf8");
}

/** Times are the node's own, and so are process ids. */
function normalised(line: string): string {
	return line.replace(/^(##gantry \S+ (?:begin|end|revert|stop) .*) \d+\.\d+$/, "$1").replaceAll(/\bpid=\d+/g, "pid=N");
}

async function outcome(session: NodeSession, plan: Plan): Promise<Outcome> {
	const status = await readStatus(session, plan.runId, { withLog: false });
	const log = await root(session, `cat ${runDir(plan.runId)}/log`);
	const hashes = await root(
		session,
		plan.files.map(({ realPath }) => `if [ -f '${realPath}' ]; then sha256sum <'${realPath}'; else echo absent; fi`).join("\n"),
	);
	const lines = hashes.trim().split("\n");
	const suffixes = ["prepare-1", "cutover", "revert"];
	return {
		scripts: Object.fromEntries(suffixes.map((suffix) => [suffix, scriptState(status, suffix)])),
		decision: status.decision,
		final: status.final,
		triggers: status.triggers,
		markers: log
			.split("\n")
			.filter((line) => line.startsWith("##gantry "))
			.map(normalised),
		files: Object.fromEntries(plan.files.map(({ realPath }, index) => [realPath, lines[index]?.split(" ")[0] ?? ""])),
		units: await root(
			session,
			`for u in docker.socket docker.service containerd.service kubelet.service; do echo "$u $(systemctl show -p ActiveState "$u") $(systemctl is-enabled "$u")"; done`,
		),
		leftovers: await root(
			session,
			"find /etc /usr/local /var/lib/kubelet -name '*.gantry-*' -o -name 'gantry-*' | sort; ls /var/lib/gantry",
		),
	};
}

export type Scenario = (session: NodeSession, plans: Plans) => Promise<Outcome>;

const DROP_IN_FOLDER = "/etc/systemd/system/containerd.service.d";
const DROP_IN = `${DROP_IN_FOLDER}/99-conformance.conf`;

/** containerd fails to start whenever `test` fails. */
async function breakContainerd(session: NodeSession, test: string): Promise<void> {
	await root(
		session,
		`mkdir -p ${DROP_IN_FOLDER}
printf '%s\\n' '[Service]' 'ExecStartPre=/bin/sh -c "${test}"' >${DROP_IN}
systemctl daemon-reload`,
	);
}

async function mendContainerd(session: NodeSession): Promise<void> {
	await root(session, `rm -f ${DROP_IN}; rmdir ${DROP_IN_FOLDER}; systemctl daemon-reload`);
}

/** Prepared, then cancelled: nothing of it is left. */
export const cancelled: Scenario = async (session, plans) => {
	const plan = plans.migrate("conformcancelled");
	await install(session, plan, plans.archive);
	await run(session, plan, "prepare");
	await until("cleaned", 120_000, async () => {
		const result = await cleanUp(session, plan.runId, OWNER);
		if (result.kind === "running") return undefined;
		if (result.kind !== "cleaned") throw new Error(`clean-up: ${JSON.stringify(result)}`);
		return true;
	});
	return outcome(session, plan);
};

/** The file that only the cutover changes, and one that prepare has put in place. */
function touched(plan: Plan): { later: string; prepared: string } {
	const pathOf = (found: Plan["files"][number] | undefined) => {
		if (!found) throw new Error("the plan has no such file");
		return found.realPath;
	};
	return {
		later: pathOf(plan.files.find((file) => file.path.endsWith("/config.toml"))),
		prepared: pathOf(plan.files.find((file) => file.path.endsWith("/docker.service.d/50-gantry.conf"))),
	};
}

/** Cleans up behind a foreign hand's edits, takes the outcome, and only then takes the edits back. */
async function cleanedAround(session: NodeSession, plan: Plan): Promise<Outcome> {
	const { later, prepared } = touched(plan);
	const asked = await cleanUp(session, plan.runId, OWNER);
	if (asked.kind === "failed" || asked.kind === "too-late") throw new Error(`clean-up: ${JSON.stringify(asked)}`);
	await settled(session, plan);
	const found = await outcome(session, plan);
	await root(
		session,
		`cp -a /root/conformance-config ${later}; rm -f /root/conformance-config ${prepared}; rmdir "$(dirname ${prepared})" 2>/dev/null; systemctl daemon-reload`,
	);
	return found;
}

/** Prepared, edited by a foreign hand, then cancelled: both edits are still there. */
export const editedThenCancelled: Scenario = async (session, plans) => {
	const plan = plans.migrate("conformedited");
	const { later, prepared } = touched(plan);
	await install(session, plan, plans.archive);
	await run(session, plan, "prepare");
	await root(session, `cp -a ${later} /root/conformance-config; for f in ${later} ${prepared}; do printf '# by hand\\n' >>"$f"; done`);
	return cleanedAround(session, plan);
};

/** A foreign hand changes a file after prepare: the cutover stops before it arms anything, and cleaning up leaves the change. */
export const changedByOthers: Scenario = async (session, plans) => {
	const plan = plans.migrate("conformchanged");
	const { later } = touched(plan);
	await install(session, plan, plans.archive);
	await run(session, plan, "prepare");
	await root(session, `cp -a ${later} /root/conformance-config; printf '# by hand\\n' >>${later}`);
	await run(session, plan, "cutover");
	return cleanedAround(session, plan);
};

/** containerd does not start with the new file: the node goes back by itself, at once. */
export const containerdRefuses: Scenario = async (session, plans) => {
	const plan = plans.migrate("conformrefuses");
	await install(session, plan, plans.archive);
	await run(session, plan, "prepare");
	await breakContainerd(session, "! grep -q sandbox_image /etc/containerd/config.toml");
	await run(session, plan, "cutover");
	await settled(session, plan);
	await mendContainerd(session);
	return outcome(session, plan);
};

/** Nobody commits: the timer takes the node back. */
export const notCommitted: Scenario = async (session, plans) => {
	const plan = plans.migrate("conformtimer");
	await install(session, plan, plans.archive);
	await run(session, plan, "prepare");
	await run(session, plan, "cutover");
	await extendDeadline(session, plan.runId, 3, OWNER);
	await settled(session, plan);
	return outcome(session, plan);
};

/** Over, and committed. */
export const migrated: Scenario = async (session, plans) => {
	const plan = plans.migrate("conformmigrated");
	await install(session, plan, plans.archive);
	await run(session, plan, "prepare");
	await run(session, plan, "cutover");
	if ((await commit(session, plan.runId, OWNER)) !== "commit") throw new Error("not committed");
	return outcome(session, plan);
};

/** And back again, by a run of its own. Runs after `migrated`, with the facts that were read then. */
export function rolledBack(factsAfter: Facts): Scenario {
	return async (session, plans) => {
		const plan = plans.rollback("conformback", plans.migrate("conformmigrated"), factsAfter);
		await install(session, plan, null);
		await run(session, plan, "prepare");
		await run(session, plan, "cutover");
		if ((await commit(session, plan.runId, OWNER)) !== "commit") throw new Error("not committed");
		return outcome(session, plan);
	};
}
