import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Facts } from "../../../lib/contracts/facts.ts";
import { harness, same, unknown } from "../fixtures/harness.ts";
import { fileWith, policy } from "../fixtures/node.ts";

const recorded = readFileSync(new URL("../../probe/fixtures/bookworm-dockershim.txt", import.meta.url), "utf8");
const { codes, find, findings } = harness(recorded);

describe("Docker", () => {
	it("must be active and answer", () => {
		expect(
			codes((facts) => {
				facts.docker.service.activeState = "failed";
			}),
		).toEqual(["docker.not-active"]);
		expect(
			codes((facts) => {
				facts.docker.service.loadState = "not-found";
			}),
		).toEqual(["docker.no-unit"]);
		expect(
			codes((facts) => {
				facts.docker.version = unknown;
			}),
		).toEqual(["docker.not-answering"]);
	});

	it("behind cri-dockerd needs the unit that is stopped with it", () => {
		expect(
			codes((facts) => {
				facts.kubelet.runtime = "cri-dockerd";
			}),
		).toEqual(["docker.cri-dockerd.no-unit"]);
	});

	it("problem 24: must run no containers but Kubernetes' own, by name; stopped ones are a warning", () => {
		const container = { id: "f".repeat(64), name: "ceph-mon", image: "ceph/ceph:v15", running: true, kubernetes: false };
		const add = (changes: object) => (facts: Facts) => {
			if (facts.docker.containers.known) facts.docker.containers.value.push({ ...container, ...changes });
		};
		expect(find("docker.foreign-containers", add({}))).toMatchObject({ severity: "block", values: { count: 1, names: "ceph-mon" } });
		expect(findings(add({ running: false }))).toMatchObject([{ code: "docker.foreign-containers.stopped", severity: "warn" }]);
		const kept = { policy: policy({ keepDocker: true }) };
		expect(findings(add({}), kept)).toMatchObject([
			{ code: "docker.foreign-containers.kept", severity: "warn", values: { names: "ceph-mon" } },
		]);
		expect(findings(add({ running: false }), kept)).toEqual([]);
		expect(
			codes((facts) => {
				facts.docker.containers = unknown;
			}),
		).toEqual(["docker.containers.unknown"]);
	});

	it("problem 31: settings are named with their values, and where they go", () => {
		const change = (facts: Facts) => {
			facts.docker.daemonJson = fileWith(
				"/etc/docker/daemon.json",
				'{"registry-mirrors":["https://mirror.example"],"log-driver":"json-file","bip":"10.9.0.1/24"}',
			);
			facts.docker.argv.push("--insecure-registry=registry.example:5000");
			facts.docker.service.dropInPaths.push("/etc/systemd/system/docker.service.d/http-proxy.conf");
		};
		const told = (carryDockerSettings: boolean) =>
			findings(change, { policy: policy({ carryDockerSettings }) }).map(({ code, severity, values }) => [
				code,
				severity,
				values["key"] ?? values["path"],
				values["value"],
			]);
		expect(told(false)).toEqual([
			["docker.setting.not-carried", "warn", "registry-mirrors", '["https://mirror.example"]'],
			["docker.setting.not-carried", "warn", "insecure-registries", "registry.example:5000"],
			["docker.setting.not-carried", "warn", "bip", "10.9.0.1/24"],
			["docker.proxy.not-carried", "warn", "/etc/systemd/system/docker.service.d/http-proxy.conf", undefined],
		]);
		expect(told(true)).toEqual([
			["docker.setting.carried", "note", "registries", "docker.io: https://mirror.example"],
			[
				"docker.setting.carried",
				"note",
				"registries",
				"registry.example:5000: https://registry.example:5000, http://registry.example:5000",
			],
			["docker.setting.not-carried", "warn", "bip", "10.9.0.1/24"],
			// A probe of an earlier version read no more than the drop-in's name.
			["docker.proxy.not-carried", "warn", "/etc/systemd/system/docker.service.d/http-proxy.conf", undefined],
		]);
	});

	it("problem 34: carries Docker's limits over, and names them where the policy says no", () => {
		const nofile = { Name: "nofile", Hard: 65536, Soft: 65536 };
		const settings = JSON.stringify({ "default-ulimits": { nofile } });
		const told = (carryDockerSettings: boolean) =>
			findings(
				(facts) => {
					facts.docker.daemonJson = fileWith("/etc/docker/daemon.json", settings);
				},
				{ policy: policy({ carryDockerSettings }) },
			).map(({ code, values }) => [code, values["key"], values["value"]]);
		expect(told(true)).toEqual([["docker.setting.carried", "default-ulimits", "nofile=65536"]]);
		expect(told(false)).toEqual([["docker.setting.not-carried", "default-ulimits", JSON.stringify({ nofile })]]);
	});

	it("problem 36: carries SELinux's switch over where the kernel heeds it", () => {
		const told = (enabled: boolean, selinux: Facts["host"]["selinux"], carryDockerSettings = true) =>
			findings(
				(facts) => {
					facts.host.selinux = selinux;
					facts.docker.daemonJson = fileWith("/etc/docker/daemon.json", JSON.stringify({ "selinux-enabled": enabled }));
				},
				{ policy: policy({ carryDockerSettings }) },
			).flatMap(({ code, values }) => (values["key"] === "selinux-enabled" ? [code] : []));
		expect(told(true, "enforcing")).toEqual(["docker.setting.carried"]);
		expect(told(true, "enforcing", false)).toEqual(["docker.setting.not-carried"]);
		expect(told(true, "disabled")).toEqual([]);
		expect(told(false, "enforcing")).toEqual([]);
	});

	it("carries a default runtime over whose program is known, and stops at one with arguments", () => {
		const withRuntime = (runtime: object) => (facts: Facts) => {
			facts.docker.defaultRuntime = { known: true, value: "nvidia" };
			facts.docker.daemonJson = fileWith(
				"/etc/docker/daemon.json",
				JSON.stringify({ "default-runtime": "nvidia", runtimes: { nvidia: runtime } }),
			);
		};
		expect(findings(withRuntime({ path: "/usr/bin/nvidia-container-runtime", runtimeArgs: [] }))).toMatchObject([
			{ code: "docker.setting.carried", values: { key: "default-runtime", to: "default_runtime_name" } },
		]);
		expect(find("docker.default-runtime", withRuntime({ path: "nvidia-container-runtime", runtimeArgs: ["--debug"] }))).toMatchObject({
			severity: "block",
		});
	});

	it("with a damaged daemon.json could not come back", () => {
		const broken = find("docker.config.syntax", (facts) => {
			facts.docker.daemonJson = fileWith("/etc/docker/daemon.json", '{\n  "bip": "10.9.0.1/24",\n}\n');
		});
		expect(broken).toMatchObject({ severity: "block", evidence: { path: "/etc/docker/daemon.json", line: 3 } });
	});

	it("with another default runtime or live-restore is told", () => {
		expect(
			findings((facts) => {
				facts.docker.defaultRuntime = { known: true, value: "nvidia" };
			}),
		).toMatchObject([{ code: "docker.default-runtime", severity: "block", values: { runtime: "nvidia" } }]);
		expect(
			findings((facts) => {
				facts.docker.liveRestore = { known: true, value: true };
			}),
		).toMatchObject([{ code: "docker.live-restore", severity: "warn" }]);
	});
});

describe("images", () => {
	it("that cannot be carried by name are told", () => {
		const untagged = (facts: Facts) => {
			facts.docker.imagesInUse = { known: true, value: [{ id: "sha256:9", tags: [], digests: ["app@sha256:9"], sizeBytes: 1 }] };
		};
		expect(findings(untagged)).toMatchObject([
			{ code: "images.without-tag", severity: "warn", values: { images: "app@sha256:9", pods: "-" } },
		]);
		const id = "9".repeat(64);
		const used = find("images.without-tag", (facts) => {
			facts.docker.imagesInUse = { known: true, value: [{ id: `sha256:${id}`, tags: [], digests: ["app@sha256:1"], sizeBytes: 1 }] };
			const by = (pod: string, image: string) => ({ id: pod, name: `k8s_main_${pod}_shop_u1_0`, image, running: true, kubernetes: true });
			facts.docker.containers = {
				known: true,
				value: [by("web-1", `sha256:${id}`), by("web-2", "app@sha256:1"), by("web-3", "sha256:88")],
			};
		});
		expect(used?.values).toMatchObject({ count: 1, pods: "shop/web-1, shop/web-2" });
		expect(
			codes((facts) => {
				facts.docker.imagesInUse = unknown;
			}),
		).toContain("docker.images.unknown");
		expect(codes(same, { policy: policy({ carryImages: false }) })).toEqual(["images.not-carried"]);
	});
});
