import type { ApiNode } from "../../lib/contracts/node.ts";
import type { Db } from "../db/client.ts";
import { Prisma } from "../db/generated/client.ts";
import { type NodeRow, toApiNode } from "../kubernetes/node-row.ts";
import { newId } from "./ids.ts";

export interface SyncResult {
	/** Something that a page shows has changed; a heartbeat alone is nothing. */
	changed: boolean;
	/** Nodes whose address is another one now, or that are another machine under the same name: their connections are stale. */
	moved: string[];
}

/** Rows written in one transaction: few enough that others get their turn. */
const BATCH = 200;

/**
 * Brings the stored nodes of a cluster to what its API lists: new ones are added, those that are no longer listed get `goneAt`,
 * and a node that came back under its name with another uid loses what was known of the machine before it.
 */
export async function syncNodes(db: Db, clusterId: string, listed: readonly NodeRow[], now: Date): Promise<SyncResult> {
	const stored = await db.node.findMany({
		where: { clusterId },
		select: { id: true, name: true, address: true, addressByHand: true, manual: true, api: true, goneAt: true },
	});
	const byName = new Map(stored.map((node) => [node.name, node]));
	const names = new Set(listed.map((row) => row.name));
	const result: SyncResult = { changed: false, moved: [] };
	const writes: Prisma.PrismaPromise<unknown>[] = [];
	for (const row of listed) {
		const api = toApiNode(row);
		const known = byName.get(row.name);
		if (!known) {
			const data = { id: newId(), clusterId, name: row.name, address: row.internalIp, api, apiSeenAt: now };
			writes.push(db.node.create({ data }));
			result.changed = true;
			continue;
		}
		const before = known.api as ApiNode | null;
		const address = known.addressByHand || row.internalIp === "" ? known.address : row.internalIp;
		const otherMachine = before !== null && before.uid !== api.uid;
		const returned = known.goneAt !== null || known.manual;
		if (address !== known.address || otherMachine) result.moved.push(known.id);
		if (same(before, api) && address === known.address && !returned) continue;
		if (!same(quiet(before), quiet(api)) || address !== known.address || returned) result.changed = true;
		const forgotten = {
			factsAt: null,
			shown: Prisma.DbNull,
			preflight: Prisma.DbNull,
			probeError: Prisma.DbNull,
			probedAt: null,
			mark: null,
		};
		const data = { api, address, manual: false, goneAt: null, ...(otherMachine ? forgotten : {}) };
		writes.push(db.node.update({ where: { id: known.id }, data }));
		// Whoever looks in between finds no time of them, and so none.
		if (otherMachine) writes.push(db.nodeFacts.deleteMany({ where: { nodeId: known.id } }));
	}
	const gone = stored.filter((node) => !names.has(node.name) && !node.manual && node.goneAt === null);
	for (const node of gone) writes.push(db.node.update({ where: { id: node.id }, data: { goneAt: now } }));
	if (gone.length > 0) result.changed = true;
	for (let from = 0; from < writes.length; from += BATCH) await db.$transaction([...writes.slice(from, from + BATCH)]);
	await db.node.updateMany({ where: { clusterId, goneAt: null, manual: false }, data: { apiSeenAt: now } });
	return result;
}

function quiet(api: ApiNode | null): ApiNode | null {
	return api && { ...api, heartbeatAt: null };
}

/** Compared without regard to the order of keys: the database need not keep it. */
function same(one: unknown, other: unknown): boolean {
	if (one === other) return true;
	if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
	const keys = Object.keys(one);
	if (keys.length !== Object.keys(other).length) return false;
	return keys.every((key) => same((one as Record<string, unknown>)[key], (other as Record<string, unknown>)[key]));
}
