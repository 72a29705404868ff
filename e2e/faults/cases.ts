import { createHash } from "node:crypto";
import type { Case } from "./case.ts";
import { type Fault, faultName } from "./fault.ts";
import { isForward, type Moment, momentName } from "./moments.ts";
import { seeded } from "./random.ts";
import { calledBackAt, type Scenario } from "./scenario.ts";
import type { Shape } from "./shape.ts";

/** The boundaries that a run passes where nothing goes wrong. */
export interface Reference {
	scenario: Scenario;
	shape: Shape;
	moments: readonly Moment[];
}

export interface Wanted {
	/** `family`, or `family/name`. */
	only?: string | undefined;
	/** A step, or `begin step`, `end step`. */
	moment?: string | undefined;
	scenario?: string | undefined;
	shape?: string | undefined;
}

/** Every fault at every boundary of every scenario where it makes sense, each on one shape that the seed chooses. */
export function allCases(seed: number, faults: readonly Fault[], references: readonly Reference[], wanted: Wanted = {}): Case[] {
	const cases: Case[] = [];
	for (const fault of faults) {
		const name = faultName(fault);
		if (wanted.only !== undefined && wanted.only !== name && wanted.only !== fault.family) continue;
		for (const [key, several] of byMoment(references)) {
			const [scenario, moment] = key;
			if (wanted.scenario !== undefined && wanted.scenario !== scenario) continue;
			if (wanted.moment !== undefined && ![moment.step, momentName(moment)].includes(wanted.moment)) continue;
			// A way back that is walked has its own boundaries; those before it are the other scenarios'.
			if ((calledBackAt(scenario) !== null) === isForward(moment) || fault.appliesTo?.(moment, scenario) === false) continue;
			const shapes = several.filter((shape) => fault.shapes?.includes(shape) ?? true);
			const chosen = wanted.shape
				? shapes.filter((shape) => shape === wanted.shape)
				: oneOf(shapes, [seed, name, scenario, momentName(moment)]);
			for (const shape of chosen)
				cases.push({ seed: seedOf([seed, name, scenario, shape, momentName(moment)]), fault: name, scenario, shape, moment });
		}
	}
	return cases;
}

/** At most `count` of them, as many of each fault as of any other while they last; which ones, the seed says. */
export function sample(cases: readonly Case[], seed: number, count: number): Case[] {
	const byFault = new Map<string, Case[]>();
	for (const each of shuffled(cases, seed)) byFault.set(each.fault, [...(byFault.get(each.fault) ?? []), each]);
	const chosen: Case[] = [];
	for (let round = 0; chosen.length < Math.min(count, cases.length); round++) {
		for (const several of byFault.values()) {
			const next = several[round];
			if (next && chosen.length < count) chosen.push(next);
		}
	}
	return chosen;
}

/** What to type to see one case again. `seed` is the run's, not the case's. */
export function commandOf(seed: number, { fault, scenario, shape, moment }: Case): string {
	return `npm run faults -- --seed ${seed} --only ${fault} --scenario ${scenario} --shape ${shape} --moment "${momentName(moment)}"`;
}

function byMoment(references: readonly Reference[]): Map<[Scenario, Moment], Shape[]> {
	const found = new Map<string, [[Scenario, Moment], Shape[]]>();
	for (const { scenario, shape, moments } of references) {
		for (const moment of moments) {
			const name = `${scenario} ${momentName(moment)}`;
			const [, shapes] = found.get(name) ?? [];
			if (shapes) shapes.push(shape);
			else found.set(name, [[scenario, moment], [shape]]);
		}
	}
	return new Map([...found.values()].map(([key, shapes]) => [key, [...new Set(shapes)]]));
}

function seedOf(words: readonly (string | number)[]): number {
	return createHash("sha256").update(words.join("\n")).digest().readUInt32BE(0);
}

function oneOf<T>(several: readonly T[], words: readonly (string | number)[]): T[] {
	const chosen = several[Math.floor(seeded(seedOf(words))() * several.length)];
	return chosen === undefined ? [] : [chosen];
}

function shuffled<T>(several: readonly T[], seed: number): T[] {
	const random = seeded(seed);
	const rest = [...several];
	for (let at = rest.length - 1; at > 0; at--) {
		const other = Math.floor(random() * (at + 1));
		[rest[at], rest[other]] = [rest[other] as T, rest[at] as T];
	}
	return rest;
}
