/**
 * One run on one real node, driven by the library pieces that the engine uses, without a console: probe, preflight, plan,
 * install, start, read. What a test breaks on purpose it breaks beside this.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Facts } from "../../lib/contracts/facts.ts";
import { type Plan, type Policy, policySchema } from "../../lib/contracts/plan.ts";
import type { ClusterApi } from "../../server/kubernetes/cluster-api.ts";
import { runDir, type UnitKind, unitSuffix } from "../../server/plan/layout.ts";
import { planMigration } from "../../server/plan/migrate.ts";
import { planRollback } from "../../server/plan/rollback.ts";
import type { ApiNode } from "../../server/preflight/api-node.ts";
import { isOverridable, preflight } from "../../server/preflight/preflight.ts";
import { parseProbe } from "../../server/probe/parse.ts";
import { PROBE_SCRIPT } from "../../server/probe/script.ts";
import { commit } from "../../server/remote/commit.ts";
import { installRun } from "../../server/remote/install.ts";
import { type ScriptState, scriptState } from "../../server/remote/interpret.ts";
import { startScript } from "../../server/remote/start.ts";
import { type NodeRunStatus, readStatus } from "../../server/remote/status.ts";
import { connect } from "../../server/ssh/connect.ts";
import { SshError } from "../../server/ssh/errors.ts";
import type { NodeSession, SshTarget } from "../../server/ssh/session.ts";
import { crictlArchive } from "./crictl-archive.ts";
import type { FleetNode } from "./fleet.ts";
import { until } from "./process.ts";

export const CONSOLE = { consoleId: "fleet-tests", fence: 1 };

/** The way to a node as root, under the host keys that the fleet gave it. */
export async function sshTarget(node: FleetNode): Promise<SshTarget> {
	const hostKeys = node.knownHostsLine
		.trim()
		.split("\n")
		.map((line) => line.split(" "))
		.map(([, algorithm = "", keyBase64 = ""]) => ({ algorithm, keyBase64 }));
	const privateKey = await readFile(node.ssh.privateKeyPath, "utf8");
	return { address: node.address, port: 22, user: "root", auth: { kind: "key", privateKey }, privilege: { kind: "root" }, hostKeys };
}

/** Connects as soon as the node's sshd answers: it may be booting. */
export async function openSession(node: FleetNode): Promise<NodeSession> {
	const target = await sshTarget(node);
	return until(
		`ssh to ${node.name}`,
		60_000,
		() => connect(target, { timeoutMs: 5_000 }).catch(() => undefined),
		() => node.diagnose(),
	);
}

export async function probe(session: NodeSession): Promise<Facts> {
	const result = await session.run(PROBE_SCRIPT, { timeoutMs: 60_000 });
	return parseProbe(result.stdout);
}

export async function apiNodeOf(cluster: ClusterApi, name: string): Promise<ApiNode> {
	const { labels, annotations, unschedulable, ready, version, containerRuntime } = await cluster.getNode(name);
	const mirrorPodComponents = (await cluster.staticControlPlanePods(name)).map(({ component }) => component);
	const known = { name, labels, annotations, unschedulable, ready, mirrorPodComponents };
	return { ...known, kubeletVersion: version, containerRuntimeVersion: containerRuntime, bootId: "", machineId: "" };
}

function unanswered(error: unknown): undefined {
	if (!(error instanceof SshError)) throw error;
}

let counter = 0;
/** Ids of one test process never collide on a node. */
export function newRunId(prefix = "run"): string {
	counter += 1;
	return `${prefix}${process.pid.toString(36)}${Date.now().toString(36)}${counter}`.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}

export interface RunOptions {
	policy?: Partial<Policy>;
	/** Where given, preflight looks at the node's API object too; where not, a person has overridden its absence. */
	cluster?: ClusterApi;
	/** False: no crictl, as where no archive was uploaded. */
	crictl?: boolean;
	/** Steps of the cutover before which the script waits until `go` is called: a point to break things at. */
	pauseBefore?: readonly string[];
	/** Shorter limits for steps of the cutover, in seconds: what a test has to wait out. */
	limits?: Readonly<Record<string, number>>;
}

const PAUSE = "/run/gantry-test-pause";

/** The same scripts, with a wait for a file before some steps of the cutover, and with other limits for some. */
function paused(plan: Plan, steps: readonly string[], limits: Readonly<Record<string, number>>): Plan {
	let { text } = plan.scripts.cutover;
	for (const [step, seconds] of Object.entries(limits)) {
		const call = new RegExp(`^step ${step} \\d+ `, "m");
		if (!call.test(text)) throw new Error(`no step ${step} in the cutover`);
		text = text.replace(call, `step ${step} ${seconds} `);
	}
	for (const step of steps) {
		const call = new RegExp(`^step ${step} `, "m");
		if (!call.test(text)) throw new Error(`no step ${step} in the cutover`);
		text = text.replace(call, `touch ${PAUSE}.${step}; while [ ! -e ${PAUSE}.${step}.go ]; do sleep 0.1; done\n$&`);
	}
	const cutover = { text, sha256: createHash("sha256").update(text).digest("hex") };
	return { ...plan, scripts: { ...plan.scripts, cutover } };
}

/** A run of one plan on one node. */
export class NodeRun {
	private session: NodeSession;

	constructor(
		readonly node: FleetNode,
		session: NodeSession,
		readonly plan: Plan,
		readonly facts: Facts,
	) {
		this.session = session;
	}

	/** Probes and plans the way to containerd. Throws where preflight blocks. */
	static async migration(node: FleetNode, options: RunOptions = {}): Promise<NodeRun> {
		const session = await openSession(node);
		const facts = await probe(session);
		const policy = policySchema.parse(options.policy ?? {});
		const archive = options.crictl === false ? null : await crictlArchive();
		const apiNode = options.cluster ? await apiNodeOf(options.cluster, node.name) : null;
		const findings = preflight({
			facts,
			apiNode,
			policy,
			crictlArchives: new Map(archive ? [[facts.host.architecture, [archive.version]]] : []),
		});
		const blocking = findings.filter(({ code, severity }) => severity === "block" && (options.cluster || !isOverridable(code)));
		if (blocking.length > 0) throw new Error(`preflight blocks ${node.name}: ${JSON.stringify(blocking)}`);
		const plan = planMigration({
			runId: newRunId(),
			nodeName: node.name,
			controlPlane: node.controlPlane,
			facts,
			policy,
			findings,
			crictl: archive,
		});
		return new NodeRun(node, session, paused(plan, options.pauseBefore ?? [], options.limits ?? {}), facts);
	}

	/** Plans the way back from a committed migration. */
	async rollback(): Promise<NodeRun> {
		const facts = await probe(await this.live());
		const plan = planRollback({
			runId: newRunId("back"),
			nodeName: this.node.name,
			controlPlane: this.node.controlPlane,
			facts,
			migrated: { plan: this.plan, facts: this.facts },
			policy: policySchema.parse({}),
			findings: [],
		});
		return new NodeRun(this.node, await this.live(), plan, facts);
	}

	get id(): string {
		return this.plan.runId;
	}

	get dir(): string {
		return runDir(this.id);
	}

	/** A connection that is open; a node that rebooted gets a new one. */
	async live(): Promise<NodeSession> {
		if (!this.session.open) this.session = await openSession(this.node);
		return this.session;
	}

	async install(): Promise<this> {
		const needsArchive = this.plan.files.some((file) => file.source.kind === "crictl-archive");
		const archive = needsArchive ? await crictlArchive() : null;
		const attachments = archive ? [{ name: "crictl.tar.gz", bytes: await readFile(archive.path), sha256: archive.archiveSha256 }] : [];
		await installRun(await this.live(), { runId: this.id, scripts: this.plan.scripts, owner: CONSOLE, attachments });
		return this;
	}

	async start(kind: UnitKind, attempt = 1): Promise<void> {
		await startScript(await this.live(), this.id, kind, attempt, CONSOLE);
	}

	async status(): Promise<NodeRunStatus> {
		return readStatus(await this.live(), this.id, { timeoutMs: 20_000 });
	}

	/** Waits until a script no longer runs, and says what became of it. */
	async ended(suffix: string, timeoutMs = 120_000): Promise<ScriptState> {
		return until(
			`end of ${suffix} on ${this.node.name}`,
			timeoutMs,
			async () => {
				// A look that got no answer says nothing, here as in the engine: it is asked again within the limit.
				const status = await this.status().catch(unanswered);
				if (!status) return undefined;
				const state = scriptState(status, suffix);
				return state.kind === "exited" || state.kind === "lost" ? state : undefined;
			},
			() => this.log(),
		);
	}

	/** Starts a script and waits for its end; throws with the log where it did not exit with 0. */
	async succeed(kind: UnitKind, attempt = 1): Promise<void> {
		await this.start(kind, attempt);
		const state = await this.ended(unitSuffix(kind, attempt));
		if (state.kind !== "exited" || state.code !== 0)
			throw new Error(`${kind} of ${this.node.name}: ${JSON.stringify(state)}\n${await this.log()}`);
	}

	/** Waits until the node wrote a final state and nothing of the run works there. */
	async final(timeoutMs = 180_000): Promise<string> {
		return until(
			`final state of ${this.id} on ${this.node.name}`,
			timeoutMs,
			async () => {
				const status = await this.status().catch(() => undefined);
				if (!status || status.final === "") return undefined;
				return scriptState(status, "revert").kind === "exited" ? status.final : undefined;
			},
			() => this.log(),
		);
	}

	async commit(): Promise<"commit" | "revert"> {
		return commit(await this.live(), this.id, CONSOLE);
	}

	/** Resolves when the cutover waits before `step`. */
	async reached(step: string, timeoutMs = 60_000): Promise<void> {
		await until(
			`pause before ${step} on ${this.node.name}`,
			timeoutMs,
			async () => ((await this.node.exec(`test -e ${PAUSE}.${step}`)).code === 0 ? true : undefined),
			() => this.log(),
		);
	}

	/** Lets the cutover go on past `step`. */
	async go(step: string): Promise<void> {
		await this.node.must(`touch ${PAUSE}.${step}.go`);
	}

	/** Installs and prepares, starts the cutover and resolves when it waits before its one pause. */
	async upTo(step: string): Promise<void> {
		await this.install();
		await this.succeed("prepare");
		await this.start("cutover");
		await this.reached(step);
	}

	/** The whole log, past sshd. */
	async log(): Promise<string> {
		return (await this.node.exec(`cat ${this.dir}/log 2>/dev/null`).catch(() => ({ stdout: "" }))).stdout;
	}

	/** Resolves when the log holds `text`. */
	async logged(text: string, timeoutMs = 60_000): Promise<void> {
		await until(
			`"${text}" in the log of ${this.node.name}`,
			timeoutMs,
			async () => ((await this.log()).includes(text) ? true : undefined),
			() => this.log(),
			25,
		);
	}

	close(): void {
		this.session.close();
	}
}
