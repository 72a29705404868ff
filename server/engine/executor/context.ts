import type { Logger } from "pino";
import type { Message } from "../../../lib/contracts/finding.ts";
import type { ClusterApi } from "../../kubernetes/cluster-api.ts";
import type { Claim } from "../../remote/owner.ts";
import type { NodeSession } from "../../ssh/session.ts";
import { said } from "../codes.ts";
import type { Lease, RunRecord, RunStore } from "../ports.ts";
import { fail } from "./failure.ts";

/** What carrying a run forward needs from outside. */
export interface ExecutorPorts {
	store: RunStore;
	consoleId: string;
	/** A session that connects when it is used and again after a loss. */
	session(nodeId: string): NodeSession;
	/** Null where the cluster has no API. */
	cluster(clusterId: string): Promise<ClusterApi | null>;
	/** Bytes of an uploaded archive, by its SHA-256; null where it was removed. */
	crictlArchive(sha256: string): Promise<Buffer | null>;
	/** All bytes of the run's log that are stored from offset `from` on, in order. */
	storedLog(runId: string, generation: number, from: number): AsyncIterable<Uint8Array>;
	/** What is secret of the way to a node and may stand in its log: never stored, never said. Empty where nothing is. */
	secrets(nodeId: string): Promise<readonly string[]>;
	/** For a rollback: the cri-socket annotation as it was before the migration; null where there was none. */
	originalAnnotation(runId: string): Promise<string | null>;
	/** A run has ended: what was known of its node is old. Not waited for. */
	ended(nodeId: string): void;
	now(): Date;
	/** Milliseconds of a clock that never jumps. */
	monotonicMs(): number;
	/** Calls the listener when a person has asked something of the run meanwhile; returns how to listen no more. */
	onAsked(runId: string, listener: () => void): () => void;
	/** Resolves after `ms`, or at once when the signal is aborted; never rejects. */
	wait(ms: number, signal: AbortSignal): Promise<void>;
	log: Logger;
}

/** One leased run on its way: the record as last read, and the ports bound to it. */
export class RunContext {
	run: RunRecord;
	/** The way to the node; what is under way ends with the signal. */
	readonly session: NodeSession;

	constructor(
		readonly ports: ExecutorPorts,
		readonly lease: Lease,
		run: RunRecord,
		/** Aborted with the lease; or before it, see `until`. */
		readonly signal: AbortSignal = lease.signal,
	) {
		this.run = run;
		this.session = untilAborted(ports.session(run.nodeId), signal);
	}

	/** The same run for work that ends with `signal` too: its calls and its waits do. The lease lasts on, and what it has come to is recorded. */
	until(signal: AbortSignal): RunContext {
		return new RunContext(this.ports, this.lease, this.run, AbortSignal.any([signal, this.signal]));
	}

	/** A signal that a person's asking something of the run aborts, too. `end` it where nobody looks at it any more. */
	untilAsked(): { signal: AbortSignal; end: () => void } {
		// With listeners of its own, taken away at the end: AbortSignal.any keeps the children of a signal that lives long.
		const either = new AbortController();
		const abort = () => either.abort(this.signal.reason);
		if (this.signal.aborted) abort();
		this.signal.addEventListener("abort", abort, { once: true });
		const listenNoMore = this.ports.onAsked(this.run.id, () => either.abort());
		const end = () => {
			this.signal.removeEventListener("abort", abort);
			listenNoMore();
		};
		return { signal: either.signal, end };
	}

	get claim(): Claim {
		return { consoleId: this.ports.consoleId, fence: this.lease.fence };
	}

	/**
	 * The cluster's API; null where a person has said, on record, that this node goes without. Throws `run.no-api` where it
	 * should have one and has none any more.
	 */
	async cluster(): Promise<ClusterApi | null> {
		if (this.run.withoutApi) return null;
		const api = await this.ports.cluster(this.run.clusterId);
		return api ?? fail(said("run.no-api", { node: this.run.nodeName }));
	}

	/** True once a person asked for this run to be cancelled. Reads the row: the request comes from another request's code. */
	async cancelled(): Promise<boolean> {
		return (await this.ports.store.requested(this.run.id)) === "cancel";
	}

	async become(to: RunRecord["state"], event: Message, patch?: Parameters<RunStore["transition"]>[4]): Promise<void> {
		this.run = await this.ports.store.transition(this.lease, this.run.state, to, event, patch);
	}

	async patch(patch: Parameters<RunStore["patch"]>[1]): Promise<void> {
		await this.ports.store.patch(this.lease, patch);
	}

	waiting(message: Message | null): Promise<void> {
		return this.patch({ waiting: message });
	}

	note(message: Message): Promise<void> {
		return this.ports.store.note(this.lease, message);
	}
}

/** The same session, whose calls end when the lease does: a console that shuts down waits for no slow node. */
function untilAborted(session: NodeSession, ending: AbortSignal): NodeSession {
	const both = (signal: AbortSignal | undefined) => (signal ? AbortSignal.any([signal, ending]) : ending);
	return {
		get label() {
			return session.label;
		},
		get open() {
			return session.open;
		},
		run: (script, options) => session.run(script, { ...options, signal: both(options.signal) }),
		upload: (path, bytes, options) => session.upload(path, bytes, { ...options, signal: both(options.signal) }),
		close: () => session.close(),
	};
}
