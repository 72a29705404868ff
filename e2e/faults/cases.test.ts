import { expect, it } from "vitest";
import { allCases, commandOf, type Reference, sample } from "./cases.ts";
import type { Fault } from "./fault.ts";
import { momentName } from "./moments.ts";

const inject = async () => {};
const FAULTS: Fault[] = [
	{ name: "one", family: "node", what: "", inject },
	{ name: "two", family: "node", what: "", inject, appliesTo: ({ step }) => step === "commit" },
	{ name: "three", family: "cluster", what: "", inject, shapes: ["el7"] },
];
const moments = (...steps: string[]) => steps.flatMap((step) => [{ step, edge: "begin" } as const, { step, edge: "end" } as const]);
const REFERENCES: Reference[] = [
	{ scenario: "migrate", shape: "bookworm", moments: moments("cordon", "commit") },
	{ scenario: "migrate", shape: "el7", moments: moments("cordon", "commit", "release-addresses") },
	{ scenario: "migrate-going-back", shape: "bookworm", moments: moments("cordon", "revert:restore-files") },
];
const words = (cases: ReturnType<typeof allCases>) =>
	cases.map(({ fault, scenario, shape, moment }) => [fault, scenario, shape, momentName(moment)].join(" "));

it("tries every fault at every boundary where it makes sense, once", () => {
	const all = words(allCases(1, FAULTS, REFERENCES));
	const of = (fault: string) => all.filter((each) => each.startsWith(`${fault} `));
	expect(of("node/one").map((each) => each.replace(/ (bookworm|el7) /, " "))).toEqual([
		"node/one migrate begin cordon",
		"node/one migrate end cordon",
		"node/one migrate begin commit",
		"node/one migrate end commit",
		"node/one migrate begin release-addresses",
		"node/one migrate end release-addresses",
		"node/one migrate-going-back begin revert:restore-files",
		"node/one migrate-going-back end revert:restore-files",
	]);
	expect(of("node/two")).toHaveLength(2);
	expect(of("cluster/three").every((each) => each.includes(" el7 "))).toBe(true);
	expect(of("node/one").find((each) => each.endsWith("end release-addresses"))).toContain(" el7 ");
});

it("chooses the same by the same seed, and other shapes and chances by another", () => {
	const seeds = [1, 2, 3, 4, 5, 6].map((seed) => allCases(seed, FAULTS, REFERENCES));
	expect(allCases(1, FAULTS, REFERENCES)).toEqual(seeds[0]);
	expect(new Set(seeds.map((cases) => words(cases).join())).size).toBeGreaterThan(1);
	expect(new Set(seeds.map((cases) => cases[0]?.seed)).size).toBe(6);
	const [first = []] = seeds;
	expect(sample(first, 1, 5)).toEqual(sample(first, 1, 5));
	expect(sample(first, 1, 5)).not.toEqual(sample(first, 2, 5));
});

it("samples each fault as often as any other while it has cases, and no case twice", () => {
	const chosen = sample(allCases(1, FAULTS, REFERENCES), 7, 6);
	const count = (fault: string) => chosen.filter((each) => each.fault === fault).length;
	expect([count("node/one"), count("node/two"), count("cluster/three")]).toEqual([2, 2, 2]);
	const all = allCases(1, FAULTS, REFERENCES);
	expect(new Set(words(sample(all, 7, 1_000)))).toEqual(new Set(words(all)));
	// A smaller sample is the beginning of a larger one: what is drawn further is new.
	expect(sample(all, 7, 1_000).slice(0, chosen.length)).toEqual(chosen);
});

it("finds one case again by the command that it prints", () => {
	for (const given of allCases(9, FAULTS, REFERENCES)) {
		const { only, scenario, shape, moment } =
			/--seed 9 --only (?<only>\S+) --scenario (?<scenario>\S+) --shape (?<shape>\S+) --moment "(?<moment>[^"]+)"/.exec(commandOf(9, given))
				?.groups ?? {};
		expect(allCases(9, FAULTS, REFERENCES, { only, scenario, shape, moment })).toEqual([given]);
	}
});
