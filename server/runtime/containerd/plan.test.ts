import { readFileSync } from "node:fs";
import { diffLines } from "diff";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planContainerdConfig } from "./plan.ts";
import type { ContainerdSettings } from "./types.ts";

function fixture(name: string): string {
	return readFileSync(new URL(`../fixtures/containerd/${name}.toml`, import.meta.url), "utf8");
}

const settings: ContainerdSettings = {
	sandboxImage: "k8s.gcr.io/pause:3.2",
	systemdCgroup: true,
	cniBinDirs: ["/opt/cni/bin"],
	cniConfDir: "/etc/cni/net.d",
	streamServer: false,
};

function plan(text: string | null, daemonVersion = "1.6.20~ds1", changed: Partial<ContainerdSettings> = {}) {
	return planContainerdConfig({ text, daemonVersion, settings: { ...settings, ...changed } });
}

function changedLines(before: string, after: string): string[] {
	return diffLines(before, after).flatMap((part) =>
		part.added || part.removed
			? part.value
					.replace(/\r?\n$/, "")
					.split(/\r?\n/)
					.map((line) => (part.added ? "+" : "-") + line)
			: [],
	);
}

describe("Docker's packaged file", () => {
	const before = fixture("docker-ce");

	it("becomes version 2 with the CRI plugin on, and keeps every comment", () => {
		const { text, configVersion } = plan(before);
		expect(configVersion).toBe(2);
		expect(changedLines(before, text)).toEqual([
			`-disabled_plugins = ["cri"]`,
			`+disabled_plugins = []`,
			`+version = 2`,
			`+`,
			`+[plugins."io.containerd.grpc.v1.cri"]`,
			`+sandbox_image = "k8s.gcr.io/pause:3.2"`,
			`+`,
			`+[plugins."io.containerd.grpc.v1.cri".cni]`,
			`+bin_dir = "/opt/cni/bin"`,
			`+conf_dir = "/etc/cni/net.d"`,
			`+`,
			`+[plugins."io.containerd.grpc.v1.cri".containerd]`,
			`+default_runtime_name = "runc"`,
			`+`,
			`+[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]`,
			`+runtime_type = "io.containerd.runc.v2"`,
			`+`,
			`+[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]`,
			`+SystemdCgroup = true`,
		]);
	});

	it("says what each change means", () => {
		const cri = `plugins."io.containerd.grpc.v1.cri"`;
		expect(plan(before, "1.4.3").intended).toEqual([
			{ key: "disabled_plugins", from: `["cri"]`, to: "[]" },
			{ key: "version", from: null, to: "2" },
			{ key: `${cri}.sandbox_image`, from: null, to: `"k8s.gcr.io/pause:3.2"` },
			{ key: `${cri}.cni.bin_dir`, from: null, to: `"/opt/cni/bin"` },
			{ key: `${cri}.cni.conf_dir`, from: null, to: `"/etc/cni/net.d"` },
			{ key: `${cri}.containerd.default_runtime_name`, from: null, to: `"runc"` },
			{ key: `${cri}.containerd.runtimes.runc.runtime_type`, from: null, to: `"io.containerd.runc.v2"` },
			{ key: `${cri}.containerd.runtimes.runc.options.SystemdCgroup`, from: null, to: "true" },
		]);
	});

	it("gets the stream server's keys only where they are asked for", () => {
		expect(plan(before).text).not.toContain("stream");
		expect(plan(before, "1.6.20", { streamServer: true }).text).toContain(
			`stream_server_address = "127.0.0.1"\nstream_server_port = "0"\nenable_tls_streaming = false\n`,
		);
	});
});

describe("files of other makers", () => {
	it("writes a whole file where there is none", () => {
		const { text } = plan(null, "1.7.24", { systemdCgroup: false });
		expect(text.startsWith("version = 2\n\n[plugins")).toBe(true);
		expect(text).toContain("SystemdCgroup = false\n");
	});

	it("keeps Debian's indentation and its other plugin", () => {
		const before = fixture("debian");
		const { text } = plan(before, "1.4.13~ds1", { cniBinDirs: ["/usr/lib/cni"] });
		expect(changedLines(before, text)).toEqual([
			`+    sandbox_image = "k8s.gcr.io/pause:3.2"`,
			`+    [plugins."io.containerd.grpc.v1.cri".containerd]`,
			`+      default_runtime_name = "runc"`,
			`+        [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]`,
			`+          runtime_type = "io.containerd.runc.v2"`,
			`+          [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]`,
			`+            SystemdCgroup = true`,
		]);
	});

	it("takes the short names of a version 1 file along, with their values and comments", () => {
		const before = fixture("docker-ce-1.2");
		const { text, notes } = plan(before);
		expect(text).not.toMatch(/^\s*\[plugins\.[a-z]/m);
		expect(text).toContain(`  [plugins."io.containerd.runtime.v1.linux"]\n    shim = "containerd-shim"\n`);
		expect(text).toContain(`    sandbox_image = "k8s.gcr.io/pause:3.2" # air gap: loaded by hand\n`);
		expect(text).toContain(`[plugins."io.containerd.grpc.v1.cri".registry.mirrors."docker.io"]`);
		expect(text).toContain(`  # Docker has its own way to images\n  "io.containerd.snapshotter.v1.aufs", # not built in\n]`);
		expect(text).toContain(`systemd_cgroup = false`);
		expect(text).toContain(`[plugins."io.containerd.grpc.v1.cri".containerd.default_runtime]\n        runtime_type = ""`);
		expect(notes.map(({ code }) => code)).toEqual(["systemd-cgroup-key-cleared"]);
	});

	it("keeps a default runtime of the node's own, and makes every runc class agree", () => {
		const before = fixture("nvidia");
		const { text, notes } = plan(before);
		expect(text).toContain(`default_runtime_name = "nvidia"`);
		expect(text).toContain(`  BinaryName = "/usr/bin/nvidia-container-runtime"\n  SystemdCgroup = true\n`);
		expect(text).toContain(`disabled_plugins = ["io.containerd.snapshotter.v1.zfs"]`);
		expect(text).not.toContain("runsc.options");
		expect(notes).toEqual([
			{ code: "default-runtime-kept", values: { name: "nvidia" } },
			{ code: "imports", values: { imports: "/etc/containerd/conf.d/*.toml" } },
		]);
	});

	it("stays in version 3 and writes its tables, in its quotes", () => {
		const before = fixture("version-3");
		const { text, configVersion } = plan(before, "2.1.9+unknown", { cniBinDirs: ["/usr/lib/cni"], streamServer: true });
		expect(configVersion).toBe(3);
		expect(changedLines(before, text)).toEqual([
			`-disabled_plugins = ['io.containerd.cri.v1.images', 'io.containerd.cri.v1.runtime', 'io.containerd.grpc.v1.cri']`,
			`+disabled_plugins = []`,
			`+    [plugins.'io.containerd.cri.v1.images'.pinned_images]`,
			`+      sandbox = 'k8s.gcr.io/pause:3.2'`,
			`+`,
			`-      bin_dirs = ['/opt/cni/bin']`,
			`+      bin_dirs = ['/usr/lib/cni']`,
			`+      conf_dir = '/etc/cni/net.d'`,
			`+`,
			`+    [plugins.'io.containerd.cri.v1.runtime'.containerd]`,
			`+      default_runtime_name = 'runc'`,
			`+`,
			`+        [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]`,
			`+          runtime_type = 'io.containerd.runc.v2'`,
			`+`,
			`+          [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]`,
			`+            SystemdCgroup = true`,
			`+`,
			`+  [plugins.'io.containerd.grpc.v1.cri']`,
			`+    stream_server_address = '127.0.0.1'`,
			`+    stream_server_port = '0'`,
			`+    enable_tls_streaming = false`,
		]);
	});

	it("puts names of both kinds together where they do not clash", () => {
		const { text, notes } = plan(fixture("long-names-version-1"));
		expect(text).toContain(`[plugins."io.containerd.grpc.v1.cri".cni]\nbin_dir = "/opt/cni/bin"`);
		expect(text).not.toContain("plugins.cri");
		expect(notes).toEqual([]);
	});

	it("reads CNI folders as the daemon does", () => {
		const many = { cniBinDirs: ["/opt/cni/bin", "/usr/lib/cni"] };
		expect(plan(null, "2.1.0", many).text).toContain(`bin_dirs = ["/opt/cni/bin", "/usr/lib/cni"]`);
		expect(() => plan(null, "1.7.24", many)).toThrow(expect.objectContaining({ code: "containerd.config.cni-dirs" }));
		const two = `version = 3\n[plugins.'io.containerd.cri.v1.runtime'.cni]\n`;
		expect(plan(two, "2.0.4").text).toContain("bin_dir = '/opt/cni/bin'");
		expect(plan(`${two}bin_dir = '/x'\n`, "2.1.0", many).text).toContain("bin_dir = ''\nbin_dirs = ['/opt/cni/bin', '/usr/lib/cni']\n");
	});
});

describe("what is refused", () => {
	it.each([
		["a file newer than the daemon", "version = 3\n", "1.7.24", "containerd.config.newer"],
		["version 4 before 2.3", "version = 4\n", "2.2.1", "containerd.config.newer"],
		["a version that nobody knows", "version = 7\n", "2.4.0", "containerd.config.version"],
		["a daemon without version 2", "", "1.2.13", "containerd.config.daemon"],
		["two headers for one plugin", fixture("both-names"), "1.6.20", "containerd.config.names"],
		["a short name that is not known", "[plugins.mine]\nx = 1\n", "1.6.20", "containerd.config.names"],
		["a short name under version 3", "version = 3\n[plugins.cri]\nx = 1\n", "2.1.0", "containerd.config.names"],
		["no_pivot, which runc.v2 refuses", "[plugins.cri.containerd]\nno_pivot = true\n", "1.6.20", "containerd.config.runc-v1-only"],
		["a syntax error", "disabled_plugins = [\n", "1.6.20", "toml.syntax"],
	])("%s", (_, text, daemon, code) => {
		expect(() => plan(text, daemon)).toThrow(expect.objectContaining({ code }));
	});

	it("takes version 4 where the daemon does", () => {
		expect(plan("version = 4\n", "2.3.0").configVersion).toBe(4);
	});
});

describe("any of these files", { timeout: 60_000 }, () => {
	const texts = [
		"docker-ce",
		"debian",
		"docker-ce-1.2",
		"nvidia",
		"dotted",
		"long-names-version-1",
		"version-3",
		"dump-1.4",
		"dump-1.6",
		"dump-2.1",
	];
	const file = fc
		.record({ name: fc.constantFrom(...texts), crlf: fc.boolean(), mark: fc.boolean(), cut: fc.boolean() })
		.map(({ name, crlf, mark, cut }) => {
			const text = fixture(name);
			const shaped = (mark ? "\uFEFF" : "") + (crlf ? text.replaceAll("\n", "\r\n") : text);
			return cut ? shaped.trimEnd() : shaped;
		});
	const anySettings = fc.record({
		sandboxImage: fc.constantFrom("k8s.gcr.io/pause:3.2", "registry.example.org/pause:3.6"),
		systemdCgroup: fc.boolean(),
		cniBinDirs: fc.constantFrom(["/opt/cni/bin"], ["/usr/lib/cni"]),
		cniConfDir: fc.constant("/etc/cni/net.d"),
		streamServer: fc.boolean(),
	});

	it("is planned once: planning the planned file changes nothing, and settings can be changed back", () => {
		fc.assert(
			fc.property(file, anySettings, anySettings, (text, first, second) => {
				const daemonVersion = "2.1.9";
				const once = planContainerdConfig({ text, daemonVersion, settings: first });
				expect(planContainerdConfig({ text: once.text, daemonVersion, settings: first })).toMatchObject({ text: once.text, intended: [] });
				fc.pre(first.streamServer || !second.streamServer);
				const other = planContainerdConfig({ text: once.text, daemonVersion, settings: second });
				const back = planContainerdConfig({ text: other.text, daemonVersion, settings: first });
				expect(back.text).toBe(once.text);
			}),
			{ numRuns: 25 },
		);
	});

	it("loses no line but the ones that change, and no line end", () => {
		fc.assert(
			fc.property(file, anySettings, (text, chosen) => {
				const { text: after, intended } = planContainerdConfig({ text, daemonVersion: "2.1.9", settings: chosen });
				const gone = changedLines(text, after).filter((line) => line.startsWith("-"));
				expect(gone.filter((line) => line.includes("#") && !line.includes("=") && !line.includes('"'))).toEqual([]);
				expect(gone.length).toBeLessThanOrEqual(intended.length + 12);
				expect(after.startsWith("\uFEFF")).toBe(text.startsWith("\uFEFF"));
				if (text.includes("\r\n")) expect(after).not.toMatch(/[^\r]\n/);
				else expect(after).not.toContain("\r");
			}),
			{ numRuns: 25 },
		);
	});
});
