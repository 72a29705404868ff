import { describe, expect, it } from "vitest";
import { keepsFromProxy } from "./no-proxy.ts";

describe("keepsFromProxy", () => {
	it.each([
		["10.96.0.0/12", "10.96.0.10", true],
		["localhost, 10.96.0.0/12 ,.cluster.local", "10.111.255.255", true],
		["10.96.0.0/12", "10.112.0.1", false],
		["10.96.0.10", "10.96.0.10", true],
		["10.96.0.1", "10.96.0.10", false],
		// That port alone.
		["10.96.0.10:5000", "10.96.0.10", false],
		["*", "10.96.0.10", true],
		["", "10.96.0.10", false],
		[".cluster.local,svc", "10.96.0.10", false],
		["0.0.0.0/0", "10.96.0.10", true],
		["10.96.0.0/33", "10.96.0.10", false],
		["10.96.0.0/12/4", "10.96.0.10", false],
		["10.96.0.*", "10.96.0.10", false],
		["fd00:10:96::/112", "fd00:10:96::a", true],
		["fd00:10:96::/112", "fd00:10:97::a", false],
		["10.96.0.0/12", "fd00:10:96::a", false],
		["*", "coredns", false],
	])("NO_PROXY=%s and %s: %s", (noProxy, address, kept) => {
		expect(keepsFromProxy(noProxy, address)).toBe(kept);
	});
});
