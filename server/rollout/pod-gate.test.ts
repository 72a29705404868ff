import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FailingOwner, failingLabel, MOST_NOTED, newlyFailing, notedAfter, type PodNote } from "./pod-gate.ts";

const fails = (owner: string, ...nodes: string[]): FailingOwner => ({ owner, why: "CrashLoopBackOff", nodes });
const touched = (nodes: string[] = [], owners: string[] = []) => ({ nodes: new Set(nodes), owners: new Set(owners) });
const note = (more: Partial<PodNote> = {}): PodNote => ({ wave: "batch 1", current: [], previous: [], accepted: [], ...more });

const anyOwner = fc.constantFrom("a/Deployment/web", "a/DaemonSet/agent", "b/Pod/bare", "b/StatefulSet/db", "c/CronJob/night");
const anyNode = fc.constantFrom("n1", "n2", "n3");
const anyFailing = fc.uniqueArray(
	fc.record({ owner: anyOwner, why: fc.constant("Failed"), nodes: fc.uniqueArray(anyNode, { maxLength: 2 }) }),
	{ selector: ({ owner }) => owner },
);
const anyTouched = fc.record({
	nodes: fc.uniqueArray(anyNode).map((names) => new Set(names)),
	owners: fc.uniqueArray(anyOwner).map((names) => new Set(names)),
});
const anyNote = fc.record({
	wave: fc.constantFrom("canary 1", "batch 1"),
	current: fc.uniqueArray(anyOwner),
	previous: fc.uniqueArray(anyOwner),
	accepted: fc.uniqueArray(anyOwner),
});

describe("newlyFailing", () => {
	it("finds who fails on a node of the migration, or was evicted by it, and nobody else", () => {
		const failing = [fails("a/Deployment/web", "n1"), fails("a/Deployment/far", "n9"), fails("a/Deployment/homeless")];
		expect(newlyFailing(note(), failing, touched(["n1"])).map(({ owner }) => owner)).toEqual(["a/Deployment/web"]);
		expect(newlyFailing(note(), failing, touched([], ["a/Deployment/homeless"])).map(({ owner }) => owner)).toEqual([
			"a/Deployment/homeless",
		]);
	});

	it("finds nobody who failed before, in this wave or the one before, or whom a person has accepted, and nobody before the first look", () => {
		const failing = [fails("a/Deployment/web", "n1")];
		for (const known of ["current", "previous", "accepted"])
			expect(newlyFailing(note({ [known]: ["a/Deployment/web"] }), failing, touched(["n1"]))).toEqual([]);
		expect(newlyFailing(null, failing, touched(["n1"]))).toEqual([]);
	});

	it("of any cluster: is exactly the failing ones that are neither known nor out of this migration's reach", () => {
		fc.assert(
			fc.property(anyNote, anyFailing, anyTouched, (before, failing, hands) => {
				const found = new Set(newlyFailing(before, failing, hands));
				for (const one of failing) {
					const known = [...before.current, ...before.previous, ...before.accepted].includes(one.owner);
					const ours = hands.owners.has(one.owner) || one.nodes.some((node) => hands.nodes.has(node));
					expect(found.has(one)).toBe(!known && ours);
				}
			}),
		);
	});
});

describe("notedAfter", () => {
	it("of any looks: what was just noted is not new, what a person accepted stays accepted, and no note grows past its bound", () => {
		fc.assert(
			fc.property(
				fc.option(anyNote),
				fc.constantFrom("canary 1", "batch 1", "batch 2"),
				anyFailing,
				anyTouched,
				(before, wave, failing, hands) => {
					const after = notedAfter(before, wave, failing);
					expect(newlyFailing(after, failing, hands)).toEqual([]);
					expect(after.accepted).toEqual(before?.accepted ?? []);
					expect(after.wave).toBe(wave);
				},
			),
		);
		const many = Array.from({ length: MOST_NOTED + 10 }, (_, index) => fails(`a/Deployment/d${index}`));
		expect(notedAfter(null, "batch 1", many).current).toHaveLength(MOST_NOTED);
	});

	it("remembers one wave further who failed, for whoever happened to run at that look, and then no more", () => {
		const first = notedAfter(null, "batch 1", [fails("a/Deployment/web")]);
		const within = notedAfter(first, "batch 1", []);
		const second = notedAfter(within, "batch 2", []);
		const third = notedAfter(second, "batch 3", []);
		const known = [within, second, third].map(
			(each) => newlyFailing(each, [fails("a/Deployment/web", "n1")], touched(["n1"])).length === 0,
		);
		expect(known).toEqual([true, true, false]);
	});
});

it("names who fails for people", () => {
	expect(failingLabel(fails("default/Deployment/web"))).toBe("Deployment default/web (CrashLoopBackOff)");
});
