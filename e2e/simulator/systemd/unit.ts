import type { Process } from "../kernel/process.ts";
import type { Scope } from "../kernel/scope.ts";
import type { UnitDefinition } from "./unit-file.ts";

export type ActiveState = "inactive" | "activating" | "active" | "deactivating" | "failed";

/** A job that is queued or running for a unit. */
export interface Job {
	id: number;
	type: "start" | "stop" | "restart";
	done: Promise<boolean>;
}

/** One unit as the manager holds it. */
export class Unit {
	activeState: ActiveState = "inactive";
	subState = "dead";
	/** Of the service's main process; 0 where none runs. */
	mainPid = 0;
	restarts = 0;
	job: Job | undefined;
	main: Process | undefined;
	/** What `systemctl kill` and the end of the service end. */
	scope: Scope | undefined;
	/** Resolves when the main process has ended. */
	ended: Promise<number> | undefined;
	/** Moments of the last starts, in seconds of uptime: the start limit counts them. */
	starts: number[] = [];
	/** The unit goes down because it was asked to. */
	stopping = false;
	timer: ReturnType<typeof setTimeout> | undefined;
	startedAt = "";

	constructor(
		readonly name: string,
		public definition: UnitDefinition,
		/** Made by systemd-run: it is forgotten when it has ended well. */
		readonly transient = false,
	) {}

	set(activeState: ActiveState, subState: string): void {
		this.activeState = activeState;
		this.subState = subState;
	}
}
