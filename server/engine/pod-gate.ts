import type { Logger } from "pino";
import type { Message } from "../../lib/contracts/finding.ts";
import type { Db } from "../db/client.ts";
import type { ClusterApi } from "../kubernetes/cluster-api.ts";
import { listed } from "../preflight/check.ts";
import { type FailingOwner, failingLabel, newlyFailing, notedAfter, type PodNote, type Touched } from "../rollout/pod-gate.ts";
import { said } from "./codes.ts";
import { asMessage } from "./executor/failure.ts";
import { type GateAnswer, LookingGate } from "./looking-gate.ts";

export interface PodGateOptions {
	db: Db;
	/** Null where the cluster has no API. */
	cluster: (clusterId: string) => Promise<Pick<ClusterApi, "failingPods"> | null>;
	/** A look that was not waited for has ended. */
	onLooked: () => void;
	now: () => Date;
	monotonicMs: () => number;
	log: Logger;
}

/** A migration one of whose nodes would go out now, or that would end. */
export interface AtGate {
	migrationId: string;
	clusterId: string;
	/** Which wave the node is of; before the end the last one. */
	wave: string;
	/** Another text whenever a node of it went out or came to an end: a look from before then tells nothing. */
	since: string;
	/** One of its nodes is out at this moment: what that takes away comes back with it. */
	someOut: boolean;
	graceS: number;
}

/** A look that found all well opens the gate for so long, milliseconds, and at least so many times as long as it took. */
const FRESH_MS = 5_000;
const FRESH_FACTOR = 3;
/** While it stays shut: from one look's end to the next one's start. A big cluster, whose looks take long, is asked less often. */
const PAUSE_MS = 5_000;
const PAUSE_FACTOR = 10;
/** Who failed must be well for so long: a container that crashes again and again runs for a moment each time. */
const SETTLE_MS = 30_000;
/** Whoever is not asked about for so long begins its grace anew: meanwhile something else kept its nodes in. */
const FORGET_MS = 30_000;
/** Named in a message; the rest as a number. */
const MOST_NAMES = 5;

interface Look {
	since: string;
	wave: string;
	begunMs: number;
	endedMs: number;
	/** Null where the cluster did not say. */
	fresh: readonly FailingOwner[] | null;
	told: Message | null;
}

interface Watch {
	askedMs: number;
	pending: Promise<void> | null;
	look: Look | null;
	/** Since when somebody fails anew with none of the migration's nodes out. */
	blockedMs: number | null;
	/** The last look that found somebody failing anew. */
	last: { endedMs: number; fresh: readonly FailingOwner[] } | null;
}

/**
 * The gate before each node of a migration: no pods fail that did not before, as far as it may be this migration's doing. What failed before
 * is noted when the first node is about to go, and anew with each wave. It is asked once more before the migration ends as done, and not while
 * nothing would follow from it.
 */
export class PodGate extends LookingGate<Watch> {
	constructor(private readonly options: PodGateOptions) {
		super(options.onLooked);
	}

	/** Whether the next node may go out now; an answer takes a second at most. */
	async ask(at: AtGate): Promise<GateAnswer> {
		const { monotonicMs } = this.options;
		const watch = this.watches.get(at.migrationId) ?? { askedMs: monotonicMs(), pending: null, look: null, blockedMs: null, last: null };
		this.watches.set(at.migrationId, watch);
		if (monotonicMs() - watch.askedMs > FORGET_MS) watch.blockedMs = null;
		watch.askedMs = monotonicMs();
		if (!watch.pending && this.#isDue(watch, at)) await this.waitBriefly(watch, this.#look(watch, at));
		return this.#answer(watch, at);
	}

	#isDue({ look, last }: Watch, at: AtGate): boolean {
		if (!look) return true;
		// A look that found all well and counts no longer is followed by another at once.
		if (look.fresh?.length === 0 && last === null) return !this.#counts(look, at);
		return this.options.monotonicMs() - look.endedMs >= Math.max(PAUSE_MS, PAUSE_FACTOR * tookMs(look));
	}

	/**
	 * Whether a look is new enough: begun after a node of the migration last went out or ended. While others are out anyway one from shortly
	 * before counts too: of many nodes at once one ends every second, and no look would ever be new enough.
	 */
	#counts(look: Look, at: AtGate): boolean {
		if (look.wave !== at.wave || (look.since !== at.since && !at.someOut)) return false;
		return this.options.monotonicMs() - look.endedMs <= Math.max(FRESH_MS, FRESH_FACTOR * tookMs(look));
	}

	#answer(watch: Watch, at: AtGate): GateAnswer {
		const nowMs = this.options.monotonicMs();
		const { look, last } = watch;
		if (!look) return { kind: "closed", told: null };
		if (look.fresh === null) return { kind: "closed", told: look.told };
		const well = look.fresh.length === 0;
		if (well && (last === null || look.begunMs - last.endedMs >= SETTLE_MS)) {
			watch.last = null;
			watch.blockedMs = null;
			return this.#counts(look, at) ? { kind: "open" } : { kind: "closed", told: null };
		}
		watch.blockedMs = at.someOut ? null : (watch.blockedMs ?? nowMs);
		const fresh = well ? (last?.fresh ?? []) : look.fresh;
		const pods = listed(fresh.map(failingLabel), MOST_NAMES);
		// By a look that was begun when the time was over: who recovered at its end is not held for.
		const graceEndsMs = (watch.blockedMs ?? Number.POSITIVE_INFINITY) + at.graceS * 1_000;
		if (!well && look.begunMs >= graceEndsMs) {
			const told = said("migration.held-for-pods", { pods, count: fresh.length, graceS: at.graceS });
			return { kind: "overdue", told, owners: fresh.map(({ owner }) => owner) };
		}
		return { kind: "closed", told: said("migration.waiting-for-pods", { pods, count: fresh.length, graceS: at.graceS }) };
	}

	async #look(watch: Watch, { migrationId, clusterId, wave, since }: AtGate): Promise<void> {
		const { monotonicMs, log } = this.options;
		const begunMs = monotonicMs();
		let found: Pick<Look, "fresh" | "told">;
		try {
			const fresh = await this.#compare(migrationId, clusterId, wave);
			found = { fresh, told: fresh ? null : said("run.waiting-for-cluster") };
		} catch (error) {
			if (this.stopping.aborted) return;
			log.warn({ err: error, migrationId }, "which pods fail is not known");
			const { code, values } = asMessage(error);
			found = { fresh: null, told: said("migration.pods-unknown", { because: code }, values) };
		}
		const endedMs = monotonicMs();
		watch.look = { since, wave, begunMs, endedMs, ...found };
		if (found.fresh && found.fresh.length > 0) watch.last = { endedMs, fresh: found.fresh };
		watch.pending = null;
	}

	/** Who fails anew; where nobody does, what fails now is noted. Null where there is no API to ask. */
	async #compare(migrationId: string, clusterId: string, wave: string): Promise<FailingOwner[] | null> {
		const { db, cluster, now } = this.options;
		const api = await cluster(clusterId);
		if (!api) return null;
		// What was evicted is read first: who is evicted meanwhile is compared at the next look.
		const touched = await this.#touched(migrationId);
		const failing = await api.failingPods(now().getTime(), { signal: this.stopping });
		const row = await db.podGate.findUnique({ where: { migrationId } });
		const note: PodNote | null = row && {
			wave: row.wave,
			current: storedNames(row.current),
			previous: storedNames(row.previous),
			accepted: storedNames(row.accepted),
		};
		const fresh = newlyFailing(note, failing, touched);
		if (fresh.length > 0) return fresh;
		const { accepted: _, ...noted } = notedAfter(note, wave, failing);
		const same = note?.wave === noted.wave && note.current.length === noted.current.length;
		const data = { wave: noted.wave, current: [...noted.current], previous: [...noted.previous], notedAt: now() };
		if (!same) await db.podGate.upsert({ where: { migrationId }, create: { migrationId, ...data }, update: data });
		return [];
	}

	async #touched(migrationId: string): Promise<Touched> {
		const runs = await this.options.db.run.findMany({ where: { migrationId }, select: { nodeName: true, before: true } });
		const out = runs.filter(({ before }) => before !== null);
		const evicted = out.flatMap(({ before }) => storedNames((before as { evicted?: unknown } | null)?.evicted ?? []));
		return { nodes: new Set(out.map(({ nodeName }) => nodeName)), owners: new Set(evicted) };
	}
}

const tookMs = ({ begunMs, endedMs }: Look): number => endedMs - begunMs;

/** As rows keep lists of owners. */
export function storedNames(stored: unknown): string[] {
	return Array.isArray(stored) ? stored.filter((name) => typeof name === "string") : [];
}
