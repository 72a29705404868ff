import { describe, expect, it } from "vitest";
import type { FlagPlace } from "../../../lib/contracts/facts.ts";
import { fileWith } from "../../preflight/fixtures/node.ts";
import { RuntimeError } from "../errors.ts";
import { KUBELET_FLAGS_FIXTURES, type KubeletFlagsFixture } from "../fixtures/kubelet-flags.ts";
import { planKubeletFlags } from "./plan.ts";

function placesOf(fixture: KubeletFlagsFixture, texts: Readonly<Record<string, string>> = {}): FlagPlace[] {
	return fixture.places.map(({ kind, path, text }) => {
		const found = texts[path] ?? text;
		return { kind, file: found === null ? fileWith(path, "", { state: "absent", contentBase64: null }) : fileWith(path, found) };
	});
}

describe("kubelet flags in the field", () => {
	it.each(KUBELET_FLAGS_FIXTURES.map((fixture) => [fixture.name, fixture] as const))("%s", (_, fixture) => {
		const kubeletVersion = fixture.kubelet ?? "v1.20.2";
		const plan = (texts?: Record<string, string>) =>
			planKubeletFlags({ places: placesOf(fixture, texts), kubeletVersion, target: "containerd" });
		if ("code" in fixture.expected) {
			const { code } = fixture.expected;
			expect(() => plan()).toThrow(expect.objectContaining({ code }));
			expect(() => plan()).toThrow(RuntimeError);
			return;
		}
		const texts = Object.fromEntries(plan().edits.map(({ path, text }) => [path, text]));
		expect(texts).toEqual(fixture.expected);
		// Planned again nothing is left to do, and no place holds what must be gone.
		expect(plan(texts).edits).toEqual([]);
		const after = placesOf(fixture, texts).map(({ file }) => atob(file.contentBase64 ?? ""));
		for (const flag of plan().mustNotHave) {
			for (const text of after) expect(text.split(/[\s"'=]/), flag).not.toContain(flag);
		}
	});
});
