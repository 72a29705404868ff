import { Errno, reason } from "../kernel/errno.ts";
import { Sink } from "../kernel/open-file.ts";
import type { Process } from "../kernel/process.ts";
import { Killed, Scope } from "../kernel/scope.ts";
import { PATH } from "../machine/machine.ts";
import { commandLine, environmentOf } from "./environment.ts";
import type { UnitManager } from "./manager.ts";
import type { Unit } from "./unit.ts";
import { lastValue, seconds, valuesOf } from "./unit-file.ts";

/** systemd's own defaults. */
const RESTART_S = "100ms";
const LIMIT_INTERVAL_S = "10s";
const LIMIT_BURST = "5";
const STOP_TIMEOUT_S = "90s";
const START_TIMEOUT_S = "90s";

/** How services start, fall, come back and stop. */
export class Service {
	private readonly ready = new Map<Process, () => void>();

	constructor(private readonly manager: UnitManager) {}

	private get machine() {
		return this.manager.machine;
	}

	notifyReady(process: Process): void {
		this.ready.get(process)?.();
	}

	/** Starts the main process; true once the service counts as started. */
	async start(unit: Unit): Promise<boolean> {
		const { definition } = unit;
		if (!this.withinLimit(unit)) {
			unit.set("failed", "failed");
			this.machine.journal.write(unit.name, `${unit.name}: Start request repeated too quickly.`);
			return false;
		}
		unit.stopping = false;
		unit.set("activating", "start");
		const kind = lastValue(definition, "Service.Type") ?? "simple";
		if (!(await this.before(unit))) {
			this.afterEnd(unit, 1);
			return false;
		}
		let process: Process;
		try {
			process = this.launch(unit);
		} catch (error) {
			this.machine.journal.write(unit.name, reason(error));
			unit.set("failed", "failed");
			return false;
		}
		// Listened for before it runs: a service may be ready at once.
		const readied = new Promise<boolean>((resolve) => {
			this.ready.set(process, () => resolve(true));
		});
		const ended = this.run(unit, process);
		unit.ended = ended;
		if (kind === "oneshot") {
			const status = await ended;
			return status === 0;
		}
		if (kind === "simple" || kind === "exec" || kind === "idle") {
			unit.set("active", "running");
			return true;
		}
		const text = lastValue(definition, "Service.TimeoutStartSec") ?? lastValue(definition, "Service.TimeoutSec") ?? START_TIMEOUT_S;
		const limit = this.waitFor(seconds(text) || Number.POSITIVE_INFINITY);
		const started = await Promise.race([readied, ended.then(() => false), limit.over]);
		limit.cancel();
		this.ready.delete(process);
		if (started) {
			unit.set("active", "running");
			return true;
		}
		if (unit.main === process) {
			unit.scope?.kill(9);
			await ended;
		}
		return false;
	}

	private waitFor(limitS: number): { over: Promise<boolean>; cancel: () => void } {
		let cancel = () => {};
		const over = new Promise<boolean>((resolve) => {
			if (!Number.isFinite(limitS)) return;
			const timer = setTimeout(() => resolve(false), (limitS * 1000) / this.machine.clock.pace);
			cancel = () => clearTimeout(timer);
		});
		return { over, cancel };
	}

	private withinLimit(unit: Unit): boolean {
		const { definition } = unit;
		const value = (modern: string, old: string) =>
			lastValue(definition, `Unit.${modern}`) ?? lastValue(definition, `Service.${old}`) ?? lastValue(definition, `Service.${modern}`);
		const interval = seconds(value("StartLimitIntervalSec", "StartLimitInterval") ?? LIMIT_INTERVAL_S);
		const burst = Number(value("StartLimitBurst", "StartLimitBurst") ?? LIMIT_BURST);
		const now = this.machine.clock.uptime();
		unit.starts = unit.starts.filter((at) => at > now - interval);
		if (interval > 0 && unit.starts.length >= burst) return false;
		unit.starts.push(now);
		return true;
	}

	/** ExecStartPre=, one after the other; one that fails keeps the service from starting unless it begins with "-". */
	private async before(unit: Unit): Promise<boolean> {
		const { machine } = this;
		for (const line of valuesOf(unit.definition, "Service.ExecStartPre")) {
			const argv = commandLine(line, new Map());
			const process = this.newProcess(unit, argv, new Scope(machine.power), new Map());
			try {
				const path = machine.lookUp(argv[0] ?? "", process);
				const status = path === undefined ? 203 : await process.scope.race(machine.execute(process, path));
				if (status === 0 || line.startsWith("-")) continue;
				machine.journal.write(unit.name, `${unit.name}: Control process exited, code=exited, status=${status}`);
				return false;
			} finally {
				process.end();
				process.scope.release();
			}
		}
		return true;
	}

	/** A process of the unit, whose words go to the journal. */
	private newProcess(unit: Unit, argv: string[], scope: Scope, environment: ReadonlyMap<string, string>): Process {
		const process = this.machine.newProcess({
			argv,
			env: new Map([["PATH", PATH], ...environment]),
			scope,
			cgroup: `/system.slice/${unit.name}`,
			exe: argv[0] ?? "",
		});
		process.install(0, process.open("/dev/null", "read"));
		const sink = () => new Sink((bytes) => this.machine.journal.write(unit.name, bytes.toString("utf8")));
		process.install(1, sink());
		process.install(2, sink());
		return process;
	}

	/** The main process, not running yet. Throws where its command line or its file cannot be read. */
	private launch(unit: Unit): Process {
		const { definition } = unit;
		const environment = environmentOf(definition, this.machine.fs);
		const line = valuesOf(definition, "Service.ExecStart").at(-1) ?? "";
		const argv = commandLine(line, environment);
		const path = argv[0] ?? "";
		if (this.machine.fs.find(path)?.kind !== "file") throw new Error(`${unit.name}: Failed to execute command: No such file or directory`);
		const scope = new Scope(this.machine.power);
		const process = this.newProcess(unit, argv, scope, environment);
		unit.main = process;
		unit.mainPid = process.pid;
		unit.scope = scope;
		unit.startedAt = new Date().toUTCString();
		return process;
	}

	/** Runs the main process to its end and decides what becomes of the unit. */
	private async run(unit: Unit, process: Process): Promise<number> {
		const { power } = this.machine;
		let status: number;
		try {
			status = await process.scope.race(this.machine.execute(process, process.exe));
		} catch (error) {
			if (!(error instanceof Killed)) {
				if (!(error instanceof Errno))
					this.machine.journal.write(unit.name, `simulator: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
				status = 70;
			} else status = 128 + error.signal;
		}
		process.end();
		if (power !== this.machine.power) return status;
		process.scope.release();
		if (unit.main === process) this.afterEnd(unit, status);
		return status;
	}

	private afterEnd(unit: Unit, status: number): void {
		unit.main = undefined;
		unit.mainPid = 0;
		// SIGTERM is a clean end; KILL is not.
		const clean = status === 0 || status === 143;
		if (unit.stopping) {
			unit.set(clean ? "inactive" : "failed", clean ? "dead" : "failed");
			return;
		}
		this.machine.journal.write(
			unit.name,
			`${unit.name}: Main process exited, code=${status > 128 ? "killed" : "exited"}, status=${status > 128 ? status - 128 : status}`,
		);
		const policy = lastValue(unit.definition, "Service.Restart") ?? "no";
		if (policy === "always" || (policy === "on-failure" && !clean)) {
			this.restartLater(unit);
			return;
		}
		unit.set(clean ? "inactive" : "failed", clean ? "dead" : "failed");
		if (!clean) this.machine.journal.write(unit.name, `${unit.name}: Failed with result 'exit-code'.`);
		if (clean) this.manager.forget(unit);
	}

	private restartLater(unit: Unit): void {
		unit.set("activating", "auto-restart");
		const wait = seconds(lastValue(unit.definition, "Service.RestartSec") ?? RESTART_S);
		unit.timer = setTimeout(
			() => {
				unit.timer = undefined;
				if (unit.activeState !== "activating" || unit.stopping) return;
				unit.restarts += 1;
				void this.start(unit).catch(() => false);
			},
			(wait * 1000) / this.machine.clock.pace,
		);
	}

	/** TERM to what KillMode says, and KILL when the time is over. */
	async stop(unit: Unit): Promise<void> {
		unit.stopping = true;
		if (unit.activeState === "activating" && unit.main === undefined) {
			unit.set("inactive", "dead");
			return;
		}
		const { main, scope, ended } = unit;
		if (main === undefined || scope === undefined || ended === undefined) {
			if (unit.activeState !== "failed") unit.set("inactive", "dead");
			return;
		}
		unit.set("deactivating", "stop-sigterm");
		main.signal(15);
		const limit = seconds(lastValue(unit.definition, "Service.TimeoutStopSec") ?? STOP_TIMEOUT_S);
		const timer = setTimeout(() => scope.kill(9), (limit * 1000) / this.machine.clock.pace);
		await ended;
		clearTimeout(timer);
	}

	/** `systemctl kill`: the signal goes to the whole cgroup, whatever KillMode says. */
	kill(unit: Unit, signal: number): void {
		const cgroup = `/system.slice/${unit.name}`;
		for (const process of this.machine.processes.all()) if (process.cgroup === cgroup) process.signal(signal);
		if (signal === 9) unit.scope?.kill(9);
	}
}
