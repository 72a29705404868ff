import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect } from "vitest";
import {
	type Act,
	callsBack,
	changesPace,
	type Intent,
	letsGo,
	PEOPLE,
	renews,
	restarts,
	takes,
	time,
	triesAgain,
	worksOn,
	writes,
} from "./acts.ts";
import { carriedOut, looked, settled } from "./rollout.ts";
import { brokenRecord, expected, type System } from "./system.ts";
import { EVERY_RUN_STATE, type ModelState } from "./tables.ts";
import type { Beginning, Outcome, World } from "./world.ts";

/** How often each outcome came: a model of which most is never asked shows little. */
export type Reached = Map<Outcome, number>;

type Command = fc.AsyncCommand<World, System>;

/** A command compares the whole database with the world once it is done. */
abstract class Compared implements Command {
	/** What it was, once it is known. */
	protected said = "not run";

	constructor(private readonly reached: Reached) {}

	abstract check(world: Readonly<World>): boolean;
	protected abstract does(world: World, system: System): Promise<void>;

	async run(world: World, system: System): Promise<void> {
		await this.does(world, system);
		const seen = await system.seen();
		expect(brokenRecord(seen, world), this.said).toEqual([]);
		expect(seen, this.said).toEqual(expected(world));
	}

	protected came(outcome: Outcome): void {
		const kind = outcome.replace(/ \d+$/, "");
		this.reached.set(kind, (this.reached.get(kind) ?? 0) + 1);
	}

	toString(): string {
		return this.said;
	}
}

/** Somebody does one thing. */
class Alone extends Compared {
	constructor(
		reached: Reached,
		private readonly intent: Intent,
	) {
		super(reached);
	}

	check(world: Readonly<World>): boolean {
		return this.intent(world) !== null;
	}

	protected async does(world: World, system: System): Promise<void> {
		const act = acting(this.intent, world);
		this.said = act.name;
		const outcome = act.model(world);
		expect(await act.real(system), act.name).toBe(outcome);
		this.came(outcome);
	}
}

/** Two do something at the same moment: it must be as if one of them had been first. */
class Together extends Compared {
	constructor(
		reached: Reached,
		private readonly intents: readonly [Intent, Intent],
	) {
		super(reached);
	}

	check(world: Readonly<World>): boolean {
		return this.intents.every((intent) => intent(world) !== null);
	}

	protected async does(world: World, system: System): Promise<void> {
		const [a, b] = [acting(this.intents[0], world), acting(this.intents[1], world)];
		this.said = `at once: ${a.name} · ${b.name}`;
		const orders = [false, true].map((bFirst) => {
			const then = structuredClone(world);
			const first = bFirst ? b.model(then) : a.model(then);
			const second = bFirst ? a.model(then) : b.model(then);
			return { then, outcomes: bFirst ? [second, first] : [first, second] };
		});
		const outcomes = await Promise.all([a.real(system), b.real(system)]);
		const seen = await system.seen();
		const fits = orders.find((order) => isDeepStrictEqual(order.outcomes, outcomes) && isDeepStrictEqual(expected(order.then), seen));
		// Where neither fits the first one tells what should have been.
		Object.assign(world, (fits ?? orders[0])?.then);
		if (!fits) expect({ outcomes, seen }, this.said).toEqual({ outcomes: orders[0]?.outcomes, seen: expected(world) });
		for (const outcome of outcomes) this.came(outcome);
	}
}

/** A coordinator looks, and does what follows; somebody may do something in between. */
class Looks extends Compared {
	constructor(
		reached: Reached,
		private readonly which: 0 | 1,
		private readonly meanwhile: Intent | null,
	) {
		super(reached);
	}

	check(world: Readonly<World>): boolean {
		return this.meanwhile === null || this.meanwhile(world) !== null;
	}

	protected async does(world: World, system: System): Promise<void> {
		const decision = looked(world);
		const act = this.meanwhile ? acting(this.meanwhile, world) : null;
		const looksAtAll = !["draft", "scheduled", "done", "done-with-failures", "cancelled"].includes(world.migration.state);
		const between = looksAtAll ? act : null;
		this.said = `coordinator ${this.which} looks${between ? `, and meanwhile: ${between.name}` : ""}`;
		const outcome = between?.model(world);
		if (looksAtAll) carriedOut(world, decision);
		let really: Outcome | undefined;
		system.meanwhile = between
			? async () => {
					really = await between.real(system);
				}
			: null;
		await system.coordinators[this.which].tick();
		expect(really, this.said).toBe(outcome);
		if (outcome) this.came(outcome);
	}
}

/** Both coordinators look at the same time, until nothing follows any more: nothing is done twice. */
class BothSettle extends Compared {
	check(): boolean {
		return true;
	}

	protected async does(world: World, system: System): Promise<void> {
		this.said = "both coordinators look until nothing follows";
		settled(world);
		await system.settled();
	}
}

function acting(intent: Intent, world: Readonly<World>): Act {
	const act = intent(world);
	if (!act) throw new Error("nobody can do that here");
	return act;
}

const some = fc.nat({ max: 7 });
/** Once in so many. */
const rarely = (inHowMany: number) => fc.nat({ max: inHowMany - 1 }).map((one) => one === inHowMany - 1);

/** `planned`: whether a node that is tried again can be planned. */
const anotherTry = (planned: fc.Arbitrary<boolean>): fc.Arbitrary<Intent> =>
	fc.tuple(fc.constantFrom("failed" as const, "not-started" as const), planned).map(([which, can]) => triesAgain(which, can));
const personWith = (planned: fc.Arbitrary<boolean>): fc.Arbitrary<Intent> =>
	fc.oneof(
		{
			weight: 6,
			arbitrary: fc.constantFrom(...(["pause", "resume", "resume", "stop", "cancel", "start"] as const)).map((name) => () => PEOPLE[name]),
		},
		{ weight: 2, arbitrary: some.map(callsBack) },
		{ weight: 3, arbitrary: anotherTry(planned) },
		{ weight: 1, arbitrary: fc.integer({ min: 1, max: 3 }).map(changesPace) },
	);
const anyPerson = personWith(rarely(4).map((not) => !not));
const anyTransition = fc
	.record({
		n: some,
		anyLease: rarely(4),
		to: fc.oneof(fc.constant(0), some),
		anywhere: fc.option(fc.record({ from: fc.nat(15), to: fc.nat(15) }), { freq: 6 }),
	})
	.map(({ n, anyLease, to, anywhere }) => worksOn(n, anyLease, to, anywhere));
const anyClaim = fc.tuple(some, rarely(5)).map(([n, again]) => takes(n, again));
const anyWorker: fc.Arbitrary<Intent> = fc.oneof(
	{ weight: 4, arbitrary: anyClaim },
	{ weight: 10, arbitrary: anyTransition },
	{ weight: 2, arbitrary: fc.tuple(some, rarely(2)).map(([n, any]) => letsGo(n, any)) },
	{ weight: 1, arbitrary: fc.tuple(some, rarely(2)).map(([n, any]) => renews(n, any)) },
	{
		weight: 2,
		arbitrary: fc
			.tuple(some, rarely(2), fc.constantFrom("note" as const, "patch" as const, "log" as const))
			.map(([n, any, what]) => writes(n, any, what)),
	},
);
const anyTime = fc.constantFrom(5_000, 31_000, 31_000, -60_000).map(time);

const three = (state: fc.Arbitrary<ModelState>) => fc.array(state, { minLength: 3, maxLength: 3 });

/** Somewhere on its way: a life that began with a start alone would hardly come to its end. */
export const anyBeginning: fc.Arbitrary<Beginning> = fc
	.record({
		migration: fc.oneof(
			{ weight: 4, arbitrary: fc.constant("running" as const) },
			{
				weight: 1,
				arbitrary: fc.constantFrom("draft" as const, "paused" as const, "held" as const, "stopping" as const, "cancelling" as const),
			},
		),
		runs: fc.oneof(
			{
				weight: 3,
				arbitrary: three(
					fc.oneof(
						{ weight: 2, arbitrary: fc.constantFrom("queued" as const, "prepared" as const) },
						{ weight: 1, arbitrary: fc.constantFrom(...EVERY_RUN_STATE) },
					),
				),
			},
			// Nearly over: what comes right before its end is a moment that lives seldom have.
			{ weight: 1, arbitrary: three(fc.constantFrom("done" as const, "failed" as const, "reverted" as const, "not-started" as const)) },
		),
		maxUnavailable: fc.integer({ min: 1, max: 2 }),
		maxFailures: fc.integer({ min: 0, max: 1 }),
	})
	.map((given) => (given.migration === "draft" ? { ...given, runs: given.runs.map(() => "queued" as const) } : given));

/** Sequences of what workers, people, coordinators and the clock do. */
export function anyLife(reached: Reached): fc.Arbitrary<Iterable<Command>> {
	const alone = (intent: fc.Arbitrary<Intent>) => intent.map((one) => new Alone(reached, one));
	const looks = (meanwhile: fc.Arbitrary<Intent | null>) =>
		fc.tuple(fc.constantFrom(0 as const, 1 as const), meanwhile).map(([which, intent]) => new Looks(reached, which, intent));
	// What another has tried again at the same moment is not tried twice, also where it could not be planned: that is no order of the two.
	const twice = fc.oneof(personWith(fc.constant(true)), anyClaim, anyTransition).map((intent) => new Together(reached, [intent, intent]));
	// Two different transitions by one lease at once are no case: its executor makes one after the other.
	const crossing = fc.tuple(anyTransition, some.map(callsBack)).map((pair) => new Together(reached, pair));
	const weighted = (weight: number, arbitrary: fc.Arbitrary<Command>) => Array.from({ length: weight }, () => arbitrary);
	return fc.commands<World, System, false>(
		[
			...weighted(8, alone(anyWorker)),
			...weighted(2, alone(anyPerson)),
			...weighted(1, alone(anyTime)),
			...weighted(1, alone(rarely(3).map((yes) => (yes ? restarts : time(5_000))))),
			...weighted(3, looks(fc.constant(null))),
			...weighted(2, looks(fc.oneof(anyPerson, anyWorker))),
			...weighted(2, looks(anotherTry(fc.constant(true)))),
			...weighted(
				2,
				fc.constant(null).map(() => new BothSettle(reached)),
			),
			...weighted(1, twice),
			...weighted(1, crossing),
		] as fc.Arbitrary<Command>[],
		{ maxCommands: 40, size: "max" },
	) as unknown as fc.Arbitrary<Iterable<Command>>;
}
