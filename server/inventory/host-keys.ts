import type { HostKeyScan, HostKeyView, ScannedKey } from "../../lib/contracts/inventory.ts";
import type { Actor, AuditLog } from "../audit/audit.ts";
import type { Db } from "../db/client.ts";
import { Prisma } from "../db/generated/client.ts";
import { ifNotThere } from "../db/not-there.ts";
import type { EventHub } from "../events/hub.ts";
import type { PresentedHostKey } from "../ssh/errors.ts";
import { type KnownHostEntry, type KnownHostsVerdict, matchKnownHosts, parseKnownHosts } from "../ssh/known-hosts.ts";
import { scanHostKeys } from "../ssh/scan.ts";
import type { Credentials } from "./credentials.ts";
import { endpointsOf } from "./endpoints.ts";
import { InventoryError } from "./errors.ts";
import { HostKeyScans, keyState, SCAN_LIFE_MS, type SeenKey, strongest } from "./host-key-scans.ts";
import { newId } from "./ids.ts";
import { scanPlaces } from "./scan-host-keys.ts";

export interface HostKeysOptions {
	db: Db;
	credentials: Pick<Credentials, "targetOf">;
	audit: AuditLog;
	hub: EventHub;
	pool: { forget(nodeId: string): void };
	now?: () => Date;
	/** Milliseconds of a clock that never jumps. */
	monotonicMs?: () => number;
	/** For tests and simulators. */
	scan?: typeof scanHostKeys;
}

/**
 * Host keys that people have accepted. Only what a scan of this console saw can be accepted: those that an uploaded known_hosts
 * names together, others one by one, and a changed one never by these, but by `replaceChanged` alone. Each is on record.
 */
export class HostKeys {
	readonly #scans = new HostKeyScans();
	readonly #now: () => Date;
	readonly #monotonicMs: () => number;

	constructor(private readonly options: HostKeysOptions) {
		this.#now = options.now ?? (() => new Date());
		this.#monotonicMs = options.monotonicMs ?? (() => performance.now());
	}

	/**
	 * Asks nodes (and their jump hosts) for their keys and lists those that need a decision, beside what `knownHosts` (the text of
	 * such a file) says. Keys behind a jump host whose own key is not accepted yet are a failure `host-keys.jump-first`.
	 */
	async scan(
		nodeIds: readonly string[],
		options: { knownHosts?: string; signal?: AbortSignal; onEach?: (done: number, total: number) => void } = {},
	): Promise<HostKeyScan> {
		const { db, credentials, scan = scanHostKeys } = this.options;
		const results = await scanPlaces({ db, credentials, scan, signal: options.signal, onEach: options.onEach }, nodeIds);
		const entries = options.knownHosts === undefined ? null : parseKnownHosts(options.knownHosts);
		const accepted = await this.#accepted(results.map(({ place }) => place));
		const seen: SeenKey[] = [];
		const keys: ScannedKey[] = [];
		let unchanged = 0;
		for (const { place, shown } of results) {
			if (shown === null) continue;
			const { hop, address, port } = place;
			const nodeNames = place.nodes.map((node) => node.nodeName);
			const known = accepted.get(`${address} ${port}`) ?? [];
			const states = shown.map((key) => keyState(key, shown, known));
			if (states.every((state) => state === "accepted")) unchanged += 1;
			shown.forEach((key, index) => {
				const state = states[index];
				if (state === undefined || state === "accepted") return;
				const one: SeenKey = { ...key, id: newId(), hop, address, port, nodeIds: place.nodes.map((node) => node.nodeId), nodeNames, shown };
				seen.push(one);
				const { id, algorithm, sha256 } = one;
				const before = known.map((each) => ({ algorithm: each.algorithm, sha256: each.sha256 }));
				keys.push({
					id,
					hop,
					nodeNames,
					address,
					port,
					algorithm,
					sha256,
					state,
					accepted: before,
					knownHosts: entries && verdict(entries, one),
				});
			});
		}
		const failures = results.flatMap(({ place, error }) =>
			error ? [{ address: place.address, port: place.port, nodeNames: place.nodes.map((node) => node.nodeName), error }] : [],
		);
		const id = this.#scans.keep(seen, this.#monotonicMs());
		return { id, expiresAt: new Date(this.#now().getTime() + SCAN_LIFE_MS).toISOString(), keys, failures, unchanged };
	}

	/** What the text of a known_hosts file says of each key of a scan, by the key's id. Throws `host-keys.scan-expired`. */
	verdicts(scanId: string, knownHosts: string): Map<string, KnownHostsVerdict> {
		const entries = parseKnownHosts(knownHosts);
		return new Map([...this.#find(scanId).values()].map((key) => [key.id, verdict(entries, key)]));
	}

	/**
	 * Accepts every unknown key of a scan that the text of a known_hosts file names for its address or its node. Returns them.
	 * Throws `host-keys.scan-expired`.
	 */
	async acceptMatches(scanId: string, knownHosts: string, actor: Actor): Promise<HostKeyView[]> {
		const entries = parseKnownHosts(knownHosts);
		const keys = [...this.#find(scanId).values()].filter((key) => verdict(entries, key) === "match");
		const accepted = await this.#accepted(keys);
		const added: HostKeyView[] = [];
		for (const key of keys) {
			if (keyState(key, key.shown, known(accepted, key)) === "changed") continue;
			const view = await this.#add(key, "known-hosts", actor);
			if (view) added.push(view);
		}
		await this.#changed(keys);
		return added;
	}

	/**
	 * Accepts one unknown key of a scan. `knownHosts` refuses what it revokes. Throws `host-keys.changed` (see `replaceChanged`),
	 * `host-keys.revoked`, `host-keys.scan-expired`, `host-keys.not-in-scan`.
	 */
	async acceptOne(scanId: string, entryId: string, actor: Actor, knownHosts = ""): Promise<HostKeyView> {
		const key = this.#one(scanId, entryId);
		const { address, port, algorithm, sha256 } = key;
		if (verdict(parseKnownHosts(knownHosts), key) === "revoked") {
			throw new InventoryError("host-keys.revoked", { address, port, algorithm, sha256 });
		}
		const before = known(await this.#accepted([key]), key);
		if (keyState(key, key.shown, before) === "changed") throw changed(key, before);
		const view = (await this.#add(key, "person", actor)) ?? (await this.#viewOf(key));
		await this.#changed([key]);
		if (!view) throw changed(key, known(await this.#accepted([key]), key));
		return view;
	}

	/**
	 * Puts a changed key in place of those that its address no longer shows: the host was reinstalled, and a person has made sure
	 * of it. Throws `host-keys.not-changed`, `host-keys.scan-expired`, `host-keys.not-in-scan`.
	 */
	async replaceChanged(scanId: string, entryId: string, actor: Actor): Promise<HostKeyView> {
		const { db, audit } = this.options;
		const key = this.#one(scanId, entryId);
		const { address, port, algorithm, sha256 } = key;
		const before = known(await this.#accepted([key]), key);
		if (keyState(key, key.shown, before) !== "changed") throw new InventoryError("host-keys.not-changed", { address, port });
		const shown = new Set(key.shown.map((one) => one.keyBase64));
		const stale = before.filter((one) => !shown.has(one.keyBase64) || one.algorithm === algorithm);
		const target = { kind: "host" as const, id: `${address}:${port}`, name: key.nodeNames.join(", ") };
		const values = { address, port, algorithm, sha256, before: stale.map((one) => `${one.algorithm} ${one.sha256}`).join(", ") };
		const replaced = { address, port, OR: [{ algorithm }, { keyBase64: { in: stale.map((one) => one.keyBase64) } }] };
		const [, row] = await audit.commit(
			[db.hostKey.deleteMany({ where: replaced }), db.hostKey.create({ data: this.#row(key, "person", actor) })],
			[{ actor, action: "host-key.replace", target, values }],
		);
		await this.#changed([key]);
		return toView(row);
	}

	/** All accepted keys, by address. */
	async list(): Promise<HostKeyView[]> {
		const rows = await this.options.db.hostKey.findMany({ orderBy: [{ address: "asc" }, { port: "asc" }, { algorithm: "asc" }] });
		return rows.map(toView);
	}

	/** Takes an acceptance back: the host is not connected to any more. Throws `inventory.not-found`. */
	async remove(id: string, actor: Actor): Promise<void> {
		const { db, audit } = this.options;
		const row = await db.hostKey.findUnique({ where: { id } });
		const gone = new InventoryError("inventory.not-found", { kind: "host-key", id });
		if (!row) throw gone;
		const { address, port, algorithm, sha256 } = row;
		const target = { kind: "host" as const, id: `${address}:${port}`, name: address };
		const values = { address, port, algorithm, sha256 };
		const removed = db.hostKey.delete({ where: { id }, select: { id: true } });
		await audit.commit([removed], [{ actor, action: "host-key.remove", target, values }]).catch(ifNotThere(gone));
		await this.#changed([row]);
	}

	#find(scanId: string): ReadonlyMap<string, SeenKey> {
		const keys = this.#scans.find(scanId, this.#monotonicMs());
		if (!keys) throw new InventoryError("host-keys.scan-expired", { scan: scanId.slice(0, 32) });
		return keys;
	}

	#one(scanId: string, entryId: string): SeenKey {
		const key = this.#find(scanId).get(entryId);
		if (!key) throw new InventoryError("host-keys.not-in-scan", { entry: entryId.slice(0, 32) });
		return key;
	}

	#row(key: SeenKey, acceptedBy: HostKeyView["acceptedBy"], actor: Actor) {
		const { address, port, algorithm, keyBase64, sha256 } = key;
		return { id: newId(), address, port, algorithm, keyBase64, sha256, acceptedBy, userName: actor.name, acceptedAt: this.#now() };
	}

	/** Null where a key of this type was accepted for the address meanwhile: one of two people was first. */
	async #add(key: SeenKey, acceptedBy: HostKeyView["acceptedBy"], actor: Actor): Promise<HostKeyView | null> {
		const { db, audit } = this.options;
		try {
			const { address, port, algorithm, sha256 } = key;
			const target = { kind: "host" as const, id: `${address}:${port}`, name: key.nodeNames.join(", ") };
			const values = { address, port, algorithm, sha256, by: acceptedBy };
			const made = db.hostKey.create({ data: this.#row(key, acceptedBy, actor) });
			const [row] = await audit.commit([made], [{ actor, action: "host-key.accept", target, values }]);
			return toView(row);
		} catch (error) {
			if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002") return null;
			throw error;
		}
	}

	async #viewOf({ address, port, keyBase64 }: SeenKey): Promise<HostKeyView | null> {
		const row = await this.options.db.hostKey.findFirst({ where: { address, port, keyBase64 } });
		return row && toView(row);
	}

	/** Accepted keys by `address port`. One query: a console has some thousand keys at most. */
	async #accepted(places: readonly { address: string; port: number }[]): Promise<Map<string, PresentedHostKey[]>> {
		const wanted = new Set(places.map(({ address, port }) => `${address} ${port}`));
		const one = wanted.size === 1 ? places[0] : undefined;
		const rows = await this.options.db.hostKey.findMany({
			where: { address: one?.address, port: one?.port },
			select: { address: true, port: true, algorithm: true, keyBase64: true, sha256: true },
		});
		const found = new Map<string, PresentedHostKey[]>();
		for (const { address, port, ...key } of rows) {
			const place = `${address} ${port}`;
			if (wanted.has(place)) found.set(place, [...(found.get(place) ?? []), key]);
		}
		return found;
	}

	/** Connections to and through these addresses are opened anew, by what is accepted now. */
	async #changed(places: readonly { address: string; port: number }[]): Promise<void> {
		const { db, pool, hub } = this.options;
		if (places.length === 0) return;
		const touched = new Set(places.map(({ address, port }) => `${address} ${port}`));
		for (const { nodeId, address, port, jump } of await endpointsOf(db)) {
			if (touched.has(`${address} ${port}`) || (jump && touched.has(`${jump.address} ${jump.port}`))) pool.forget(nodeId);
		}
		hub.publish({ type: "changed", what: "host-keys" });
		hub.publish({ type: "changed", what: "nodes" });
	}
}

/** People write known_hosts by name or by address: either may name the host. */
function verdict(entries: readonly KnownHostEntry[], key: SeenKey): KnownHostsVerdict {
	const names = key.hop === "node" ? [key.address, ...key.nodeNames] : [key.address];
	return strongest(names.map((name) => matchKnownHosts(entries, name, key.port, key)));
}

function known(accepted: ReadonlyMap<string, PresentedHostKey[]>, key: SeenKey): PresentedHostKey[] {
	return accepted.get(`${key.address} ${key.port}`) ?? [];
}

function changed(key: SeenKey, before: readonly PresentedHostKey[]): InventoryError {
	const { address, port, algorithm, sha256 } = key;
	const expected = before.map((one) => `${one.algorithm} ${one.sha256}`).join(", ");
	return new InventoryError("host-keys.changed", { address, port, algorithm, sha256, expected });
}

function toView(row: {
	id: string;
	address: string;
	port: number;
	algorithm: string;
	sha256: string;
	acceptedBy: string;
	userName: string;
	acceptedAt: Date;
}): HostKeyView {
	const { id, address, port, algorithm, sha256, userName } = row;
	const acceptedBy = row.acceptedBy === "known-hosts" ? "known-hosts" : "person";
	return { id, address, port, algorithm, sha256, acceptedBy, userName, acceptedAt: row.acceptedAt.toISOString() };
}
