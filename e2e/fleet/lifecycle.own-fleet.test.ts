import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bringUp, down, type Fleet, remains } from "./fleet.ts";
import { must, run, until } from "./process.ts";

/** Settings of the kernel that Docker or a kubelet would change if they could. */
const SETTINGS = ["vm/overcommit_memory", "kernel/panic", "kernel/panic_on_oops", "kernel/keys/root_maxkeys", "net/ipv4/ip_forward"];

function kernelSettings(): Record<string, string> {
	const path = (name: string) => `/proc/sys/${name}`;
	return Object.fromEntries(SETTINGS.filter((name) => existsSync(path(name))).map((name) => [name, readFileSync(path(name), "utf8")]));
}

describe("a fleet of two workers and a control plane node", () => {
	const name = "life";
	let fleet: Fleet;
	let before: Record<string, string>;

	beforeAll(async () => {
		await down(name);
		before = kernelSettings();
		fleet = await bringUp({ nodes: [{}, {}, { name: "master1", controlPlane: true }], name });
	});
	afterAll(() => down(name));

	it("is Ready on Docker as kubectl shows it, with kubeadm's annotation", async () => {
		const lines = (await fleet.kubectl(["get", "nodes", "-o", "wide", "--no-headers"])).trim().split("\n");
		expect(lines.map((line) => line.split(/\s+/).slice(0, 3).join(" "))).toEqual([
			"master1 Ready master",
			"node1 Ready <none>",
			"node2 Ready <none>",
		]);
		for (const line of lines) expect(line).toMatch(/v1\.20\.2\s.*docker:\/\/20\.10\.\d+/);
		const annotation = "jsonpath={.items[*].metadata.annotations.kubeadm\\.alpha\\.kubernetes\\.io/cri-socket}";
		expect(await fleet.kubectl(["get", "nodes", "-o", annotation])).toBe(Array(3).fill("/var/run/dockershim.sock").join(" "));
	});

	it("runs pods, and each node holds one address per pod", async () => {
		const pods = await fleet.deploy({ name: "web", replicas: 4, minAvailable: 3 });
		expect(new Set(pods.map((pod) => pod.node)).size).toBe(2);
		for (const pod of pods) expect(pod.containerId).toMatch(/^docker:\/\//);
		for (const node of fleet.nodes.filter((each) => !each.controlPlane)) {
			const reserved = (await node.must("ls /var/lib/cni/networks/fleet | grep -E '^[0-9.]+$'")).trim().split("\n").sort();
			expect(reserved).toEqual(
				pods
					.filter((pod) => pod.node === node.name)
					.map((pod) => pod.ip)
					.sort(),
			);
			const containers = await node.must("docker ps -q --filter name=k8s_main_web");
			expect(containers.trim().split("\n")).toHaveLength(reserved.length);
		}
	});

	it("shows the control plane node's static pods to the API server", async () => {
		const mirrored = async () => {
			const pods = await fleet.kubectl(["get", "pods", "-n", "kube-system", "-l", "tier=control-plane", "-o", "wide", "--no-headers"]);
			return /etcd-master1.*Running[\s\S]*kube-apiserver-master1.*Running/.test(pods) ? true : undefined;
		};
		await until("mirror pods", 60_000, mirrored, () => fleet.node("master1").diagnose(), 500);
	});

	it("lets in each account by ssh as it should, under the host key it names", async () => {
		const [node] = fleet.nodes;
		if (!node) throw new Error("no node");
		const known = `${fleet.stateDir}/known_hosts`;
		await must("sh", ["-c", 'cat >"$1"', "sh", known], { input: fleet.knownHosts });
		const ssh = (user: string, command: string) =>
			run("ssh", [
				...["-i", fleet.privateKeyPath, "-o", `UserKnownHostsFile=${known}`, "-o", "StrictHostKeyChecking=yes", "-o", "BatchMode=yes"],
				`${user}@${node.address}`,
				command,
			]);
		expect((await ssh("root", "id -u")).stdout).toBe("0\n");
		expect((await ssh("deploy", "sudo -n id -u")).stdout).toBe("0\n");
		expect((await ssh("ops", "sudo -n id -u")).code).toBe(1);
		const { password } = node.ssh.accounts.ops;
		const byPassword = await run("ssh", [
			...["-i", fleet.privateKeyPath, "-o", `UserKnownHostsFile=${known}`, "-o", "BatchMode=yes", `ops@${node.address}`],
			`printf '%s\\n' '${password.replaceAll("'", "'\\''")}' | sudo -S -p '' id -u`,
		]);
		expect(byPassword.stdout).toBe("0\n");
		expect((await ssh("guest", "sudo -n id -u")).code).toBe(1);
	});

	it("comes back from a reboot and from a power cut, with address and pods", async () => {
		const node = fleet.node("node1");
		const bootId = () => node.must("cat /proc/sys/kernel/random/boot_id");
		const seen = new Set([await bootId()]);
		for (const interrupt of [() => node.reboot(), () => node.powerCut()]) {
			await interrupt();
			await node.waitUp();
			await node.waitReady({ runtime: "docker://" });
			seen.add(await bootId());
			const expected = (await fleet.pods("web")).filter((pod) => pod.node === "node1").length;
			const running = async () => {
				const count = (await node.must("docker ps -q --filter name=k8s_main_web")).split("\n").filter(Boolean).length;
				return count === expected ? true : undefined;
			};
			await until(`${expected} containers on node1`, 60_000, running, () => node.diagnose());
			expect(await node.must("ip -br -4 addr show host0")).toContain(node.address);
		}
		expect(seen.size).toBe(3);
	});

	it("stays dark until switched on", async () => {
		const node = fleet.node("node2");
		await node.powerCut({ stayOff: true });
		expect(await node.isOn()).toBe(false);
		await node.powerOn();
		await node.waitUp();
		await node.waitReady();
	});

	it("is pristine after a reset, with its keys and pods", async () => {
		const node = fleet.node("node1");
		const keys = node.knownHostsLine;
		await node.must("echo changed >/etc/containerd/config.toml; touch /root/left");
		await fleet.kubectl(["cordon", "node1"]);
		await fleet.reset("node1");
		expect(await node.must("head -n 1 /etc/containerd/config.toml; ls /root")).toBe("#   Copyright 2018-2022 Docker Inc.\n");
		expect(node.knownHostsLine).toBe(keys);
		expect(await node.status()).toMatchObject({ ready: true, unschedulable: false });
		await fleet.waitRunning("web", 4);
	});

	it("leaves nothing behind, and the machine as it was", async () => {
		expect(await remains(name)).not.toEqual([]);
		await fleet.down();
		expect(await remains(name)).toEqual([]);
		expect(kernelSettings()).toEqual(before);
		await fleet.down();
	});
});

describe("a fleet whose bringing up was killed", () => {
	const name = "crash";
	afterAll(() => down(name));

	it("is taken down to the last trace", async () => {
		await down(name);
		const cli = new URL("./cli.ts", import.meta.url).pathname;
		const child = spawn(process.execPath, ["--import", "tsx", cli, "up", "--nodes", "1", "--name", name], { stdio: "ignore" });
		const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
		const hosts = async () => (await remains(name)).filter((line) => line.startsWith("process") && line.includes("systemd-nspawn"));
		await until("a host of the fleet", 120_000, async () => ((await hosts()).length > 0 ? true : undefined));
		child.kill("SIGKILL");
		await ended;
		expect(await hosts()).not.toEqual([]);
		await down(name);
		expect(await remains(name)).toEqual([]);
	});
});
