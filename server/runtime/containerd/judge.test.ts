import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { judgeDump } from "./judge.ts";
import type { ContainerdSettings } from "./types.ts";

function fixture(name: string): string {
	return readFileSync(new URL(`../fixtures/containerd/${name}.toml`, import.meta.url), "utf8");
}

/** The dumps are those of Debian's containerd 1.4.13, 1.6.20 and 2.1.9 for the planned form of Docker's packaged file. */
const settings: ContainerdSettings = {
	sandboxImage: "k8s.gcr.io/pause:3.2",
	systemdCgroup: true,
	cniBinDirs: ["/usr/lib/cni"],
	cniConfDir: "/etc/cni/net.d",
	streamServer: true,
};
const cri = `plugins."io.containerd.grpc.v1.cri"`;
const runtime = `plugins."io.containerd.cri.v1.runtime"`;

describe("judgeDump", () => {
	it("finds nothing where every setting is in effect", () => {
		expect(judgeDump(fixture("dump-1.6"), "1.6.20~ds1", settings)).toEqual([]);
		expect(judgeDump(fixture("dump-2.1"), "2.1.9+unknown", settings)).toEqual([]);
	});

	it("says what the dump of 1.4 does not print", () => {
		expect(judgeDump(fixture("dump-1.4"), "1.4.13~ds1", settings)).toEqual([
			{ kind: "not-judgeable", key: `${cri}.containerd.runtimes.runc.options.SystemdCgroup`, expected: "true", found: null },
		]);
	});

	it("names every setting that is not in effect", () => {
		const dump = fixture("dump-1.6")
			.replace("disabled_plugins = []", `disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.snapshotter.v1.zfs"]`)
			.replace("SystemdCgroup = true", "SystemdCgroup = false")
			.replace(`stream_server_port = "0"`, `stream_server_port = "10010"`)
			.replace(`default_runtime_name = "runc"`, `default_runtime_name = "crun"`);
		const wrong = judgeDump(dump, "1.6.20", { ...settings, sandboxImage: "pause:3.6" });
		expect(wrong).toEqual([
			{
				kind: "mismatch",
				key: "disabled_plugins",
				expected: `["io.containerd.snapshotter.v1.zfs"]`,
				found: `["io.containerd.grpc.v1.cri", "io.containerd.snapshotter.v1.zfs"]`,
			},
			{ kind: "mismatch", key: `${cri}.sandbox_image`, expected: `"pause:3.6"`, found: `"k8s.gcr.io/pause:3.2"` },
			{ kind: "mismatch", key: `${cri}.containerd.default_runtime_name`, expected: `"runc"`, found: `"crun"` },
			{ kind: "mismatch", key: `${cri}.containerd.runtimes.runc.options.SystemdCgroup`, expected: "true", found: "false" },
			{ kind: "mismatch", key: `${cri}.stream_server_port`, expected: `"0"`, found: `"10010"` },
		]);
	});

	it("knows that the single folder stands in for the list of 2.1, and that a list is a list", () => {
		const dump = fixture("dump-2.1");
		const elsewhere = { ...settings, cniBinDirs: ["/opt/cni/bin"] };
		expect(judgeDump(dump, "2.1.9", elsewhere)).toEqual([
			{ kind: "mismatch", key: `${runtime}.cni.bin_dirs`, expected: `["/opt/cni/bin"]`, found: `["/usr/lib/cni"]` },
		]);
		const single = dump.replace("bin_dir = ''", "bin_dir = '/opt/cni/bin'");
		expect(judgeDump(single, "2.1.9", elsewhere)).toEqual([]);
		expect(judgeDump(single, "2.1.9", settings).map(({ key }) => key)).toEqual([`${runtime}.cni.bin_dir`]);
	});

	it("finds long names in a version 1 file without effect", () => {
		const text = fixture("long-names-version-1");
		expect(judgeDump(text, "1.6.20", settings)).toEqual([{ kind: "mismatch", key: "version", expected: "2", found: null }]);
	});
});
