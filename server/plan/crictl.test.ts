import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Facts } from "../../lib/contracts/facts.ts";
import { parseProbe } from "../probe/parse.ts";
import { pickCrictl } from "./crictl.ts";

const recorded = parseProbe(readFileSync(new URL("../probe/fixtures/bookworm-dockershim.txt", import.meta.url), "utf8"));

function node(kubelet: string | null, containerd: string): Facts {
	const facts = structuredClone(recorded);
	facts.kubelet.version = kubelet === null ? { known: false, reason: "not read" } : { known: true, value: kubelet };
	facts.containerd.version = { known: true, value: containerd };
	return facts;
}
const picked = (facts: Facts, ...versions: string[]) =>
	pickCrictl(
		facts,
		versions.map((version) => ({ version })),
	)?.version ?? null;

describe("pickCrictl", () => {
	it("takes the archive of the kubelet's own minor version, whatever its patch, and the newest of these", () => {
		expect(picked(node("v1.20.15", "1.6.20"), "v1.19.0", "v1.20.0", "v1.21.0")).toBe("v1.20.0");
		expect(picked(node("v1.28.2", "1.7.13"), "v1.28.0", "v1.30.0", "v1.28.1")).toBe("v1.28.1");
	});

	it("takes the nearest where there is none of it", () => {
		expect(picked(node("v1.20.2", "1.6.20"), "v1.24.2", "v1.28.0")).toBe("v1.24.2");
		expect(picked(node("v1.30.0", "1.7.13"), "v1.26.0", "v1.29.0")).toBe("v1.29.0");
	});

	it("takes one that can speak to containerd before one that is near", () => {
		// 1.26 speaks CRI v1 alone, which containerd has from 1.6 on.
		expect(picked(node("v1.26.0", "1.5.9"), "v1.26.0", "v1.20.0")).toBe("v1.20.0");
		// 1.23 speaks v1alpha2 alone, which containerd 2 has no more.
		expect(picked(node("v1.23.0", "2.1.0"), "v1.23.0", "v1.28.0")).toBe("v1.28.0");
		expect(picked(node("v1.23.0", "2.1.0"), "v1.23.0", "")).toBe("");
	});

	it("takes one that does not fit rather than none, so that preflight can say why, and none where there is none", () => {
		expect(picked(node("v1.26.0", "1.5.9"), "v1.28.0", "v1.27.0")).toBe("v1.27.0");
		expect(picked(node("v1.26.0", "1.7.0"))).toBeNull();
	});

	it("takes the newest where the kubelet does not tell its version, and one without a version last", () => {
		expect(picked(node(null, "1.6.20"), "v1.24.0", "v1.28.0")).toBe("v1.28.0");
		expect(picked(node("v1.20.2", "1.6.20"), "", "v1.28.0")).toBe("v1.28.0");
	});
});
