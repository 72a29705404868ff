import type { Message } from "../../../lib/contracts/finding.ts";
import type { ConsoleHands } from "../world.ts";
import type { ConsoleProcess } from "./console-process.ts";
import type { DatabaseFile } from "./database-file.ts";
import { CONSOLE, type SimulatedWorld } from "./simulated-world.ts";

const STRANGER = "console-b";
const LOOK_MS = 500;

/** Consoles as objects of this process: each has a gate in front of all it does. */
export class ConsolesInProcess implements ConsoleHands {
	#stranger: { process: ConsoleProcess; database: DatabaseFile; migrationId: string } | undefined;

	constructor(private readonly simulated: SimulatedWorld) {}

	async kill(): Promise<void> {
		this.simulated.console.kill();
	}

	async stop(): Promise<number> {
		return (await this.simulated.console.stop()) / 1000;
	}

	freeze(): void {
		this.simulated.console.freeze();
	}

	thaw(): void {
		for (const process of this.simulated.consoles) process.thaw();
	}

	async start({ shared = false }: { shared?: boolean } = {}): Promise<void> {
		const { simulated } = this;
		simulated.console = simulated.open(simulated.database, CONSOLE, { shared });
	}

	async planStranger(): Promise<void> {
		const stranger = await this.simulated.openStranger(STRANGER);
		this.#stranger = { ...stranger, migrationId: await this.simulated.draft(stranger.process, "migrate") };
	}

	async startStranger() {
		if (!this.#stranger) throw new Error("nobody has planned it");
		const { process, database, migrationId } = this.#stranger;
		await process.engine.change.start(migrationId, STRANGER);
		for (;;) {
			const run = await database.db.run.findFirstOrThrow({ where: { migrationId } });
			if (run.endedAt) {
				const { code = null, values = {} } = (run.result ?? {}) as Partial<Message>;
				process.kill();
				return { state: run.state, code, values };
			}
			await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
		}
	}

	fillDisk(): Promise<void> {
		return this.simulated.database.fill();
	}

	makeRoom(): Promise<void> {
		return this.simulated.database.makeRoom();
	}

	async lockDatabase(): Promise<void> {
		this.simulated.database.lock();
	}

	async unlockDatabase(): Promise<void> {
		this.simulated.database.unlock();
	}
}
