import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Facts } from "../../../lib/contracts/facts.ts";
import { answer } from "../../probe/fixtures/edit.ts";
import { harness, same, unknown } from "../fixtures/harness.ts";
import { fileWith, policy, soundFacts, soundInput } from "../fixtures/node.ts";
import { preflight } from "../preflight.ts";

const recorded = readFileSync(new URL("../../probe/fixtures/bookworm-dockershim.txt", import.meta.url), "utf8");
const { codes, find, findings } = harness(recorded);

describe("containerd", () => {
	it("problem 2: must be one of its own, not Docker's", () => {
		const embedded = (facts: Facts) => {
			facts.containerd.embedded = true;
			facts.containerd.unit.activeState = "inactive";
		};
		expect(codes(embedded)).toEqual(["containerd.embedded"]);
	});

	it("must be installed, active, and its unit as systemd has read it (rule 5)", () => {
		expect(
			codes((facts) => {
				facts.containerd.unit.activeState = "failed";
			}),
		).toEqual(["containerd.not-active"]);
		expect(
			codes((facts) => {
				facts.containerd.unit.loadState = "not-found";
			}),
		).toEqual(["containerd.no-unit"]);
		expect(
			find("unit.daemon-reload-needed", (facts) => {
				facts.containerd.unit.needDaemonReload = true;
			}),
		).toMatchObject({
			severity: "block",
			values: { unit: "containerd.service" },
		});
		expect(
			codes((facts) => {
				facts.containerd.installed = false;
			}),
		).toContain("containerd.not-installed");
	});

	it("problem 39: must fit the kubelet (domain 1.2): 1.3 is a warning, 2.x under 1.20 is refused", () => {
		const version = (value: string) => (facts: Facts) =>
			void Object.assign(facts.containerd, { version: { known: true, value }, runningVersion: { known: true, value } });
		expect(findings(version("1.3.7"))).toMatchObject([
			{ code: "containerd.version.untested", severity: "warn", values: { containerd: "1.3.7", kubelet: "v1.20.2" } },
		]);
		expect(findings(version("2.0.4"))).toMatchObject([
			{ code: "containerd.version.not-allowed", severity: "block", values: { reason: "cri-v1alpha2-removed" } },
		]);
		expect(codes(version("1.2.13"))).toContain("containerd.version.not-allowed");
		expect(codes(version("1.4.13~ds1"))).toEqual([]);
	});

	it("problem 1: names below the wrong version are told with their line, and what keeps containerd from starting keeps the node out", () => {
		const withConfig = (text: string, dump: Facts["containerd"]["dump"]) => (facts: Facts) => {
			facts.containerd.config = fileWith("/etc/containerd/config.toml", text);
			facts.containerd.dump = dump;
		};
		const refused = { known: false as const, reason: 'exit 1: containerd: invalid plugin key URI "cri" expect io.containerd.x.vx' };
		const short = find("containerd.config.short-names", withConfig('version = 2\n[plugins.cri.cni]\nbin_dir = "/opt/cni/bin"\n', refused));
		expect(short).toMatchObject({ severity: "block", values: { line: 2, name: "cri" }, evidence: { line: 2, text: "[plugins.cri.cni]" } });
		const long = findings(
			withConfig('[plugins."io.containerd.grpc.v1.cri"]\nsandbox_image = "a"\n', { known: true, value: "version = 1\n" }),
		);
		expect(long).toMatchObject([{ code: "containerd.config.long-names-ignored", severity: "warn", evidence: { line: 1 } }]);
		expect(codes(withConfig("version = 2\noom_score = 1\n", refused))).toEqual(["containerd.config.rejected"]);
	});

	it("problem 20: 1.6.0 to 1.6.3 are refused", () => {
		expect(
			codes(
				(facts) =>
					void Object.assign(facts.containerd, {
						version: { known: true, value: "1.6.2" },
						runningVersion: { known: true, value: "1.6.2" },
					}),
			),
		).toEqual(["containerd.version.not-allowed"]);
	});

	it("that waits for a restart is told", () => {
		expect(
			findings((facts) => {
				facts.containerd.runningVersion = { known: true, value: "1.5.9" };
			}),
		).toMatchObject([
			{ code: "containerd.version.restart-pending", severity: "warn", values: { running: "1.5.9", installed: "1.6.20~ds1" } },
		]);
	});

	it("problem 3: a file with a syntax error is named with line and column, and shown", () => {
		const broken = find("containerd.config.syntax", (facts) => {
			facts.containerd.config = fileWith("/etc/containerd/config.toml", "version = 2\n[plugins\n  x = 1\n");
		});
		expect(broken).toMatchObject({ severity: "block", values: { path: "/etc/containerd/config.toml" } });
		expect(broken?.values["line"]).toBe(broken?.evidence?.line);
		expect(broken?.evidence?.line).toBeGreaterThanOrEqual(2);
		expect(broken?.evidence?.column).toBeGreaterThanOrEqual(1);
	});

	it("1.4: a file that is TOML and that the daemon refuses blocks with the daemon's own words", () => {
		const refused = soundFacts(
			recorded,
			answer("containerd.dump", "", 1, 'containerd: invalid disabled plugin URI "cri" expect io.containerd.x.vx'),
		);
		expect(preflight(soundInput(refused))).toMatchObject([
			{
				code: "containerd.config.rejected",
				evidence: { text: 'exit 1: containerd: invalid disabled plugin URI "cri" expect io.containerd.x.vx' },
			},
		]);
	});

	it("problem 35: an XFS without file types is refused", () => {
		const onXfs = (ftype: Facts["containerd"]["xfsFtype"]) => (facts: Facts) => {
			const entry = facts.space.find((space) => space.path === "/var/lib/containerd");
			if (entry) entry.fsType = "xfs";
			facts.containerd.xfsFtype = ftype;
		};
		expect(codes(onXfs({ known: true, value: false }))).toEqual(["node.xfs.ftype"]);
		expect(codes(onXfs({ known: true, value: true }))).toEqual([]);
		expect(findings(onXfs(unknown))).toMatchObject([{ code: "node.xfs.ftype-unknown", severity: "warn" }]);
	});
});

describe("files that the cutover changes (rule 10)", () => {
	const config = (changes: object) => (facts: Facts) => void Object.assign(facts.containerd.config, changes);

	it("are plain files; a symlink is noted", () => {
		expect(codes(config({ isMountPoint: true }))).toEqual(["file.mount-point"]);
		expect(findings(config({ realPath: "/srv/config.toml" }))).toMatchObject([
			{ code: "file.symlink", severity: "note", values: { target: "/srv/config.toml" } },
		]);
		expect(codes(config({ state: "unreadable", contentBase64: null }))).toEqual(["containerd.config.unreadable", "file.unreadable"]);
	});

	it("are looked at too where it is the kubelet's unit, its file or kubeadm's that is changed", () => {
		const endpoint = (changes: object) => (facts: Facts) => {
			const text = "containerRuntimeEndpoint: unix:///run/cri-dockerd.sock\n";
			facts.kubelet.instanceConfig = fileWith("/var/lib/kubelet/instance-config.yaml", text, changes);
		};
		expect(codes(endpoint({}))).toEqual([]);
		expect(codes(endpoint({ isMountPoint: true }))).toEqual(["file.mount-point"]);
		const unit = (text: string) => (facts: Facts) => {
			const file = fileWith("/etc/systemd/system/kubelet.service", text, { isMountPoint: true });
			facts.kubelet.flagPlaces = [{ kind: "unit", file }];
		};
		expect(codes(unit("[Service]\nExecStart=/usr/bin/kubelet --network-plugin=cni\n"))).toEqual(["file.mount-point"]);
		expect(
			codes((facts) => {
				facts.kubelet.flagPlaces.push({
					kind: "unit",
					file: fileWith("/lib/systemd/system/kubelet.service", "[Service]\n", { isMountPoint: true }),
				});
			}),
		).toEqual([]);
		const alias = (facts: Facts) => {
			facts.kubelet.instanceConfig = fileWith("/var/lib/kubelet/instance-config.yaml", "a: &x unix:///y\ncontainerRuntimeEndpoint: *x\n");
		};
		expect(find("edit.kubelet.config.endpoint", alias)).toMatchObject({
			severity: "block",
			values: { path: "/var/lib/kubelet/instance-config.yaml", key: "containerRuntimeEndpoint" },
		});
	});

	it("can be edited as the plan wants, or the node is left out", () => {
		const newer = find("edit.containerd.config.newer", (facts) => {
			facts.containerd.config = fileWith("/etc/containerd/config.toml", "version = 3\n");
		});
		expect(newer).toMatchObject({ severity: "block", evidence: { path: "/etc/containerd/config.toml" } });
		expect(
			codes((facts) => {
				facts.kubelet.flagPlaces = [];
			}),
		).toEqual(["edit.kubelet.flags.no-place"]);
	});
});

describe("crictl", () => {
	it("without an archive for this architecture is told; with one, tar is needed", () => {
		expect(findings(same, { crictlArchives: new Map([["arm64", ["v1.20.0"]]]) })).toMatchObject([
			{ code: "crictl.archive-missing", severity: "warn", values: { architecture: "amd64" } },
		]);
		expect(
			find("node.command.missing", (facts) => {
				facts.host.commands["tar"] = "";
			})?.values,
		).toEqual({ command: "tar" });
		expect(
			codes(
				(facts) => {
					facts.host.commands["tar"] = "";
				},
				{ policy: policy({ installCrictl: false }) },
			),
		).toEqual([]);
	});

	const daemon = (version: string) => (facts: Facts) =>
		void Object.assign(facts.containerd, { version: { known: true, value: version }, runningVersion: { known: true, value: version } });

	it("1.26 with containerd 1.5 is warned of, on the node as in the archive", () => {
		const pair = (facts: Facts) => {
			daemon("1.5.9")(facts);
			Object.assign(facts.crictl, { path: "/usr/local/bin/crictl", version: { known: true, value: "v1.26.0" } });
		};
		expect(codes(pair)).toEqual(["crictl.version.too-new"]);
		const uploaded = (version: string) => ({ crictlArchives: new Map([["amd64", [version]]]) });
		expect(find("crictl.archive.too-new", daemon("1.5.9"), uploaded("v1.26.0"))).toMatchObject({
			severity: "warn",
			values: { crictl: "v1.26.0", containerd: "1.5.9" },
		});
		expect(codes(daemon("1.5.9"), uploaded("v1.25.0"))).toEqual([]);
		expect(codes(daemon("1.5.9"), uploaded(""))).toEqual(["crictl.archive.unknown"]);
		// What is not installed needs no tar.
		expect(
			codes((facts) => {
				daemon("1.5.9")(facts);
				facts.host.commands["tar"] = "";
			}, uploaded("v1.26.0")),
		).toEqual(["crictl.archive.too-new"]);
	});

	it("needs a limit of open files of its own where neither its unit nor systemd gives one", () => {
		const found = (version: string, systemd: number, unit: string) =>
			codes((facts) => {
				facts.containerd.version = { known: true, value: version };
				facts.host.systemdVersion = { known: true, value: systemd };
				facts.containerd.unitFiles = [fileWith("/usr/lib/systemd/system/containerd.service", `[Service]\n${unit}\n`)];
			}).filter((code) => code === "containerd.limit-nofile.missing");
		expect(found("2.1.0", 237, "LimitNPROC=infinity")).toEqual(["containerd.limit-nofile.missing"]);
		expect(found("2.1.0", 237, "LimitNOFILE=1024:524288")).toEqual([]);
		expect(found("2.1.0", 240, "")).toEqual([]);
		expect(found("1.7.24", 237, "")).toEqual([]);
	});
});
