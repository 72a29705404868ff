import { randomUUID } from "node:crypto";
import type { RunState } from "../../lib/contracts/run.ts";
import type { Db } from "../db/client.ts";
import type { Lease } from "./ports.ts";

export const LEASE_MS = 30_000;
export const RENEW_MS = 8_000;

/** A lease and what its holder needs to keep it and to let go. */
export interface HeldLease extends Lease {
	/** Extends it; false where it is gone, and the signal is aborted. */
	renew(): Promise<boolean>;
	/** Hands it back, so that another may claim at once. Safe to call twice, and to call again where it failed. */
	release(): Promise<void>;
	/** Aborts the signal without touching the row. */
	abandon(): void;
}

/**
 * Takes all leases away, for the one process that carries runs of this database: what an earlier one held when it was killed can be
 * claimed at once and not after its time. Harmless where that one lives after all: it can write nothing more.
 */
export async function releaseAll(db: Db): Promise<void> {
	await db.run.updateMany({ where: { leaseId: { not: null } }, data: { leaseId: null, leaseUntil: null } });
}

/**
 * Claims a run that nobody holds: one conditional update, of which at most one of many callers succeeds. The fence grows with each
 * claim, so that the node can tell an older console from a newer one. Null where somebody else was faster.
 */
export async function claim(db: Db, runId: string, states: readonly RunState[], now: () => Date): Promise<HeldLease | null> {
	const leaseId = randomUUID();
	const at = now();
	// Over all runs, since a node compares the number with the one of whichever run was there before.
	const highest = await db.run.aggregate({ _max: { fence: true } });
	const fence = (highest._max.fence ?? 0) + 1;
	const { count } = await db.run.updateMany({
		where: { id: runId, state: { in: [...states] }, OR: [{ leaseId: null }, { leaseUntil: { lt: at } }] },
		data: { leaseId, leaseUntil: new Date(at.getTime() + LEASE_MS), fence },
	});
	if (count !== 1) return null;
	const gone = new AbortController();
	let released = false;
	return {
		runId,
		leaseId,
		fence,
		signal: gone.signal,
		abandon: () => gone.abort(),
		async renew() {
			if (gone.signal.aborted) return false;
			const renewed = await db.run.updateMany({
				where: { id: runId, leaseId },
				data: { leaseUntil: new Date(now().getTime() + LEASE_MS) },
			});
			if (renewed.count === 1) return true;
			gone.abort();
			return false;
		},
		async release() {
			gone.abort();
			if (released) return;
			await db.run.updateMany({ where: { id: runId, leaseId }, data: { leaseId: null, leaseUntil: null } });
			released = true;
		},
	};
}
