import type { Logger } from "pino";
import type { RunState } from "../../lib/contracts/run.ts";
import type { Db } from "../db/client.ts";
import type { EventHub } from "../events/hub.ts";
import type { RunListener } from "./store.ts";
import { isFinal } from "./transitions.ts";
import { eventViews, migrationView, runView } from "./views.ts";

/** How long changes of one run are gathered before the tabs hear of them, in milliseconds: a person sees no difference. */
const GATHER_MS = 100;

/** Tells open tabs what the engine wrote. Views are read only while somebody listens, and once for many changes. */
export class Announcer implements RunListener {
	readonly #runs = new Set<string>();
	readonly #migrations = new Set<string>();
	readonly #events = new Set<number>();
	#timer: NodeJS.Timeout | undefined;
	#stopped = false;

	constructor(
		private readonly db: Db,
		private readonly hub: EventHub,
		private readonly log: Logger,
	) {}

	runChanged(runId: string): void {
		this.#runs.add(runId);
		this.#soon();
	}

	/** What the node is known for may have changed with a run's end. */
	runMoved(_runId: string, to: RunState): void {
		if (isFinal(to)) this.hub.publish({ type: "changed", what: "nodes" });
	}

	migrationChanged(migrationId: string): void {
		this.#migrations.add(migrationId);
		this.#soon();
	}

	eventAppended(eventId: number): void {
		this.#events.add(eventId);
		this.#soon();
	}

	logAppended(runId: string, generation: number, offset: number, bytes: Buffer): void {
		this.hub.publishLog(runId, () => ({ type: "log", runId, generation, offset, bytesBase64: bytes.toString("base64") }));
	}

	/** Nothing is told after this. */
	stop(): void {
		this.#stopped = true;
		clearTimeout(this.#timer);
	}

	#soon(): void {
		if (this.#stopped) return;
		if (this.hub.size === 0) {
			this.#runs.clear();
			this.#migrations.clear();
			this.#events.clear();
			return;
		}
		this.#timer ??= setTimeout(() => {
			this.#timer = undefined;
			this.#tell().catch((error: unknown) => this.log.error({ err: error }, "changes could not be announced"));
		}, GATHER_MS);
	}

	async #tell(): Promise<void> {
		const runs = drain(this.#runs);
		const migrations = drain(this.#migrations);
		const events = drain(this.#events);
		for (const id of migrations) {
			const migration = await migrationView(this.db, id);
			if (migration) this.hub.publish({ type: "migration", migration });
		}
		for (const id of runs) {
			const run = await runView(this.db, id);
			if (run) this.hub.publish({ type: "run", run });
		}
		if (events.length > 0) {
			for (const event of await eventViews(this.db, { id: { in: events } }, events.length)) this.hub.publish({ type: "event", event });
		}
	}
}

function drain<T>(set: Set<T>): T[] {
	const items = [...set];
	set.clear();
	return items;
}
