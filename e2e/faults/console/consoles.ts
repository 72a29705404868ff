import type { Message } from "../../../lib/contracts/finding.ts";
import type { ConsoleHands } from "../world.ts";
import type { ConsoleProcess } from "./console-process.ts";
import type { DatabaseFile } from "./database-file.ts";
import { CONSOLE, type Stage } from "./stage.ts";

const STRANGER = "console-b";
const LOOK_MS = 500;

/** Consoles as objects of this process: each has a gate in front of all it does. */
export class ConsolesInProcess implements ConsoleHands {
	#stranger: { process: ConsoleProcess; database: DatabaseFile; migrationId: string } | undefined;

	constructor(private readonly stage: Stage) {}

	async kill(): Promise<void> {
		this.stage.console.kill();
	}

	async stop(): Promise<number> {
		return (await this.stage.console.stop()) / 1000;
	}

	freeze(): void {
		this.stage.console.freeze();
	}

	thaw(): void {
		for (const process of this.stage.consoles) process.thaw();
	}

	async start({ shared = false }: { shared?: boolean } = {}): Promise<void> {
		const { stage } = this;
		stage.console = stage.open(stage.database, CONSOLE, { shared });
	}

	async planStranger(): Promise<void> {
		const stranger = await this.stage.openStranger(STRANGER);
		this.#stranger = { ...stranger, migrationId: await this.stage.draft(stranger.process, "migrate") };
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

	async losePower(random: () => number): Promise<void> {
		const { stage } = this;
		await stage.database.nextWrite();
		stage.console.kill();
		stage.replaceDatabase(await stage.database.afterPowerCut(random));
	}

	fillDisk(): Promise<void> {
		return this.stage.database.fill();
	}

	makeRoom(): Promise<void> {
		return this.stage.database.makeRoom();
	}

	async lockDatabase(): Promise<void> {
		this.stage.database.lock();
	}

	async unlockDatabase(): Promise<void> {
		this.stage.database.unlock();
	}
}
