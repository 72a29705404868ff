import { expect, it } from "vitest";
import { effectiveCri } from "./effective.ts";

it("reads snapshotter, runtimes and registries of a version 2 dump", () => {
	const dump = `version = 2
[plugins."io.containerd.grpc.v1.cri".containerd]
  snapshotter = "overlayfs"
  default_runtime_name = "nvidia"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.nvidia]
[plugins."io.containerd.grpc.v1.cri".registry.mirrors."docker.io"]
`;
	expect(effectiveCri(dump)).toEqual({
		snapshotter: "overlayfs",
		defaultRuntime: "nvidia",
		runtimes: ["nvidia", "runc"],
		registries: { kind: "inline", hosts: ["docker.io"] },
	});
});

it("reads them where version 3 has them", () => {
	const dump = `version = 3
[plugins.'io.containerd.cri.v1.images']
  snapshotter = 'native'
[plugins.'io.containerd.cri.v1.images'.registry]
  config_path = '/etc/containerd/certs.d'
[plugins.'io.containerd.cri.v1.runtime'.containerd]
  default_runtime_name = 'runc'
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
`;
	expect(effectiveCri(dump)).toEqual({
		snapshotter: "native",
		defaultRuntime: "runc",
		runtimes: ["runc"],
		registries: { kind: "folder", path: "/etc/containerd/certs.d" },
	});
});

it("says nothing of a file whose tables the daemon passes over", () => {
	expect(effectiveCri('[plugins.cri]\nsandbox_image = "a"\n')).toBeNull();
});
