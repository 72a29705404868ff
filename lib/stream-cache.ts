import type { QueryClient } from "@tanstack/react-query";
import type { DraftSummary, DraftView } from "./contracts/draft.ts";
import type { MigrationDetail } from "./contracts/migration.ts";
import type { NodeDetail } from "./contracts/node-page.ts";
import type { MigrationView, RunSigns, RunView } from "./contracts/run.ts";
import type { RunDetail } from "./contracts/run-detail.ts";
import type { StreamMessage } from "./contracts/stream.ts";
import { keys } from "./query-keys.ts";
import { signsOf } from "./run-signs.ts";
import { isFinalRun } from "./run-status.ts";
import type { StreamClient } from "./stream-client.ts";

/** Events kept on a run page; older ones are in the run's own history. */
const MOST_EVENTS = 2_000;
/** Lists are read again at most this often, however fast messages come. Milliseconds. */
const COALESCE_MS = 500;
/** What needs a person is made from everything there is. Milliseconds. */
const ATTENTION_MS = 2_000;
/** What changes and needs nobody. */
const QUIET: ReadonlySet<string> = new Set(["audit", "archives", "templates", "drafts", "people", "trend"]);

/**
 * Keeps the query cache up to date from the stream: what a message carries is put where pages read it, what it only names is
 * read again. Returns how to stop.
 */
export function followStream(stream: StreamClient, queries: QueryClient): () => void {
	const stale = new Map<string, readonly unknown[]>();
	let timer: ReturnType<typeof setTimeout> | null = null;
	const refresh = (queryKey: readonly unknown[]) => {
		stale.set(JSON.stringify(queryKey), queryKey);
		timer ??= setTimeout(() => {
			timer = null;
			const due = [...stale.values()];
			stale.clear();
			for (const key of due) void queries.invalidateQueries({ queryKey: key });
		}, COALESCE_MS);
	};
	let attentionTimer: ReturnType<typeof setTimeout> | null = null;
	const refreshAttention = () => {
		attentionTimer ??= setTimeout(() => {
			attentionTimer = null;
			void queries.invalidateQueries({ queryKey: keys.attention.all });
		}, ATTENTION_MS);
	};
	/** Hashes of queries whose answer was under way when a message came: it may be older than the message, and takes its place. */
	const overtaken = new Set<string>();
	const put: Put = <Data>(queryKey: readonly unknown[], change: (old: Data) => Data) => {
		queries.setQueryData<Data>(queryKey, (old) => (old === undefined ? old : change(old)));
		const query = queries.getQueryCache().find({ queryKey, exact: true });
		if (query && query.state.fetchStatus !== "idle") overtaken.add(query.queryHash);
	};
	// Nobody observes them until the console is gone; then they are needed.
	queries.setQueryDefaults(keys.runs.armed(), { gcTime: Number.POSITIVE_INFINITY });
	const stops = [
		queries.getQueryCache().subscribe((event) => {
			if (event.type !== "updated" || !overtaken.has(event.query.queryHash)) return;
			const { action } = event;
			if (action.type !== "error" && (action.type !== "success" || action.manual)) return;
			overtaken.delete(event.query.queryHash);
			refresh(event.query.queryKey);
		}),
		stream.subscribe("run", ({ run }) => {
			keepArmed(queries, run);
			queries.setQueryData<RunSigns>(keys.runs.signs(run.id), signsOf(run));
			const ended = putRun(put, run);
			refresh([...keys.runs.all, "list"]);
			refresh([...keys.migrations.all, "list"]);
			if (ended) {
				refresh(keys.nodes.all);
				refresh(keys.activities);
			}
			if (run.endedAt !== null) for (const key of askedOfNode(run.nodeId)) refresh(key);
			if (ended || run.waiting !== null) refreshAttention();
		}),
		stream.subscribe("migration", ({ migration }) => {
			for (const id of takenBackOtherwise(queries, migration)) refresh(keys.migrations.detail(id));
			put<MigrationDetail>(keys.migrations.detail(migration.id), (old) => ({ ...old, migration }));
			refreshAttention();
			refresh([...keys.migrations.all, "list"]);
			// Started or scheduled, it is nobody's draft any more.
			const drafts = queries.getQueryData<DraftSummary[]>(keys.drafts.list());
			if (drafts?.some((draft) => draft.migrationId === migration.id)) refresh(keys.drafts.list());
		}),
		stream.subscribe("event", ({ event }) => {
			put<MigrationDetail>(keys.migrations.detail(event.migrationId), (old) => ({ ...old, events: withEvent(old.events, event) }));
			put<RunDetail>(keys.runs.detail(event.runId), (old) => ({ ...old, events: withEvent(old.events, event) }));
		}),
		stream.subscribe("check", ({ draftId, states }) => {
			put<DraftView>(keys.drafts.detail(draftId), (old) => ({ ...old, checking: states && { ...old.checking, ...states } }));
		}),
		stream.subscribe("changed", (message) => {
			for (const key of changedKeys(message)) refresh(key);
			if (!QUIET.has(message.what)) refreshAttention();
		}),
		stream.onRecovered(() => {
			// The end of one may have been missed; those that go on are heard of again within seconds.
			queries.setQueryData<RunView[]>(keys.runs.armed(), []);
			void queries.invalidateQueries();
		}),
	];
	return () => {
		for (const stop of stops) stop();
		for (const one of [timer, attentionTimer]) if (one !== null) clearTimeout(one);
	};
}

/** Changes what is shown, where anything is. */
type Put = <Data>(queryKey: readonly unknown[], change: (old: Data) => Data) => void;

/** Puts the run where it is shown, unless a newer version is there. True where it has just begun or ended, which its node's row shows. */
function putRun(put: Put, run: RunView): boolean {
	const newer = (old: RunView) => (old.version > run.version ? old : run);
	let moved = false;
	put<MigrationDetail>(keys.migrations.detail(run.migrationId), (old) => {
		const before = old.runs.find((one) => one.id === run.id);
		moved ||= before === undefined || before.state !== run.state;
		return { ...old, runs: before ? old.runs.map((one) => (one.id === run.id ? newer(one) : one)) : [...old.runs, run] };
	});
	put<RunDetail>(keys.runs.detail(run.id), (old) => {
		moved ||= old.run.state !== run.state;
		return { ...old, run: newer(old.run) };
	});
	put<NodeDetail>(keys.nodes.detail(run.nodeId), (old) => ({
		...old,
		runs: old.runs.map((one) => (one.id === run.id ? newer(one) : one)),
	}));
	return moved || run.endedAt !== null;
}

/** Migrations of which the message may change who takes their nodes back: one that ends by it, and those that a way back may be of. */
function takenBackOtherwise(queries: QueryClient, { id, clusterId, direction, endedAt }: MigrationView): string[] {
	const shown = queries.getQueriesData<MigrationDetail>({ queryKey: keys.migrations.details() });
	return shown.flatMap(([, detail]) => {
		if (!detail) return [];
		const { migration } = detail;
		const ends = migration.id === id && migration.endedAt === null && endedAt !== null;
		const goesBack = direction === "rollback" && migration.id !== id && migration.clusterId === clusterId && migration.endedAt !== null;
		return ends || goesBack ? [migration.id] : [];
	});
}

/** Remembers when the node goes back by itself. */
function keepArmed(queries: QueryClient, run: RunView): void {
	queries.setQueryData<RunView[]>(keys.runs.armed(), (old = []) => {
		const others = old.filter((one) => one.id !== run.id);
		return run.revertAt === null || isFinalRun(run) ? others : [...others, run];
	});
}

function withEvent<Event extends { id: number }>(events: readonly Event[], event: Event): Event[] {
	if (events.some((one) => one.id === event.id)) return [...events];
	return [...events, event].sort((one, other) => one.id - other.id).slice(-MOST_EVENTS);
}

/** What a node's page asks about this node alone: another after it was read or changed. A cluster's id names none of them. */
function askedOfNode(nodeId: string): (readonly unknown[])[] {
	return [keys.nodes.pods(nodeId), keys.nodes.files(nodeId)];
}

function changedKeys(message: Extract<StreamMessage, { type: "changed" }>): (readonly unknown[])[] {
	switch (message.what) {
		case "clusters":
			return [keys.clusters.all];
		case "nodes":
			return [keys.nodes.all, keys.clusters.all, ...(message.id ? askedOfNode(message.id) : [])];
		case "host-keys":
			return [keys.hostKeys.all, keys.nodes.all, keys.clusters.all];
		case "archives":
			return [keys.archives.all];
		case "migrations":
			return [keys.migrations.all, ...(message.id ? [keys.migrations.workloads(message.id)] : [])];
		case "templates":
			return [keys.templates.all];
		case "people":
			return [keys.people.all];
		case "trend":
			return [keys.trends];
		case "drafts":
			return [keys.drafts.list(), ...(message.id ? [keys.drafts.detail(message.id)] : [])];
		case "audit":
			return [keys.audit.all];
		default:
			return message.what satisfies never;
	}
}
