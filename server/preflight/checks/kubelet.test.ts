import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Facts } from "../../../lib/contracts/facts.ts";
import { commandLine } from "../../probe/fixtures/edit.ts";
import { harness, same, unknown } from "../fixtures/harness.ts";
import { fileWith, policy, soundApiNode, soundFacts, soundInput } from "../fixtures/node.ts";
import { preflight } from "../preflight.ts";

const recorded = readFileSync(new URL("../../probe/fixtures/bookworm-dockershim.txt", import.meta.url), "utf8");
const { codes, find, findings, sound } = harness(recorded);
const argv = (facts: Facts, ...words: string[]) => {
	facts.kubelet.argv = ["/usr/bin/kubelet", ...words];
};

describe("a policy that asks for another cgroup driver", () => {
	const wanted = (drain: boolean) => policy({ cgroupDriver: "systemd", drain: { ...policy().drain, enabled: drain } });

	it("problems 5 and 6: changes kubelet and containerd alike, and only where the node is drained", () => {
		expect(findings(same, { policy: wanted(true) })).toMatchObject([
			{ code: "policy.cgroup-driver.changes", severity: "warn", values: { from: "cgroupfs", to: "systemd" } },
		]);
		expect(codes(same, { policy: wanted(false) })).toContain("policy.cgroup-driver.without-drain");
		expect(codes(same, { policy: policy({ cgroupDriver: "cgroupfs" }) })).toEqual([]);
	});

	it("is told where the file does not let the key be changed", () => {
		const flow = (facts: Facts) => {
			facts.kubelet.config = fileWith(facts.kubelet.config.path, "{ kind: KubeletConfiguration }\n");
			facts.kubelet.cgroupDriver = { known: true, value: { value: "cgroupfs", from: "default" } };
		};
		expect(find("policy.cgroup-driver.unsettable", flow, { policy: wanted(true) })).toMatchObject({ severity: "block" });
	});
});

describe("a node that kubeadm did not set up", () => {
	it("is told, with the places that its flags are read from, and not kept out", () => {
		const found = findings((facts) => {
			facts.kubelet.kubeadm = false;
		});
		const told = found.find(({ code }) => code === "kubelet.not-kubeadm");
		expect(told).toMatchObject({ severity: "note", values: { places: expect.stringContaining("/var/lib/kubelet/kubeadm-flags.env") } });
		expect(found.filter(({ severity }) => severity === "block")).toEqual([]);
		expect(codes(same)).not.toContain("kubelet.not-kubeadm");
	});
});

describe("the kubelet", () => {
	it("cannot be sent to a socket whose path its flags could not hold", () => {
		expect(
			codes((facts) => {
				facts.containerd.socketPath = "/run/my sock";
			}),
		).toEqual(["edit.kubelet.flags.quoting"]);
	});

	it("must be there and run under its unit", () => {
		expect(
			codes((facts) => {
				facts.kubelet.installed = false;
			}),
		).toContain("kubelet.not-installed");
		const stopped = (facts: Facts) => {
			facts.kubelet.unit.activeState = "failed";
			facts.kubelet.argv = [];
			facts.kubelet.runtime = "none";
		};
		expect(find("kubelet.not-running", stopped)?.values).toEqual({ unit: "kubelet.service", state: "failed/running", load: "loaded" });
		expect(
			codes((facts) => {
				facts.kubelet.argv = ["/bin/sh", "-c", "kubelet"];
			}),
		).toEqual(["kubelet.wrapped"]);
		expect(
			codes((facts) => {
				facts.kubelet.argv = ["/hyperkube", "kubelet"];
			}),
		).toEqual([]);
	});

	it("half gone over is completed, and told of what is left, whatever the API shows", () => {
		const on = soundFacts(
			recorded,
			commandLine("kubelet", [
				"/usr/bin/kubelet",
				"--container-runtime=remote",
				"--container-runtime-endpoint=unix:///var/run/containerd/containerd.sock",
			]),
		);
		const [first, ...others] = preflight(soundInput(on));
		expect(first).toMatchObject({
			code: "kubelet.runtime.to-complete",
			severity: "note",
			values: { endpoint: "unix:///var/run/containerd/containerd.sock" },
		});
		expect(others.map(({ code }) => code)).toContain("adopted.flags-not-kept");
		expect(others.every(({ severity }) => severity !== "block")).toBe(true);
		expect(findings(same, { apiNode: soundApiNode(sound, { containerRuntimeVersion: "containerd://1.6.20" }) })).toMatchObject([
			{ code: "kubelet.runtime.api-differs", severity: "warn" },
		]);
	});

	it("on a runtime of another kind is left alone", () => {
		expect(
			codes((facts) => {
				facts.kubelet.runtime = "other";
			}),
		).toEqual(["kubelet.runtime.unknown"]);
	});

	it("must not wait for a restart that would bring another version", () => {
		expect(find("kubelet.version.restart-pending", same, { apiNode: soundApiNode(sound, { kubeletVersion: "v1.19.16" }) })?.values).toEqual(
			{ running: "v1.19.16", installed: "v1.20.2" },
		);
		expect(
			codes((facts) => {
				facts.kubelet.binaryReplaced = true;
			}),
		).toEqual(["kubelet.version.restart-pending"]);
		expect(
			codes((facts) => {
				facts.kubelet.version = unknown;
			}),
		).toContain("kubelet.version.unknown");
	});

	it("must be healthy before, by its own healthz (rule 13)", () => {
		expect(
			find("kubelet.healthz.failing", (facts) => {
				facts.kubelet.healthz = { known: true, value: { address: "127.0.0.1", port: 10248, ok: false } };
			})?.values,
		).toEqual({
			address: "127.0.0.1",
			port: 10248,
		});
		expect(
			codes((facts) => {
				facts.kubelet.healthz = { known: false, reason: "disabled" };
			}),
		).toEqual(["kubelet.healthz.disabled"]);
		expect(
			codes((facts) => {
				facts.kubelet.healthz = { known: false, reason: "no curl and no wget" };
			}),
		).toEqual(["kubelet.healthz.unknown"]);
	});

	it("problems 4 and 5: must have a known cgroup driver, and Docker's is compared", () => {
		expect(
			codes((facts) => {
				facts.kubelet.cgroupDriver = unknown;
			}),
		).toEqual(["kubelet.cgroup-driver.unknown"]);
		expect(
			find("kubelet.cgroup-driver.docker-differs", (facts) => {
				facts.docker.cgroupDriver = { known: true, value: "systemd" };
			}),
		).toMatchObject({
			severity: "warn",
			values: { kubelet: "cgroupfs", docker: "systemd" },
		});
	});

	it("problem 18: must use CNI, with a configuration and every plugin that it calls", () => {
		expect(
			find("kubelet.network-plugin.not-cni", (facts) => {
				facts.cni.networkPlugin = "kubenet";
			})?.values,
		).toEqual({
			plugin: "kubenet",
		});
		expect(
			find("kubelet.network-plugin.not-cni", (facts) => {
				facts.cni.networkPlugin = "";
			})?.values,
		).toEqual({ plugin: "none" });
		expect(
			codes((facts) => {
				facts.cni.confFiles = [];
			}),
		).toEqual(["cni.config.missing"]);
		expect(
			find("cni.plugins.missing", (facts) => {
				facts.cni.plugins = facts.cni.plugins.filter((name) => name !== "host-local" && name !== "loopback");
			})?.values,
		).toMatchObject({
			plugins: "host-local, loopback",
		});
		expect(codes((facts) => facts.cni.confFiles.push(fileWith("/etc/cni/net.d/00-broken.conf", "{")))).toEqual(["cni.config.unreadable"]);
		expect(codes((facts) => facts.cni.confFiles.push(fileWith("/etc/cni/net.d/99-later.conf", "{")))).toEqual([]);
	});

	it("problems 7 and 8: must have a known pause image that lies on the node", () => {
		expect(
			codes((facts) => {
				facts.kubelet.pauseImage = unknown;
			}),
		).toEqual(["kubelet.pause-image.unknown"]);
		const gone = find("kubelet.pause-image.not-on-node", same, { policy: policy({ sandboxImage: "registry.example/pause:3.9" }) });
		expect(gone?.values).toEqual({ image: "registry.example/pause:3.9", from: "policy" });
		const carried = (facts: Facts) => {
			facts.containerd.images = { known: true, value: ["registry.example/pause:3.9"] };
		};
		expect(codes(carried, { policy: policy({ sandboxImage: "registry.example/pause:3.9" }) })).toEqual([]);
		// An empty node keeps its pause image although no container uses it.
		expect(
			codes((facts) => {
				facts.docker.imagesInUse = { known: true, value: [] };
			}),
		).toEqual([]);
	});

	it("has its static CPU and memory assignments noted (rule 20)", () => {
		expect(
			codes((facts) => {
				facts.kubelet.cpuManagerPolicy = { known: true, value: "static" };
			}),
		).toEqual(["kubelet.cpu-manager.static"]);
		expect(codes((facts) => argv(facts, "--memory-manager-policy=Static"))).toEqual(["kubelet.memory-manager.static"]);
	});

	it("must keep pods in the kubepods cgroups: without them nobody can tell whether one is left (rule 4)", () => {
		expect(codes((facts) => argv(facts, "--cgroups-per-qos=false", "--enforce-node-allocatable="))).toEqual([
			"kubelet.cgroups-per-qos.off",
		]);
		const byFile = (facts: Facts) => {
			facts.kubelet.config = fileWith("/var/lib/kubelet/config.yaml", "cgroupsPerQOS: false\n");
		};
		expect(find("kubelet.cgroups-per-qos.off", byFile)).toMatchObject({
			severity: "block",
			values: { from: "/var/lib/kubelet/config.yaml" },
		});
		expect(
			codes((facts) => {
				byFile(facts);
				argv(facts, "--cgroups-per-qos");
			}),
		).toEqual([]);
	});

	it("whose unit is bound to Docker would not start without it", () => {
		const bound = (facts: Facts) => {
			facts.kubelet.unit.boundTo = ["docker.service"];
			facts.kubelet.unit.dependencies.push("docker.service");
		};
		expect(codes(bound)).toEqual(["kubelet.unit.bound-to-docker"]);
		expect(find("kubelet.unit.bound-to-docker", bound)).toMatchObject({ severity: "block", values: { units: "docker.service" } });
	});

	it("whose unit names Docker is freed of it: the plan takes it out, and nothing keeps the node from going", () => {
		const named = (facts: Facts) => {
			facts.kubelet.unit.boundTo = ["docker.service"];
			facts.kubelet.unit.dependencies.push("docker.service");
			const [unit] = facts.kubelet.flagPlaces.filter(({ kind }) => kind === "unit");
			if (unit) unit.file = fileWith(unit.file.path, "[Unit]\nAfter=docker.service network.target\nBindsTo=docker.service\n");
		};
		expect(findings(named)).toMatchObject([
			{ code: "kubelet.unit.freed", severity: "note", values: { units: "docker.service", path: "/etc/systemd/system/kubelet.service" } },
		]);
	});

	it("whose unit asks for Docker is warned of", () => {
		expect(find("kubelet.unit.needs-docker", (facts) => facts.kubelet.unit.dependencies.push("docker.service"))).toMatchObject({
			severity: "warn",
			values: { units: "docker.service" },
		});
	});
});
