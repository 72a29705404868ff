import { readFileSync } from "node:fs";
import pino from "pino";
import { onTestFinished } from "vitest";
import { policySchema } from "../../../lib/contracts/plan.ts";
import type { RunState } from "../../../lib/contracts/run.ts";
import type { Db } from "../../db/client.ts";
import { storedLog } from "../../logs/read.ts";
import { runDir } from "../../plan/layout.ts";
import { PROBE_SCRIPT } from "../../probe/script.ts";
import { LocalNode } from "../../remote/testing/local-session.ts";
import { smallRun } from "../../remote/testing/small-run.ts";
import { SshError } from "../../ssh/errors.ts";
import type { NodeSession, ScriptOptions } from "../../ssh/session.ts";
import { Asked } from "../asked.ts";
import { createExecutor } from "../executor/executor.ts";
import { claim, type HeldLease } from "../leases.ts";
import { PrismaRunStore, type RunListener } from "../store.ts";
import { CLAIMABLE } from "../transitions.ts";
import { TestCluster } from "./cluster.ts";
import { PROBED, testDatabase, testMigration, testPlan } from "./migrations.ts";

const RUN = "abcdefgh01";
/** Limits and pauses of minutes pass in seconds; what happens on the node takes the time it takes. */
const SPEED = 20;

type Bodies = NonNullable<Parameters<typeof smallRun>[1]>;

const MARK = String.raw`mark() { now; echo "##gantry ${RUN} $* $UPTIME"; }
say() { echo "##gantry ${RUN} $*"; }
`;
/** What a real cutover lays before it changes anything. */
const ARM = String.raw`
mark begin arm-revert
printf '[Service]\nType=oneshot\nExecStart=/bin/sh %s/revert.sh armed\n' "$RUN" >/run/systemd/system/gantry-revert.service
printf '[Timer]\nOnActiveSec=900\nAccuracySec=1s\nUnit=gantry-revert.service\n' >/run/systemd/system/gantry-revert.timer
printf '[Service]\nExecStart=/bin/sh %s/revert.sh boot\n' "$RUN" >/etc/systemd/system/gantry-boot.service
write_file "$RUN/timer-seconds" 900
systemctl start gantry-revert.timer
now; write_file "$RUN/deadline" "$BOOT $(( \${UPTIME%.*} + 900 ))"
mark end arm-revert ok
`.replaceAll("\\$", "$");
/** The way back: takes the decision, ends the cutover, disarms, writes its final state. */
const BACK = String.raw`${MARK}
ln -s revert "$RUN/decision" 2>/dev/null
[ "$(readlink "$RUN/decision")" = revert ] || exit 0
systemctl kill -s KILL gantry-${RUN}-cutover.service 2>/dev/null
mark revert "$1"
mark begin restore-files
mark end restore-files ok
systemctl stop gantry-revert.timer
rm -f /run/systemd/system/gantry-revert.service /run/systemd/system/gantry-revert.timer /etc/systemd/system/gantry-boot.service
echo again >>"$RUN/went-back"
if [ "$1" = prepared-only ]; then write_file "$RUN/final" cleaned; else write_file "$RUN/final" "$(cat "$RUN/back-to" 2>/dev/null || echo reverted)"; fi
`;

interface StageOptions {
	bodies?: Bodies;
	state?: RunState;
	withoutApi?: boolean;
	policy?: object;
	controlPlane?: boolean;
	/** Names of images that the plan carries over; default: those that the node uses. */
	images?: string[];
	/** Limit of every step of the plan, in seconds. */
	stepLimitS?: number;
	/** The console judges containerd's dump, which `prepare` has to leave. */
	judged?: boolean;
}

/** One run on a node made of this machine's shell, with the cluster in memory and the database in a file. */
export class Stage {
	readonly cluster = new TestCluster();
	readonly #asked = new Asked();
	/** Each call to the node fails with this while it is set. */
	unreachable: SshError | null = null;
	/** The same, where the node can be reached. */
	refused: Error | null = null;
	/** So many milliseconds have passed at once, by the clock that never jumps. */
	passedMs = 0;
	/** Which console carries the run. */
	consoleId = "console-a";
	/** Called before the engine's every write. */
	onWrite: (what: string) => void = () => {};
	/** What the console knows to be secret of the node. */
	secrets: string[] = [];
	/** So much of the log is kept, in bytes; 0 = all of it. */
	logLimitBytes = 0;
	/** Nodes whose run has ended, as the engine told. */
	readonly ended: string[] = [];
	/** The next lease, as claimed; a test ends it to play a killed console. */
	lease: HeldLease | null = null;

	private constructor(
		readonly db: Db,
		readonly node: LocalNode,
	) {}

	static async set(options: StageOptions = {}): Promise<Stage> {
		const db = await testDatabase();
		const node = new LocalNode("dash");
		onTestFinished(() => node.dispose());
		await node.ready();
		const { bodies = {} } = options;
		const scripts = smallRun(RUN, {
			prepare: `${MARK}echo once >>"$RUN/ran.prepare"; mark begin check-host; echo preparing; mark end check-host ok\n${bodies.prepare ?? ""}`,
			cutover: `${MARK}echo once >>"$RUN/ran.cutover"\n${ARM}\n${bodies.cutover ?? ""}\nmark begin verify-node; say note node-verified runtime=containerd; mark end verify-node ok`,
			revert: bodies.revert ?? BACK,
		});
		const known = testPlan(RUN);
		const images = options.images?.map((name) => ({ name, id: "", sizeBytes: 0 })) ?? known.images;
		const steps = known.steps.map((step) => ({ ...step, limitS: options.stepLimitS ?? step.limitS }));
		const { controlPlane = false } = options;
		const plan = { ...known, controlPlane, steps, scripts, images, containerd: options.judged ? known.containerd : null, files: [] };
		await testMigration(db, {
			withoutApi: options.withoutApi ?? false,
			policy: policySchema.parse(options.policy ?? {}),
			runs: [{ id: RUN, state: options.state ?? "preparing", plan }],
		});
		return new Stage(db, node);
	}

	/** Claims the run and carries it as far as it goes, as one worker would. */
	async carry(): Promise<RunState> {
		const now = () => new Date();
		const lease = await claim(this.db, RUN, [...CLAIMABLE, "prepared", "revert-failed", "failed", "done"], now);
		if (!lease) throw new Error("the run cannot be claimed");
		this.lease = lease;
		try {
			await this.executor()(lease);
		} catch (error) {
			if (!lease.signal.aborted) throw error;
		} finally {
			await lease.release();
		}
		return this.state();
	}

	/** The same until nothing more is to be done, with leave to go out where it waits for that. */
	async carryToEnd(): Promise<RunState> {
		for (;;) {
			const state = await this.carry();
			if (state === "prepared") await this.goOut();
			else if (!CLAIMABLE.includes(state)) return state;
		}
	}

	/** As the rollout does. */
	async goOut(): Promise<void> {
		await this.db.run.update({ where: { id: RUN }, data: { state: "draining" } });
	}

	/** A person asks for it, and this console tells whoever carries the run; `silently`: another console wrote it. */
	async cancel({ silently = false } = {}): Promise<void> {
		await this.db.run.update({ where: { id: RUN }, data: { request: "cancel" } });
		if (!silently) this.#asked.tell(RUN);
	}

	async state(): Promise<RunState> {
		return (await this.row()).state as RunState;
	}

	row() {
		return this.db.run.findUniqueOrThrow({ where: { id: RUN } });
	}

	async events(): Promise<string[]> {
		const rows = await this.db.runEvent.findMany({ where: { runId: RUN }, orderBy: { id: "asc" } });
		return rows.map((event) => event.code);
	}

	async steps(): Promise<Record<string, string>> {
		const rows = await this.db.runStep.findMany({ where: { runId: RUN }, orderBy: { position: "asc" } });
		return Object.fromEntries(rows.filter((row) => row.state !== "waiting").map((row) => [row.stepId, row.state]));
	}

	/** The newest generation of the log as stored. */
	async log(): Promise<string> {
		const pieces: Uint8Array[] = [];
		for await (const piece of storedLog(this.db, RUN, (await this.row()).logGeneration)) pieces.push(piece);
		return Buffer.concat(pieces).toString();
	}

	/** A file of the run folder on the node; "" where there is none. */
	file(name: string): string {
		try {
			return readFileSync(this.path(name), "utf8");
		} catch {
			return "";
		}
	}

	path(name: string): string {
		return this.node.path(`${runDir(RUN)}/${name}`);
	}

	private executor() {
		const quiet: RunListener = { runChanged() {}, runMoved() {}, eventAppended() {}, logAppended() {} };
		const stage = this;
		const store = new Proxy(new PrismaRunStore(this.db, quiet, () => new Date(), this.logLimitBytes), {
			get(target, name: keyof PrismaRunStore) {
				const method = target[name];
				return (...args: unknown[]) => {
					// Whatever takes a lease first writes.
					if (args[0] === stage.lease) stage.onWrite(name);
					return Reflect.apply(method, target, args);
				};
			},
		});
		return createExecutor({
			store,
			consoleId: this.consoleId,
			session: () => this.session(),
			cluster: async () => this.cluster.api,
			crictlArchive: async () => null,
			storedLog: (runId, generation, from) => storedLog(this.db, runId, generation, from),
			secrets: async () => this.secrets,
			originalAnnotation: async () => null,
			ended: (nodeId) => this.ended.push(nodeId),
			onAsked: (runId, listener) => this.#asked.listen(runId, listener),
			now: () => new Date(),
			monotonicMs: () => performance.now() * SPEED + stage.passedMs,
			wait: (ms, signal) =>
				new Promise((resolve) => {
					const timer = setTimeout(end, ms / SPEED);
					function end() {
						clearTimeout(timer);
						signal.removeEventListener("abort", end);
						resolve();
					}
					signal.addEventListener("abort", end, { once: true });
					if (signal.aborted) end();
				}),
			log: pino({ level: "silent" }),
		});
	}

	session(): NodeSession {
		const local = this.node.session();
		const refuse = () => {
			const error = this.unreachable ?? this.refused;
			return error ? Promise.reject(error) : null;
		};
		return {
			label: local.label,
			get open() {
				return local.open;
			},
			run: (script: string, options: ScriptOptions) => {
				if (script === PROBE_SCRIPT) {
					const answer = { exitCode: 0, stdout: Buffer.from(PROBED), stderr: "", durationMs: 1 };
					return refuse() ?? Promise.resolve(answer);
				}
				return refuse() ?? local.run(script, options);
			},
			upload: (path, bytes, options) => refuse() ?? local.upload(path, bytes, options),
			close: () => local.close(),
		};
	}
}

export function unreachable(): SshError {
	return new SshError("connection.unreachable", { label: "root@192.0.2.1:22" });
}
