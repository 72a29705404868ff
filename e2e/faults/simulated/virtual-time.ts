import { createRequire, syncBuiltinESMExports } from "node:module";

/** Turns of the event loop without an event after which nothing is on its way any more: loopback delivers within one. */
const QUIET_TURNS = 4;
/** Work of the thread pool, whose end is an event that has not come yet. */
const AT_WORK = /^(FSReq|GetAddrInfo|GetNameInfo)|Job$/;

interface PromisedTimers {
	setTimeout: (ms?: number, value?: unknown, options?: { signal?: AbortSignal }) => Promise<unknown>;
	setImmediate: (value?: unknown) => Promise<unknown>;
}
interface LoopMetrics {
	nodeTiming: { uvMetricsInfo: { events: number } };
}

class VirtualTimer {
	constructor(
		private readonly time: VirtualTime,
		readonly order: number,
		public dueMs: number,
		readonly everyMs: number | null,
		readonly afterMs: number,
		readonly call: () => void,
	) {}

	ref(): this {
		return this;
	}

	unref(): this {
		return this;
	}

	hasRef(): boolean {
		return true;
	}

	refresh(): this {
		this.time.again(this);
		return this;
	}

	close(): void {
		this.time.forget(this);
	}

	[Symbol.toPrimitive](): number {
		return this.order;
	}

	[Symbol.dispose](): void {
		this.time.forget(this);
	}
}

/**
 * The process's clocks and timers, jumping to the next timer whenever nothing else happens: the date, `performance.now`, `setTimeout`
 * and the like. What is simulated takes the time it says, and costs only what it computes; a slow machine changes no outcome.
 * Timers of Node's own (sockets, HTTP) stay real. One at a time in a process.
 */
export class VirtualTime {
	readonly #real = {
		setTimeout: globalThis.setTimeout,
		setInterval: globalThis.setInterval,
		setImmediate: globalThis.setImmediate,
		clearTimeout: globalThis.clearTimeout,
		clearInterval: globalThis.clearInterval,
		clearImmediate: globalThis.clearImmediate,
		Date: globalThis.Date,
		now: performance.now.bind(performance),
	};
	readonly #promised: PromisedTimers = createRequire(import.meta.url)("node:timers/promises");
	readonly #realPromised = { setTimeout: this.#promised.setTimeout, setImmediate: this.#promised.setImmediate };
	readonly #timers = new Set<VirtualTimer>();
	readonly #sinceMs = this.#real.now();
	readonly #epochMs = this.#real.Date.now() - this.#real.now();
	#nowMs = this.#sinceMs;
	#order = 0;
	readonly #immediates = new Set<NodeJS.Immediate>();
	#running = false;

	/** Takes the process's time over. */
	static install(): VirtualTime {
		const time = new VirtualTime();
		time.#install();
		return time;
	}

	/** Milliseconds since it was installed, by its own clock. */
	get elapsedMs(): number {
		return this.#nowMs - this.#sinceMs;
	}

	/** Gives the process its own time back. Timers that have not come due never do. */
	uninstall(): void {
		this.#running = false;
		this.#timers.clear();
		const { now, ...globals } = this.#real;
		Object.assign(globalThis, globals);
		Object.defineProperty(performance, "now", { value: now, configurable: true, writable: true });
		Object.assign(this.#promised, this.#realPromised);
		syncBuiltinESMExports();
	}

	forget(timer: unknown): void {
		if (timer instanceof VirtualTimer) this.#timers.delete(timer);
	}

	again(timer: VirtualTimer): void {
		timer.dueMs = this.#nowMs + timer.afterMs;
		this.#timers.add(timer);
	}

	#install(): void {
		const set = (call: (...args: unknown[]) => void, ms: unknown, args: unknown[], repeats: boolean) => {
			// As Node has it: at least a millisecond.
			const afterMs = Math.max(1, Number(ms) || 0);
			this.#order += 1;
			const timer = new VirtualTimer(this, this.#order, this.#nowMs + afterMs, repeats ? afterMs : null, afterMs, () => call(...args));
			this.#timers.add(timer);
			return timer;
		};
		const { setImmediate, clearTimeout, clearInterval, clearImmediate } = this.#real;
		const later = (call: (...args: unknown[]) => void, ...args: unknown[]) => {
			const immediate = setImmediate(() => {
				this.#immediates.delete(immediate);
				call(...args);
			});
			this.#immediates.add(immediate);
			return immediate;
		};
		const clear = (real: (timer: never) => void) => (timer: unknown) => {
			if (timer instanceof VirtualTimer) this.forget(timer);
			else if (timer !== undefined && timer !== null) real(timer as never);
		};
		const nowMs = () => this.#nowMs;
		const epochMs = () => Math.floor(this.#epochMs + this.#nowMs);
		Object.assign(globalThis, {
			setTimeout: (call: () => void, ms?: number, ...args: unknown[]) => set(call, ms, args, false),
			setInterval: (call: () => void, ms?: number, ...args: unknown[]) => set(call, ms, args, true),
			setImmediate: later,
			clearTimeout: clear(clearTimeout),
			clearInterval: clear(clearInterval),
			clearImmediate: (immediate: NodeJS.Immediate | undefined) => {
				if (immediate !== undefined) this.#immediates.delete(immediate);
				clearImmediate(immediate);
			},
			Date: new Proxy(this.#real.Date, {
				get: (target, name) => (name === "now" ? epochMs : Reflect.get(target, name)),
				construct: (target, args, caller) => Reflect.construct(target, args.length === 0 ? [epochMs()] : args, caller),
			}),
		});
		Object.defineProperty(performance, "now", { value: nowMs, configurable: true, writable: true });
		Object.assign(this.#promised, {
			setTimeout: (ms?: number, value?: unknown, { signal }: { signal?: AbortSignal } = {}) =>
				new Promise((resolve, reject) => {
					const end = () => {
						this.forget(timer);
						reject(
							Object.assign(new Error("The operation was aborted", { cause: signal?.reason }), { name: "AbortError", code: "ABORT_ERR" }),
						);
					};
					const done = () => {
						signal?.removeEventListener("abort", end);
						resolve(value);
					};
					const timer = set(done, ms, [], false);
					signal?.addEventListener("abort", end, { once: true });
					if (signal?.aborted) end();
				}),
			setImmediate: (value?: unknown) => new Promise((resolve) => later(() => resolve(value))),
		});
		syncBuiltinESMExports();
		this.#running = true;
		this.#turn(0, -1);
	}

	/** One turn of the loop: where enough of them passed without an event, the next timer is due. */
	#turn(quiet: number, events: number): void {
		this.#real.setImmediate(() => {
			if (!this.#running) return;
			const seen = (performance as unknown as LoopMetrics).nodeTiming.uvMetricsInfo.events;
			const still = seen === events && this.#immediates.size === 0;
			if (!still || quiet < QUIET_TURNS) return this.#turn(still ? quiet + 1 : 0, seen);
			if (process.getActiveResourcesInfo().some((name) => AT_WORK.test(name))) return this.#turn(0, seen);
			const next = this.#next();
			// In the loop's own time: what it throws is the process's, as it is with any timer.
			this.#turn(0, seen);
			if (next) this.#fire(next);
		});
	}

	#next(): VirtualTimer | undefined {
		let next: VirtualTimer | undefined;
		for (const timer of this.#timers) {
			if (!next || timer.dueMs < next.dueMs || (timer.dueMs === next.dueMs && timer.order < next.order)) next = timer;
		}
		return next;
	}

	#fire(timer: VirtualTimer): void {
		this.#nowMs = Math.max(this.#nowMs, timer.dueMs);
		if (timer.everyMs === null) this.#timers.delete(timer);
		else timer.dueMs = this.#nowMs + timer.everyMs;
		timer.call();
	}
}
