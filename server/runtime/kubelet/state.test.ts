import { describe, expect, it } from "vitest";
import { parseKubeletArgv, sameSocket } from "./argv.ts";
import { cniOf, effectiveCgroupDriver, kubeletEndpoint, pauseImageOf, runtimeOfKubelet } from "./state.ts";

const kubelet = (...flags: string[]) => ["/usr/bin/kubelet", "--config=/var/lib/kubelet/config.yaml", ...flags];
const config = (text: string) => ({ text, path: "/var/lib/kubelet/config.yaml" });

describe("parseKubeletArgv", () => {
	it("reads both spellings, underscores, and takes the last value", () => {
		const argv = parseKubeletArgv(kubelet("--v", "2", "--network_plugin=cni", "--fail-swap-on", "--v=4", "--node-labels=a=b,c="));
		expect([argv.get("v"), argv.get("network-plugin"), argv.get("fail-swap-on"), argv.get("node-labels"), argv.get("x")]).toEqual([
			"4",
			"cni",
			null,
			"a=b,c=",
			undefined,
		]);
	});
});

describe("sameSocket", () => {
	it.each([
		["unix:///run/containerd/containerd.sock", "/var/run/containerd/containerd.sock", true],
		["unix:///var/run/containerd/containerd.sock", "unix:/run//containerd/containerd.sock", true],
		["/run/containerd/containerd.sock", "/run/k3s/containerd/containerd.sock", false],
	])("%s and %s: %s", (a, b, same) => {
		expect(sameSocket(a, b)).toBe(same);
	});
});

describe("runtimeOfKubelet", () => {
	it.each([
		["v1.20.2", kubelet("--network-plugin=cni"), "dockershim"],
		["v1.20.2", kubelet("--container-runtime=docker", "--container-runtime-endpoint=unix:///var/run/dockershim.sock"), "dockershim"],
		[
			"v1.18.9",
			kubelet("--container-runtime=remote", "--container-runtime-endpoint=unix:///var/run/containerd/containerd.sock"),
			"containerd",
		],
		["v1.23.1", kubelet("--container-runtime=remote", "--container-runtime-endpoint", "unix:///run/cri-dockerd.sock"), "cri-dockerd"],
		["v1.30.1", kubelet("--container-runtime-endpoint=unix:///var/run/cri-dockerd.sock"), "cri-dockerd"],
		["v1.30.1", kubelet("--container-runtime-endpoint=/run/crio/crio.sock"), "other"],
		["v1.30.1", kubelet(), "containerd"],
		["v1.20.2", kubelet("--container-runtime=rkt"), "other"],
		["v1.20.2", [], "none"],
	])("kubelet %s with %j: %s", (version, argv, runtime) => {
		expect(runtimeOfKubelet(argv, version)).toBe(runtime);
	});

	it("knows containerd by the socket that this host's own listens at", () => {
		const argv = kubelet("--container-runtime=remote", "--container-runtime-endpoint=unix:///var/run/cd/main.sock");
		expect(runtimeOfKubelet(argv, "v1.20.2")).toBe("other");
		expect(runtimeOfKubelet(argv, "v1.20.2", null, "/run/cd/main.sock")).toBe("containerd");
		expect(runtimeOfKubelet(argv, "v1.20.2", null, "/run/cd/other.sock")).toBe("other");
	});

	it("reads the endpoint of the configuration file, which a flag overrules", () => {
		const file = config("kind: KubeletConfiguration\ncontainerRuntimeEndpoint: unix:///run/cri-dockerd.sock\n");
		expect(runtimeOfKubelet(kubelet(), "1.28.0", file)).toBe("cri-dockerd");
		const argv = kubelet("--container-runtime-endpoint=unix:///run/containerd/containerd.sock");
		expect(kubeletEndpoint({ argv, version: "1.28.0", config: file })).toBe("unix:///run/containerd/containerd.sock");
		expect(kubeletEndpoint({ argv: kubelet(), version: "1.20.2", config: file })).toBeNull();
	});
});

describe("what the kubelet decided", () => {
	it("names the cgroup driver and where it comes from", () => {
		const file = config("cgroupDriver: systemd\nfileCheckFrequency: 0s\n");
		expect(effectiveCgroupDriver({ argv: kubelet("--cgroup-driver=cgroupfs"), config: file })).toEqual({
			value: "cgroupfs",
			from: "flag --cgroup-driver",
		});
		expect(effectiveCgroupDriver({ argv: kubelet(), config: file })).toEqual({ value: "systemd", from: "/var/lib/kubelet/config.yaml" });
		expect(effectiveCgroupDriver({ argv: kubelet(), config: config("") })).toEqual({ value: "cgroupfs", from: "default" });
		expect(() => effectiveCgroupDriver({ argv: [], config: config("a: [\n") })).toThrow(
			expect.objectContaining({ code: "yaml.syntax", line: 2 }),
		);
	});

	it("names the pause image and the CNI folders", () => {
		expect(pauseImageOf(kubelet("--pod-infra-container-image=r/pause:3.1"), "1.20.2").value).toBe("r/pause:3.1");
		expect(pauseImageOf(kubelet(), "1.18.9")).toEqual({ value: "k8s.gcr.io/pause:3.2", from: "default" });
		expect(cniOf(kubelet("--network-plugin=cni", "--cni-bin-dir=/opt/cni/bin,/usr/lib/cni"))).toEqual({
			networkPlugin: "cni",
			binDirs: ["/opt/cni/bin", "/usr/lib/cni"],
			confDir: "/etc/cni/net.d",
		});
	});
});
