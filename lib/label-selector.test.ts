import fc from "fast-check";
import { expect, it } from "vitest";
import { matchesLabels, parseLabelSelector } from "./label-selector.ts";

const matches = (labels: Record<string, string>, selector: string) => matchesLabels(labels, parseLabelSelector(selector));

it("takes presence, absence, equality and their opposites, several at once", () => {
	const labels = { "topology.kubernetes.io/zone": "a", gpu: "" };
	for (const yes of [
		"gpu",
		"!disk",
		"topology.kubernetes.io/zone=a",
		"gpu=",
		"gpu==",
		"disk!=ssd",
		" gpu , topology.kubernetes.io/zone = a",
	]) {
		expect([yes, matches(labels, yes)]).toEqual([yes, true]);
	}
	for (const no of ["disk", "!gpu", "topology.kubernetes.io/zone=b", "gpu=1", "topology.kubernetes.io/zone!=a", "gpu,disk"]) {
		expect([no, matches(labels, no)]).toEqual([no, false]);
	}
});

it("does not take what every object inherits for a label", () => {
	expect(matches({}, "constructor")).toBe(false);
});

it("says nothing while there is no key, and never throws", () => {
	for (const nothing of ["", " ", ",", "=", "!", "==a"]) expect(parseLabelSelector(nothing)).toEqual([]);
	fc.assert(fc.property(fc.string(), (text) => Array.isArray(parseLabelSelector(text))));
});

it("finds a label by its own key and value, and not by the opposite", () => {
	const word = fc.stringMatching(/^[a-z0-9]([a-z0-9./-]{0,20}[a-z0-9])?$/);
	fc.assert(
		fc.property(word, word, (key, value) => {
			expect([matches({ [key]: value }, `${key}=${value}`), matches({ [key]: value }, `${key}!=${value}`)]).toEqual([true, false]);
		}),
	);
});
