import { said } from "../../codes.ts";
import { claim, type HeldLease, releaseAll } from "../../leases.ts";
import { FACTS } from "../migrations.ts";
import { cancelled, nextId, paceChanged, paused, resumed, runCancelled, started, stopped, triedAgain } from "./people.ts";
import { outcomeOf, type System } from "./system.ts";
import { CALLED_BACK, EVERY_RUN_STATE, LOOKED_AT_AGAIN, type ModelState, RUN_FOLLOWS, WORKED_ON } from "./tables.ts";
import { claimed, type ModelRun, type Outcome, released, renewed, restarted, runOf, transitioned, type World, written } from "./world.ts";

/** One thing that somebody does: what must come of it, and doing it. */
export interface Act {
	name: string;
	model(world: World): Outcome;
	real(system: System): Promise<Outcome>;
}

/** An act of which the details are numbers, and what they mean is said by the world in which it is done; null where it has no place there. */
export type Intent = (world: World) => Act | null;

/** Whoever may be claimed by a worker, and one that has ended by somebody who looks again. */
const CLAIMED: readonly ModelState[] = [...WORKED_ON, "prepared"];
const LINE = Buffer.from("line\n");
/** More attempts show nothing more. */
const MOST_ATTEMPTS = 4;

const nth = <T>(all: readonly T[], n: number): T | undefined => all[n % Math.max(1, all.length)];

export const takes =
	(n: number, again: boolean): Intent =>
	(world) => {
		const states = again ? LOOKED_AT_AGAIN : CLAIMED;
		const run = nth(again ? world.runs : favoured(world, (one) => states.includes(one.state)), n);
		return run ? taking(run.id, states) : null;
	};

function taking(runId: string, states: readonly ModelState[]): Act {
	return {
		name: `claim ${runId}`,
		model: (world) => claimed(world, runId, states),
		async real({ db, leases, now }) {
			const lease = await claim(db, runId, states, now);
			if (!lease) return "not free";
			leases.push(lease);
			return `fence ${lease.fence}`;
		},
	};
}

/** Those that something can come of, or all where there are none of them: where most acts are refused the model shows little. */
function favoured(world: World, which: (run: ModelRun) => boolean): ModelRun[] {
	const some = world.runs.filter(which);
	return some.length > 0 ? some : world.runs;
}

/** A lease that still holds or, every now and then, whichever it is. */
function leaseAt(world: World, n: number, anyLease: boolean): number | undefined {
	const all = world.leases.map((_, index) => index);
	const live = all.filter((index) => world.runs.some((run) => run.lease === index));
	return anyLease || live.length === 0 ? nth(all, n) : nth(live, n);
}

function held(leases: readonly HeldLease[], lease: number): HeldLease {
	const one = leases[lease];
	if (!one) throw new Error(`nobody was given lease ${lease}`);
	return one;
}

/** What only the holder of a lease does. */
function byHolder(n: number, anyLease: boolean, act: (lease: number, run: ModelRun) => Act): Intent {
	return (world) => {
		const lease = leaseAt(world, n, anyLease);
		return lease === undefined ? null : act(lease, runOf(world, world.leases[lease]?.runId ?? ""));
	};
}

/** The worker takes its run further: where the table says that it may go, or wherever. */
export const worksOn = (n: number, anyLease: boolean, to: number, anywhere: { from: number; to: number } | null): Intent =>
	byHolder(n, anyLease, (lease, run) => {
		const from = (anywhere ? nth(EVERY_RUN_STATE, anywhere.from) : null) ?? run.state;
		// Most lists begin with the way forward.
		const target = (anywhere ? nth(EVERY_RUN_STATE, anywhere.to) : nth<ModelState>(RUN_FOLLOWS[run.state], to)) ?? "preparing";
		return moving(lease, from, target);
	});

function moving(lease: number, from: ModelState, to: ModelState): Act {
	return {
		name: `lease ${lease}: ${from} -> ${to}`,
		model: (world) => transitioned(world, lease, from, to),
		real: ({ store, leases }) => outcomeOf(store.transition(held(leases, lease), from, to, said("run.cleaning"))),
	};
}

export const renews = (n: number, anyLease: boolean): Intent =>
	byHolder(n, anyLease, (lease) => ({
		name: `lease ${lease} is renewed`,
		model: (world) => renewed(world, lease),
		real: async ({ leases }) => ((await leases[lease]?.renew()) ? "kept" : "gone"),
	}));

export const letsGo = (n: number, anyLease: boolean): Intent =>
	byHolder(n, anyLease, (lease) => ({
		name: `lease ${lease} is handed back`,
		model: (world) => released(world, lease),
		real: ({ leases }) => outcomeOf(held(leases, lease).release()),
	}));

export const writes = (n: number, anyLease: boolean, what: "note" | "patch" | "log"): Intent =>
	byHolder(n, anyLease, (lease, { id }) => ({
		name: `lease ${lease} writes a ${what}`,
		model: (world) =>
			written(world, lease, (run) => {
				if (what === "note") run.events.push({ code: "run.cancel-too-late" });
				if (what === "patch") run.cordoned = true;
				if (what === "log") run.logBytes += LINE.length;
			}),
		real({ store, leases }) {
			const by = held(leases, lease);
			if (what === "note") return outcomeOf(store.note(by, said("run.cancel-too-late", { node: "node1" })));
			if (what === "patch") return outcomeOf(store.patch(by, { cordonedByUs: true }));
			return outcomeOf(store.logEnd(id).then(({ generation, bytes }) => store.appendLog(by, generation, bytes, LINE)));
		},
	}));

/** A clock goes on, or is put right: then also backwards. */
export const time =
	(ms: number): Intent =>
	() => ({
		name: `${ms / 1000} s pass`,
		model(world) {
			world.nowMs += ms;
			return "ok";
		},
		async real(system) {
			system.passed(ms);
			return "ok";
		},
	});

export const restarts: Intent = () => ({
	name: "the console is killed and begins again",
	model: restarted,
	async real(system) {
		system.restarted();
		return outcomeOf(releaseAll(system.db));
	},
});

const asked = (name: string, model: (world: World) => Outcome, real: (system: System) => Promise<unknown>): Act => ({
	name: `a person: ${name}`,
	model,
	real: (system) => outcomeOf(real(system)),
});

export const PEOPLE: Record<"start" | "pause" | "resume" | "stop" | "cancel", Act> = {
	start: asked("start", started, ({ change, migrationId }) => change.start(migrationId, "ann")),
	pause: asked("pause", paused, ({ change, migrationId }) => change.pause(migrationId, "ann")),
	resume: asked("resume", resumed, ({ change, migrationId }) => change.resume(migrationId, "ann")),
	stop: asked("stop", stopped, ({ change, migrationId }) => change.stop(migrationId, "ann")),
	cancel: asked("cancel", cancelled, ({ change, migrationId }) => change.cancel(migrationId, "ann")),
};

export const callsBack =
	(n: number): Intent =>
	(world) => {
		const run = nth(
			favoured(world, ({ state }) => state === "queued" || CALLED_BACK.includes(state)),
			n,
		);
		return run
			? asked(
					`cancel ${run.id}`,
					(now) => runCancelled(now, run.id),
					({ change }) => change.cancelRun(run.id, "ann"),
				)
			: null;
	};

export const triesAgain =
	(which: "failed" | "not-started", planned: boolean): Intent =>
	(world) =>
		world.runs.some((run) => run.attempt >= MOST_ATTEMPTS)
			? null
			: asked(
					`try again what is ${which}${planned ? "" : ", and nothing can be planned"}`,
					(now) => triedAgain(now, which, planned),
					({ change, migrationId, plan, now }) =>
						change.tryAgain(migrationId, which, "ann", async ({ id, nodeId, attempt, position }) => ({
							id: nextId(id),
							migrationId,
							nodeId,
							nodeName: nodeId,
							direction: "migrate",
							position,
							attempt: attempt + 1,
							previousId: id,
							state: planned ? "queued" : "skipped",
							fromRuntime: plan.runtimeFrom,
							toRuntime: plan.runtimeTo,
							...(planned ? { plan: JSON.parse(JSON.stringify(plan)), facts: JSON.parse(JSON.stringify(FACTS)) } : { endedAt: now() }),
						})),
				);

export const changesPace =
	(maxUnavailable: number): Intent =>
	() =>
		asked(
			`${maxUnavailable} may be out`,
			(world) => paceChanged(world, maxUnavailable),
			(system) => system.changePace(maxUnavailable),
		);
