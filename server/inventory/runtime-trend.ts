import type { Logger } from "pino";
import { type RuntimeCounts, runtimeCounts } from "../../lib/runtime-counts.ts";
import type { Db } from "../db/client.ts";
import type { EventHub } from "../events/hub.ts";
import { nodeViews } from "./node-views.ts";

export interface RuntimeTrendOptions {
	db: Db;
	hub: EventHub;
	log: Logger;
	now: () => Date;
	/** Writes at most so often, and looks at most so often; the first time so long after a change: what changes together is one row. Milliseconds. */
	everyMs?: number;
	lookEveryMs?: number;
	gatherMs?: number;
}

const DAY_MS = 86_400_000;
/** Every change is kept so long; of what is older, the last of each day. */
const WHOLE_DAYS = 14;
const KEPT_DAYS = 730;
/** A cluster whose nodes come and go all day loses its oldest rows first. */
const MOST_ROWS = 4_000;

/** The record of how many nodes ran what: a row a cluster where that has changed, and no more than one in a while. */
export class RuntimeTrend {
	#timer: NodeJS.Timeout | undefined;
	#writing: Promise<void> = Promise.resolve();
	/** By the monotonic clock: no look before that. */
	#notBeforeMs = Number.NEGATIVE_INFINITY;
	#stopped = false;
	#leave = () => {};

	constructor(private readonly options: RuntimeTrendOptions) {}

	/** Looks soon, and again whenever nodes or clusters have changed. */
	start(): void {
		this.#leave = this.options.hub.attend((message) => {
			if (message.type === "changed" && (message.what === "nodes" || message.what === "clusters")) this.#soon();
		});
		this.#soon();
	}

	/** Waits for what it writes. */
	async stop(): Promise<void> {
		this.#stopped = true;
		this.#leave();
		clearTimeout(this.#timer);
		await this.#writing;
	}

	/** Writes a row for each cluster whose nodes run something else than its last row says. Returns of how many. */
	async record(): Promise<number> {
		const { db, now } = this.options;
		const [clusters, nodes] = await Promise.all([db.cluster.findMany({ select: { id: true } }), nodeViews(db)]);
		let written = 0;
		for (const { id: clusterId } of clusters) {
			const counts = runtimeCounts(nodes.filter((node) => node.clusterId === clusterId));
			const last = await db.runtimeCount.findFirst({ where: { clusterId }, orderBy: { at: "desc" } });
			if (last ? same(last, counts) : total(counts) === 0) continue;
			// A cluster that was removed meanwhile has no record; one statement, which the database refuses then.
			const row = { clusterId, at: now(), ...counts };
			await db.runtimeCount.upsert({ where: { clusterId_at: { clusterId, at: row.at } }, create: row, update: counts });
			await this.#thin(clusterId);
			written += 1;
		}
		return written;
	}

	/** Each cluster's rows since then, and the last one before: what held at the begin. Oldest first. */
	async since(from: Date, clusterId?: string) {
		const { db } = this.options;
		const clusters = await db.cluster.findMany({ where: { id: clusterId }, select: { id: true, name: true }, orderBy: { name: "asc" } });
		return Promise.all(
			clusters.map(async ({ id, name }) => {
				const before = await db.runtimeCount.findFirst({ where: { clusterId: id, at: { lt: from } }, orderBy: { at: "desc" } });
				const rows = await db.runtimeCount.findMany({ where: { clusterId: id, at: { gte: from } }, orderBy: { at: "asc" } });
				const points = [...(before ? [before] : []), ...rows].map(({ at, docker, containerd, other }) => ({
					at: at.toISOString(),
					docker,
					containerd,
					other,
				}));
				return { id, name, points };
			}),
		);
	}

	#soon(): void {
		if (this.#timer !== undefined || this.#stopped) return;
		const { everyMs = 60_000, lookEveryMs = 10_000, gatherMs = 2_000 } = this.options;
		const wait = Math.max(gatherMs, this.#notBeforeMs - performance.now());
		this.#timer = setTimeout(() => {
			this.#timer = undefined;
			const lookedMs = performance.now();
			this.#notBeforeMs = lookedMs + lookEveryMs;
			this.#writing = this.record().then(
				(written) => {
					if (written === 0) return;
					this.#notBeforeMs = lookedMs + everyMs;
					this.options.hub.publish({ type: "changed", what: "trend" });
				},
				(error: unknown) => this.options.log.error({ err: error }, "how many nodes run what was not recorded"),
			);
		}, wait);
		this.#timer.unref();
	}

	async #thin(clusterId: string): Promise<void> {
		const { db, now } = this.options;
		const rows = await db.runtimeCount.findMany({ where: { clusterId }, select: { at: true }, orderBy: { at: "asc" } });
		const superfluous = thinned(
			rows.map(({ at }) => at.getTime()),
			now().getTime(),
		);
		if (superfluous.length === 0) return;
		// A list of all of them might be more parameters than a statement takes.
		for (let index = 0; index < superfluous.length; index += 500)
			await db.runtimeCount.deleteMany({
				where: { clusterId, at: { in: superfluous.slice(index, index + 500).map((ms) => new Date(ms)) } },
			});
	}
}

/** Which of these moments, oldest first, are not kept. Milliseconds since 1970. */
export function thinned(moments: readonly number[], nowMs: number): number[] {
	const day = (ms: number) => Math.floor(ms / DAY_MS);
	const old = day(nowMs) - WHOLE_DAYS;
	const kept = moments.filter((ms, index) => {
		if (day(ms) < day(nowMs) - KEPT_DAYS) return false;
		const next = moments[index + 1];
		return day(ms) >= old || next === undefined || day(next) !== day(ms);
	});
	const most = new Set(kept.slice(-MOST_ROWS));
	return moments.filter((ms) => !most.has(ms));
}

function same(one: RuntimeCounts, other: RuntimeCounts): boolean {
	return one.docker === other.docker && one.containerd === other.containerd && one.other === other.other;
}

function total({ docker, containerd, other }: RuntimeCounts): number {
	return docker + containerd + other;
}
