import type { Process } from "../kernel/process.ts";
import type { Machine } from "../machine/machine.ts";
import { Service } from "./service.ts";
import { type Job, Unit } from "./unit.ts";
import { lastValue, readUnit, seconds, type UnitDefinition, wordsOf } from "./unit-file.ts";

/** A start that was refused or failed; the text is systemctl's. */
export class UnitError extends Error {
	override readonly name = "UnitError";
}

/** The service manager of one machine: units in memory, their jobs, and what depends on what. */
export class UnitManager {
	private readonly units = new Map<string, Unit>();
	private readonly service: Service;
	private lastJob = 0;

	constructor(readonly machine: Machine) {
		this.service = new Service(this);
	}

	/** The unit as it is held, read at its first mention. */
	unit(name: string): Unit {
		const known = this.units.get(name);
		if (known && (known.transient || known.definition.loadState === "loaded")) return known;
		const definition = readUnit(this.machine.fs, this.machine.profile, name);
		if (known) {
			known.definition = definition;
			return known;
		}
		const unit = new Unit(name, definition);
		this.units.set(name, unit);
		return unit;
	}

	/** All units that are held, loaded ones and those that still do something. */
	all(): Unit[] {
		return [...this.units.values()].filter((unit) => unit.definition.loadState === "loaded" || unit.activeState !== "inactive");
	}

	needsReload(unit: Unit): boolean {
		if (unit.transient) return false;
		const now = readUnit(this.machine.fs, this.machine.profile, unit.name);
		return unit.definition.signature !== now.signature;
	}

	reload(): void {
		for (const unit of this.units.values())
			if (!unit.transient) unit.definition = readUnit(this.machine.fs, this.machine.profile, unit.name);
	}

	/** A unit that systemd-run makes. Throws UnitError where the name is taken. */
	makeTransient(name: string, command: string[]): Unit {
		const before = this.units.get(name);
		if (before && (before.activeState !== "inactive" || before.definition.loadState === "loaded")) {
			throw new UnitError(`Failed to start transient service unit: Unit ${name} already exists.`);
		}
		const quoted = command.map((word) => `"${word.replaceAll(/["\\]/g, "\\$&")}"`).join(" ");
		const definition: UnitDefinition = {
			name,
			loadState: "loaded",
			fragmentPath: `/run/systemd/transient/${name}`,
			dropInPaths: [],
			values: new Map([["Service.ExecStart", [quoted]]]),
			signature: "",
		};
		const unit = new Unit(name, definition, true);
		this.units.set(name, unit);
		return unit;
	}

	/** Forgets a transient unit; the name reads as if it had never been. */
	forget(unit: Unit): void {
		if (unit.transient && this.units.get(unit.name) === unit) this.units.delete(unit.name);
	}

	notifyReady(process: Process): void {
		this.service.notifyReady(process);
	}

	/** Queues a start; resolves with whether it worked. */
	start(name: string): Job {
		return this.enqueue(this.unit(name), "start", (unit) => this.startNow(unit));
	}

	stop(name: string): Job {
		return this.enqueue(this.unit(name), "stop", (unit) => this.stopNow(unit));
	}

	restart(name: string): Job {
		return this.enqueue(this.unit(name), "restart", async (unit) => {
			await this.stopNow(unit);
			return this.startNow(unit);
		});
	}

	/** Jobs of one unit run one after the other, as systemd merges and orders them. */
	private enqueue(unit: Unit, type: Job["type"], work: (unit: Unit) => Promise<boolean>): Job {
		const before = unit.job;
		if (before && before.type === type) return before;
		this.lastJob += 1;
		const { power } = this.machine;
		// A stop takes the place of a start that waits or runs.
		const waits = before && type !== "stop" ? before.done : Promise.resolve(true);
		const job: Job = { id: this.lastJob, type, done: Promise.resolve(true) };
		job.done = waits
			.then(() => work(unit))
			.catch((error: unknown) => {
				if (power.signal === undefined) this.machine.journal.write(unit.name, error instanceof Error ? error.message : String(error));
				return false;
			})
			.finally(() => {
				if (unit.job === job) unit.job = undefined;
			});
		unit.job = job;
		return job;
	}

	private async startNow(unit: Unit): Promise<boolean> {
		const { definition } = unit;
		if (definition.loadState !== "loaded") throw new UnitError(`Unit ${unit.name} not found.`);
		if (unit.activeState === "active") return true;
		const needed = [...wordsOf(definition, "Unit.Requires"), ...wordsOf(definition, "Unit.BindsTo")];
		for (const name of [...needed, ...wordsOf(definition, "Unit.Wants")]) {
			if (!/\.(service|socket)$/.test(name) || this.unit(name).definition.loadState !== "loaded") continue;
			const other = this.unit(name);
			const started = other.activeState === "active" || (await this.start(name).done);
			// A start that a condition held back counts as done, as systemd has it.
			if (!started && needed.includes(name)) {
				this.machine.journal.write(unit.name, `Dependency failed for ${unit.name}.`);
				return false;
			}
		}
		if (!this.conditionsHold(unit)) return true;
		if (unit.name.endsWith(".timer")) return this.startTimer(unit);
		if (unit.name.endsWith(".service")) return this.service.start(unit);
		unit.set("active", unit.name.endsWith(".socket") ? "listening" : "active");
		if (unit.name.endsWith(".socket")) this.listen(unit);
		return true;
	}

	/** ConditionPathExists= is looked at when the unit starts; one that does not hold leaves the unit inactive, without failing. */
	private conditionsHold(unit: Unit): boolean {
		for (const value of unit.definition.values.get("Unit.ConditionPathExists") ?? []) {
			const negated = value.startsWith("!");
			const found = this.machine.fs.find(negated ? value.slice(1) : value) !== undefined;
			if (found !== negated) continue;
			this.machine.journal.write(unit.name, `Condition check resulted in ${unit.name} being skipped.`);
			return false;
		}
		return true;
	}

	private listen(unit: Unit): void {
		const path = lastValue(unit.definition, "Socket.ListenStream");
		if (path) this.machine.containers.makeSocket(path.replace(/^%t/, "/run"));
	}

	/** A client opened a socket that a unit listens on: its service starts. */
	async activate(socket: string): Promise<boolean> {
		const unit = this.unit(`${socket}.socket`);
		if (unit.activeState !== "active") return false;
		return this.start(`${socket}.service`).done;
	}

	private async stopNow(unit: Unit): Promise<boolean> {
		if (unit.timer !== undefined) clearTimeout(unit.timer);
		unit.timer = undefined;
		for (const other of this.units.values()) {
			const bound = [...wordsOf(other.definition, "Unit.Requires"), ...wordsOf(other.definition, "Unit.BindsTo")];
			if (other !== unit && bound.includes(unit.name) && other.activeState !== "inactive" && other.activeState !== "failed") {
				await this.stop(other.name).done;
			}
		}
		if (unit.name.endsWith(".service")) await this.service.stop(unit);
		else if (unit.activeState !== "failed") unit.set("inactive", "dead");
		return true;
	}

	private async startTimer(unit: Unit): Promise<boolean> {
		const after = lastValue(unit.definition, "Timer.OnActiveSec");
		unit.set("active", "waiting");
		if (after === undefined) return true;
		const service = lastValue(unit.definition, "Timer.Unit") ?? unit.name.replace(/\.timer$/, ".service");
		unit.timer = setTimeout(
			() => {
				unit.timer = undefined;
				unit.subState = "elapsed";
				void this.start(service).done;
			},
			(seconds(after) * 1000) / this.machine.clock.pace,
		);
		return true;
	}

	kill(unit: Unit, signal: number): void {
		this.service.kill(unit, signal);
	}

	resetFailed(unit: Unit): void {
		unit.starts = [];
		unit.restarts = 0;
		if (unit.activeState === "failed") unit.set("inactive", "dead");
		if (unit.activeState === "inactive") this.forget(unit);
	}

	/** What the boot starts: links below the targets' .wants folders; before the others those of sysinit, each to its end. */
	async boot(): Promise<void> {
		const { power } = this.machine;
		const rank = (name: string) => ["containerd.service", "docker.service", "cri-docker.service", "kubelet.service"].indexOf(name);
		for (const target of ["sysinit.target", "sockets.target", "multi-user.target"]) {
			const wanted = this.wantedBy(target);
			if (target === "multi-user.target") wanted.sort((a, b) => rank(a) - rank(b));
			for (const name of wanted) {
				// A boot that the power cut short starts nothing in the next one.
				if (power.signal !== undefined) return;
				await this.start(name).done;
			}
		}
	}

	private wantedBy(target: string): string[] {
		const names = new Set<string>();
		for (const folder of [this.machine.profile.unitFolder, "/etc/systemd/system"]) {
			const inode = this.machine.fs.find(`${folder}/${target}.wants`);
			if (inode?.kind === "folder") for (const name of inode.entries.names()) names.add(name);
		}
		return [...names];
	}

	async stopAll(): Promise<void> {
		for (const unit of this.all()) {
			if (unit.name.endsWith(".timer") || unit.name.endsWith(".service")) await this.stop(unit.name).done;
		}
	}

	/** Nothing is remembered over a boot. */
	powerLost(): void {
		for (const unit of this.units.values()) if (unit.timer !== undefined) clearTimeout(unit.timer);
		this.units.clear();
	}
}
