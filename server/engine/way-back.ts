import { isDeepStrictEqual } from "node:util";
import type { Logger } from "pino";
import type { Message } from "../../lib/contracts/finding.ts";
import { runStateSchema } from "../../lib/contracts/run.ts";
import type { Db } from "../db/client.ts";
import { latestAttempts } from "./attempts.ts";
import { MigrationChangeError } from "./change-error.ts";
import { said } from "./codes.ts";
import { asMessage } from "./executor/failure.ts";
import { isFinal } from "./transitions.ts";

/** Plans and starts the way back of what a migration took over; the same for the same failure however often it is asked. */
export type RollBack = (asked: { migrationId: string; failedRunId: string; runs: readonly { id: string; nodeId: string }[] }) => Promise<{
	migration: string;
	/** Nodes that go. */
	count: number;
}>;

export interface WayBackOptions {
	db: Db;
	rollBack: RollBack;
	onMigrationChanged: (migrationId: string) => void;
	log: Logger;
}

/** Not final, and nobody works on them while their migration is held. */
const AT_REST: readonly string[] = ["queued", "prepared"];

/**
 * Has a whole batch go back where its policy says so, once nobody is under way any more. Beside the rollout and never in its turn: hundreds
 * of nodes are read for it, and meanwhile other migrations go on. A console that dies here finds the migration as it was.
 */
export class WayBack {
	readonly #underWay = new Set<string>();
	#stopped = false;

	constructor(private readonly options: WayBackOptions) {}

	/** Returns at once; a call while it is under way changes nothing. */
	consider(migrationId: string): void {
		if (this.#stopped || this.#underWay.has(migrationId)) return;
		this.#underWay.add(migrationId);
		this.#go(migrationId)
			.catch((error: unknown) => {
				// The next look tries again.
				this.options.log.error({ err: error, migrationId }, "the way back of a batch could not be begun");
			})
			.finally(() => this.#underWay.delete(migrationId));
	}

	/** Begins nothing more, and waits for nothing: another console goes on with what was planned. */
	stop(): void {
		this.#stopped = true;
	}

	async #go(migrationId: string): Promise<void> {
		const { db, rollBack } = this.options;
		const held = await db.migration.findUnique({ where: { id: migrationId, state: "held" }, select: { stateWhy: true } });
		const why = held?.stateWhy as Message | null | undefined;
		if (why?.code !== "migration.rolling-back") return;
		const runs = latestAttempts(
			await db.run.findMany({
				where: { migrationId },
				select: { id: true, nodeId: true, state: true, attempt: true },
				orderBy: { position: "asc" },
			}),
		);
		if (runs.some((run) => !isFinal(runStateSchema.parse(run.state)) && !AT_REST.includes(run.state))) return;
		const done = runs.filter((run) => run.state === "done");
		const node = String(why.values["node"] ?? "");
		let told: Message = { ...why, code: "migration.held" };
		if (done.length > 0) {
			try {
				told = said("migration.rolled-back", {
					node,
					...(await rollBack({ migrationId, failedRunId: String(why.values["run"] ?? ""), runs: done })),
				});
			} catch (error) {
				if (this.#stopped) return;
				// Somebody else works on one of the nodes: it is asked again until they have ended.
				if (error instanceof MigrationChangeError && error.code === "migration.node-busy")
					return this.#write(migrationId, waitingFor(why, error));
				this.options.log.error({ err: error, migrationId }, "the way back of a batch could not be started");
				const because = asMessage(error);
				told = said("migration.roll-back-failed", { node, because: because.code }, because.values);
			}
		}
		await this.#write(migrationId, told);
	}

	/** Once: it is looked at every second. */
	async #write(migrationId: string, why: Message): Promise<void> {
		const { db, onMigrationChanged } = this.options;
		const held = await db.migration.findUnique({ where: { id: migrationId, state: "held" }, select: { stateWhy: true } });
		if (!held || isDeepStrictEqual(held.stateWhy, why)) return;
		const { count } = await db.migration.updateMany({ where: { id: migrationId, state: "held" }, data: { stateWhy: { ...why } } });
		if (count > 0) onMigrationChanged(migrationId);
	}
}

/** The same, and for which node of which other migration it waits. */
function waitingFor(why: Message, { values }: MigrationChangeError): Message {
	const [busy, busyIn] = [values["node"] ?? "", values["migration"] ?? ""];
	return { ...why, values: { ...why.values, busy, busyIn } };
}
