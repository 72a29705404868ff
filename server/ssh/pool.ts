import { type ConnectOptions, connect } from "./connect.ts";
import { SshError } from "./errors.ts";
import { JumpHosts } from "./jump-hosts.ts";
import { limit } from "./limits.ts";
import type { NodeSession, SshTarget } from "./session.ts";
import { Slots } from "./slots.ts";

export interface PoolOptions {
	/** For one attempt to connect. Default 20 s. */
	connectTimeoutMs?: number;
	/** A connection without work is closed after this. Default 60 s. */
	idleMs?: number;
	/** Handshakes under way at once: each costs about 8 ms of processor time here, and sshd drops them beyond MaxStartups. Default 8. */
	maxConnecting?: number;
	/**
	 * How long a refused credential or host key is not tried again, unless `forget` says that something has changed: a caller that
	 * polls must not lock the account out. Default 30 s.
	 */
	refusedMs?: number;
	/** For simulators and tests. */
	connect?: (target: SshTarget, options: ConnectOptions) => Promise<NodeSession>;
}

/** Gives the way to a node as it is now: asked for every new connection, so a changed credential or accepted key takes effect. */
export type ResolveTarget = (signal: AbortSignal) => Promise<SshTarget>;

interface Lane {
	live?: NodeSession;
	dialing?: Promise<NodeSession>;
	/** Forgotten or drained: a connection that is still being opened is closed at once. */
	gone: boolean;
	label: string;
	/** Scripts and uploads under way, waiting for the connection included. */
	busy: number;
	idle?: () => void;
	refused?: { error: SshError; until: number };
}

/**
 * One connection per node, opened when it is needed, shared by everybody who works on that node, closed when idle, opened again
 * after a loss. A script that may have run is never sent twice: its caller gets the error, with `maybeRan`, and decides.
 */
export class SshPool {
	private readonly lanes = new Map<string, Lane>();
	private readonly stopping = new AbortController();
	private readonly gate: Slots;
	private readonly jumpHosts = new JumpHosts();
	private onQuiet: (() => void) | undefined;

	constructor(private readonly options: PoolOptions = {}) {
		this.gate = new Slots(options.maxConnecting ?? 8);
	}

	/**
	 * A session with the node `key` that connects when it is first used and again after a loss. Connecting counts towards each
	 * call's `timeoutMs`. Closing it ends only this handle. Its methods throw SshError and what `resolve` throws.
	 */
	session(key: string, resolve: ResolveTarget): NodeSession {
		const pool = this;
		let closed = false;
		const guarded = <T>(
			waiting: { timeoutMs: number; signal?: AbortSignal },
			work: (session: NodeSession, timeoutMs: number) => Promise<T>,
		) => {
			if (closed) return Promise.reject(new SshError("connection.closed", { label: pool.label(key) }));
			return pool.use(key, resolve, waiting, work);
		};
		return {
			get label() {
				return pool.label(key);
			},
			get open() {
				return !closed && !pool.stopping.signal.aborted;
			},
			run: (script, options) => guarded(options, (session, timeoutMs) => session.run(script, { ...options, timeoutMs })),
			upload: (path, bytes, options) => guarded(options, (session, timeoutMs) => session.upload(path, bytes, { ...options, timeoutMs })),
			close: () => {
				closed = true;
			},
		};
	}

	/** The node's credential, address or accepted keys have changed: the next call connects anew. Work under way is cut off. */
	forget(key: string): void {
		const lane = this.lanes.get(key);
		if (!lane) return;
		this.lanes.delete(key);
		this.disconnect(lane);
	}

	/**
	 * For shutdown: refuses new work, waits up to `timeoutMs` for what is under way, then closes every connection. Resolves with the
	 * number of calls that were cut off.
	 */
	async drain({ timeoutMs }: { timeoutMs: number }): Promise<number> {
		this.stopping.abort();
		await new Promise<void>((resolve) => {
			if (this.busy === 0) {
				resolve();
				return;
			}
			const release = limit(timeoutMs, undefined, () => resolve());
			this.onQuiet = () => {
				release();
				resolve();
			};
		});
		const cut = this.busy;
		for (const lane of this.lanes.values()) this.disconnect(lane);
		this.lanes.clear();
		return cut;
	}

	private get busy(): number {
		let sum = 0;
		for (const lane of this.lanes.values()) sum += lane.busy;
		return sum;
	}

	private label(key: string): string {
		return this.lanes.get(key)?.label ?? key;
	}

	private async use<T>(
		key: string,
		resolve: ResolveTarget,
		waiting: { timeoutMs: number; signal?: AbortSignal },
		work: (session: NodeSession, timeoutMs: number) => Promise<T>,
	): Promise<T> {
		if (this.stopping.signal.aborted) throw new SshError("connection.closed", { label: this.label(key) });
		const deadline = performance.now() + waiting.timeoutMs;
		const left = () => Math.max(1, deadline - performance.now());
		const lane = this.enter(key);
		try {
			const session = await this.within(lane, this.connected(lane, resolve), left(), waiting.signal);
			try {
				return await work(session, left());
			} catch (error) {
				// The loss was noticed only now, and the script had not left the house.
				const unsent = error instanceof SshError && error.code === "connection.closed" && !error.maybeRan;
				if (!unsent || this.stopping.signal.aborted || this.lanes.get(key) !== lane) throw error;
			}
			const again = await this.within(lane, this.connected(lane, resolve), left(), waiting.signal);
			return await work(again, left());
		} finally {
			this.leave(key, lane);
		}
	}

	private enter(key: string): Lane {
		const lane = this.lanes.get(key) ?? { label: key, busy: 0, gone: false };
		this.lanes.set(key, lane);
		lane.busy++;
		lane.idle?.();
		lane.idle = undefined;
		return lane;
	}

	private leave(key: string, lane: Lane): void {
		lane.busy--;
		if (this.busy === 0) this.onQuiet?.();
		if (lane.busy > 0 || this.lanes.get(key) !== lane) return;
		lane.idle = limit(this.options.idleMs ?? 60_000, undefined, () => {
			this.lanes.delete(key);
			this.disconnect(lane);
		});
	}

	/** The lane's connection, opened by whoever comes first; the others wait for the same one. */
	private async connected(lane: Lane, resolve: ResolveTarget): Promise<NodeSession> {
		if (lane.live?.open) return lane.live;
		if (!lane.dialing) {
			if (lane.refused && performance.now() < lane.refused.until) throw lane.refused.error;
			lane.dialing = this.dial(lane, resolve).finally(() => {
				lane.dialing = undefined;
			});
		}
		return lane.dialing;
	}

	private async dial(lane: Lane, resolve: ResolveTarget): Promise<NodeSession> {
		const free = await this.gate.acquire(this.stopping.signal, () => new SshError("connection.closed", { label: lane.label }));
		try {
			const target = await resolve(this.stopping.signal);
			const open = this.options.connect ?? connect;
			const session = await open(target, {
				timeoutMs: this.options.connectTimeoutMs ?? 20_000,
				signal: this.stopping.signal,
				jumpHosts: this.jumpHosts,
			});
			if (lane.gone) {
				session.close();
				throw new SshError("connection.closed", { label: session.label });
			}
			lane.label = session.label;
			lane.refused = undefined;
			lane.live = session;
			return session;
		} catch (error) {
			const refused = error instanceof SshError && (error.family === "authentication" || error.family === "host-key");
			if (refused) lane.refused = { error, until: performance.now() + (this.options.refusedMs ?? 30_000) };
			throw error;
		} finally {
			free();
		}
	}

	private within<T>(lane: Lane, promise: Promise<T>, timeoutMs: number, signal: AbortSignal | undefined): Promise<T> {
		return new Promise((resolve, reject) => {
			const release = limit(timeoutMs, signal, (why) =>
				reject(new SshError(why === "timeout" ? "connection.timeout" : "aborted", { label: lane.label }, { phase: "connect" })),
			);
			promise.then(resolve, reject).finally(release);
		});
	}

	private disconnect(lane: Lane): void {
		lane.gone = true;
		lane.idle?.();
		lane.live?.close();
	}
}
