import { describe, expect, it } from "vitest";
import { crictlFit, defaultPauseImage, KUBELET_LINES, kubeletLine, pairAllowed } from "./matrix.ts";

describe("pairAllowed", () => {
	it.each([
		["v1.18.9", "1.3.7", "warn", "unmaintained-line"],
		["v1.18.9", "1.4.3", "ok", "in-matrix"],
		["v1.20.2", "containerd github.com/containerd/containerd 1.6.20~ds1 1.6.20~ds1-1+deb12u1", "ok", "in-matrix"],
		["v1.20.2", "1.4.13~ds1", "ok", "in-matrix"],
		["v1.20.2", "containerd github.com/containerd/containerd/v2 2.1.9+unknown ", "block", "cri-v1alpha2-removed"],
		["v1.22.17", "2.0.0-rc.1", "block", "cri-v1alpha2-removed"],
		["v1.22.17", "1.2.13", "block", "containerd-too-old"],
		["v1.23.1", "1.4.13", "block", "containerd-too-old"],
		["v1.23.1", "1.7.2", "ok", "in-matrix"],
		["v1.23.1", "2.0.1", "warn", "outside-tested-pairs"],
		["v1.24.0", "1.5.11", "block", "containerd-too-old"],
		["v1.26.0", "1.6.2", "block", "cni-versions-defect"],
		["v1.26.0", "1.6.4", "ok", "in-matrix"],
		["v1.30.4", "2.1.0", "ok", "in-matrix"],
		["v1.35.0", "1.7.24", "warn", "outside-tested-pairs"],
		["v1.35.0", "1.6.39", "block", "containerd-too-old"],
		["v1.36.1", "1.7.33", "block", "containerd-too-old"],
		["v1.38.0", "2.3.1", "ok", "in-matrix"],
	])("kubelet %s on containerd %s: %s (%s)", (kubelet, containerd, verdict, reason) => {
		expect(pairAllowed(kubelet, containerd)).toEqual({ verdict, reason });
	});
});

describe("crictlFit", () => {
	it.each([
		["v1.20.0", "1.4.13~ds1", "fits"],
		["v1.23.0", "1.7.24", "fits"],
		["v1.23.0", "2.0.1", "too-old"],
		["v1.24.2", "1.3.7", "fits"],
		["v1.25.0", "1.5.11", "fits"],
		["v1.25.0", "2.1.9", "fits"],
		["v1.26.0", "1.5.11", "too-new"],
		["v1.30.1", "1.6.20~ds1", "fits"],
		["v1.36.0", "2.1.9", "fits"],
		["", "1.6.20", "unknown"],
	])("crictl %s for containerd %s: %s", (crictl, containerd, fit) => {
		expect(crictlFit(crictl, containerd)).toBe(fit);
	});
});

describe("kubeletLine", () => {
	it("has its rows in order, so that the last that fits is the right one", () => {
		const starts = KUBELET_LINES.map(({ from }) => from[0] * 1000 + from[1]);
		expect(starts).toEqual([...starts].sort((a, b) => a - b));
	});

	it("knows when flags went", () => {
		expect(kubeletLine("v1.23.17")).toMatchObject({ dockershim: true, dockershimFlags: "ignored", containerRuntimeFlag: "remote" });
		expect(kubeletLine("v1.24.0-rc.1")).toMatchObject({ dockershim: false, dockershimFlags: "fatal", containerRuntimeFlag: "remote" });
		expect(kubeletLine("1.26.15")).toMatchObject({ containerRuntimeFlag: "remote", podInfraFlag: "kept" });
		expect(kubeletLine("1.27.0")).toMatchObject({ containerRuntimeFlag: "removed", podInfraFlag: "kept" });
		expect(kubeletLine("1.35.2")).toMatchObject({ containerRuntimeFlag: "removed", podInfraFlag: "removed" });
	});

	it("knows each kubelet's own pause image", () => {
		expect(["1.17.3", "1.18.9", "1.20.2", "1.21.0", "1.22.1", "1.23.0", "1.30.0"].map(defaultPauseImage)).toEqual([
			"k8s.gcr.io/pause:3.1",
			"k8s.gcr.io/pause:3.2",
			"k8s.gcr.io/pause:3.2",
			"k8s.gcr.io/pause:3.4.1",
			"k8s.gcr.io/pause:3.5",
			"k8s.gcr.io/pause:3.6",
			"registry.k8s.io/pause:3.9",
		]);
	});
});
