import { describe, expect, it } from "vitest";
import { compareVersions, formatVersion, isAtLeast, parseVersion, readVersion } from "./versions.ts";

describe("parseVersion", () => {
	it.each([
		["19.3.13", "19.3.13"],
		["20.10.24+dfsg1", "20.10.24"],
		["Docker version 20.10.24+dfsg1, build 297e128", "20.10.24"],
		["v1.18.9", "1.18.9"],
		["Kubernetes v1.20.2", "1.20.2"],
		["containerd github.com/containerd/containerd 1.6.20~ds1 1.6.20~ds1-1+deb12u3", "1.6.20"],
		["containerd github.com/containerd/containerd/v2 2.1.9+unknown ", "2.1.9"],
		["containerd github.com/containerd/containerd v1.4.3 269548fa27e0089a8b8278fc4fc781d7f65a939b", "1.4.3"],
		["containerd containerd.io 1.6.33 d2d58213f83a351ca8f528a95fbd145f5654e957", "1.6.33"],
		["1.4.13~ds1", "1.4.13"],
		["containerd://1.3.7", "1.3.7"],
		["docker://20.10.24", "20.10.24"],
		["crictl version v1.19.0", "1.19.0"],
		["v2.0.0-rc.1", "2.0.0-rc.1"],
		["v1.24.0-alpha.1.20+abcdef", "1.24.0-alpha.1.20"],
		["1.31", "1.31.0"],
		["v1.28.3-eks-4f4795d", "1.28.3"],
		["v1.20.5-aliyun.1", "1.20.5"],
	])("reads %j as %s", (text, version) => {
		expect(formatVersion(parseVersion(text))).toBe(version);
	});

	it("says so where there is none", () => {
		expect(readVersion("containerd (devel)")).toBeNull();
		expect(() => parseVersion("")).toThrow(expect.objectContaining({ code: "version.unreadable" }));
	});
});

describe("compareVersions", () => {
	it("orders releases and their candidates", () => {
		const sorted = ["2.0.0", "1.10.0", "2.0.0-rc.10", "1.9.3", "2.0.0-rc.2", "2.0.0-beta.0"].map(parseVersion).sort(compareVersions);
		expect(sorted.map(formatVersion)).toEqual(["1.9.3", "1.10.0", "2.0.0-beta.0", "2.0.0-rc.2", "2.0.0-rc.10", "2.0.0"]);
	});

	it("counts a candidate to its line", () => {
		expect(isAtLeast(parseVersion("2.0.0-rc.1"), 2, 0)).toBe(true);
		expect(isAtLeast(parseVersion("1.6.3"), 1, 6, 4)).toBe(false);
	});
});
