import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { factsSchema } from "../../lib/contracts/facts.ts";
import { ProbeError, type ProbeErrorCode } from "./errors.ts";
import { answer, commandLine, fileBytes, withRecords } from "./fixtures/edit.ts";
import { criPluginState } from "./parse/containerd.ts";
import { parseProbe } from "./parse.ts";

const recorded = readFileSync(new URL("./fixtures/bookworm-dockershim.txt", import.meta.url), "utf8");
const facts = parseProbe(recorded);
const parsed = (records: Readonly<Record<string, string | null>>) => parseProbe(withRecords(recorded, records));

function codeOf(output: string): ProbeErrorCode | null {
	try {
		parseProbe(output);
		return null;
	} catch (error) {
		if (error instanceof ProbeError) return error.code;
		throw error;
	}
}

describe("facts of a recorded node (Debian 12, Docker 20.10, kubelet 1.20 with dockershim)", () => {
	it("are facts by the contract, and say so after a round trip through JSON", () => {
		expect(factsSchema.parse(JSON.parse(JSON.stringify(facts)))).toEqual(facts);
	});

	it("name the host", () => {
		expect(facts.host).toMatchObject({
			hostname: "node1",
			osId: "debian",
			osVersionId: "12",
			architecture: "amd64",
			initSystem: "systemd",
			systemdVersion: { known: true, value: 252 },
			systemState: "running",
			cgroup: "hybrid",
			selinux: "absent",
			forwardPolicy: { known: true, value: "DROP" },
			swapOn: false,
			packageLocks: [],
		});
		expect(facts.host.commands.ctr).toBe("/usr/bin/ctr");
		expect(facts.host.commands.crictl).toBe("");
		expect(facts.host.uptimeS.known && facts.host.uptimeS.value).toBeGreaterThan(0);
		expect(facts.host.uptimeS.known && facts.host.uptimeS.value).toBeLessThan(3600);
	});

	it("name Docker's chains that FORWARD jumps to", () => {
		expect(facts.host.dockerChains).toEqual({ known: true, value: expect.arrayContaining(["DOCKER-USER", "DOCKER"]) });
	});

	it("know the kernel's switches as they are and as they will be at the next boot", () => {
		const { host } = parsed({
			...answer("sysctls", "/proc/sys/net/ipv4/ip_forward:1\n/proc/sys/net/bridge/bridge-nf-call-iptables:1\n"),
			...answer(
				"sysctls.kept",
				[
					"/usr/lib/sysctl.d/50-default.conf:net.ipv4.ip_forward = 0",
					"/etc/sysctl.d/99-kubernetes.conf:-net/ipv4/ip_forward=1",
					"/usr/lib/sysctl.d/99-kubernetes.conf:net.bridge.bridge-nf-call-iptables = 1",
					"",
				].join("\n"),
			),
			...answer("modules", "br_netfilter 32768 0 - Live 0x0000000000000000\n"),
			...answer("modules.kept", "/etc/modules-load.d/k8s.conf:overlay\n"),
			"modules.there": "overlay\nbr_netfilter\n",
		});
		expect(host.sysctls).toEqual([
			{ name: "net.ipv4.ip_forward", value: "1", kept: { value: "1", path: "/etc/sysctl.d/99-kubernetes.conf" } },
			{ name: "net.ipv6.conf.all.forwarding", value: null, kept: null },
			// The file of the same name in /etc takes the place of the whole other one.
			{ name: "net.bridge.bridge-nf-call-iptables", value: "1", kept: null },
			{ name: "net.bridge.bridge-nf-call-ip6tables", value: null, kept: null },
		]);
		expect(host.modules).toEqual([
			{ name: "overlay", state: "built-in", keptIn: "/etc/modules-load.d/k8s.conf" },
			{ name: "br_netfilter", state: "loaded", keptIn: null },
		]);
		expect(facts.host.sysctls).toBeUndefined();
	});

	it("read the kubelet from its live command line and its file", () => {
		expect(facts.kubelet).toMatchObject({
			version: { known: true, value: "v1.20.2" },
			runtime: "dockershim",
			endpoint: null,
			configPath: "/var/lib/kubelet/config.yaml",
			cgroupDriver: { known: true, value: { value: "cgroupfs", from: "/var/lib/kubelet/config.yaml" } },
			healthz: { known: true, value: { address: "127.0.0.1", port: 10248, ok: true } },
			staticPodPath: "/etc/kubernetes/manifests",
			staticPodComponents: { known: true, value: [] },
			pauseImage: { known: true, value: { value: "k8s.gcr.io/pause:3.2", from: "flag --pod-infra-container-image" } },
			kubeadm: true,
		});
		expect(facts.kubelet.flagPlaces.map((place) => place.kind)).toEqual(["unit", "drop-in", "kubeadm-flags", "default"]);
	});

	it("tell pods' containers from others", () => {
		const containers = facts.docker.containers.known ? facts.docker.containers.value : [];
		expect(containers).toHaveLength(8);
		expect(containers.filter((container) => !container.kubernetes).map(({ name, running }) => ({ name, running }))).toEqual([
			{ name: "old", running: false },
			{ name: "registry-mirror", running: true },
		]);
		expect(facts.docker.imagesInUse.known && facts.docker.imagesInUse.value.map((image) => image.tags)).toEqual([
			["busybox:1.35"],
			["k8s.gcr.io/pause:3.2"],
		]);
	});

	it("read files with bytes, mode and owner, and say absent only of what was looked for", () => {
		expect(facts.containerd.config).toMatchObject({ state: "file", mode: "0644", uid: 0, label: null, isMountPoint: false });
		expect(Buffer.from(facts.containerd.config.contentBase64 ?? "", "base64").toString()).toContain('disabled_plugins = ["cri"]');
		expect(facts.crictl.config.state).toBe("absent");
		expect(facts.kubelet.instanceConfig.state).toBe("absent");
	});

	it("list addresses by network with the sandbox that holds them", () => {
		expect(facts.cni.reserved.map(({ network, address }) => `${network} ${address}`)).toEqual([
			"fleet 10.244.1.2",
			"fleet 10.244.1.3",
			"fleet 10.244.1.4",
		]);
		expect(facts.cni.reserved.every(({ sandbox }) => facts.cni.cached.includes(`fleet-${sandbox}-eth0`))).toBe(true);
	});

	it("give space for the runtime's folder by its own mount", () => {
		expect(facts.space.find((space) => space.path === "/var/lib/containerd")).toMatchObject({
			mountPoint: "/var/lib/containerd",
			fsType: "ext4",
		});
		expect(facts.space.find((space) => space.path === "/var/lib/gantry")).toMatchObject({ mountPoint: "/", fsType: "overlay" });
	});
});

describe("facts of a recorded node that went over (containerd 1.6, one static pod, traces of two runs)", () => {
	const over = parseProbe(readFileSync(new URL("./fixtures/bookworm-containerd.txt", import.meta.url), "utf8"));

	it("say containerd by the live command line, with its own pause image and images", () => {
		expect(over.kubelet).toMatchObject({
			runtime: "containerd",
			endpoint: "unix:///run/containerd/containerd.sock",
			pauseImage: { known: true, value: { value: "k8s.gcr.io/pause:3.2", from: "containerd config dump" } },
			staticPods: ["kube-apiserver.yaml"],
		});
		expect(over.containerd.criPlugin).toEqual({ known: true, value: "ok" });
		expect(over.containerd.images.known && over.containerd.images.value).toContain("docker.io/library/busybox:1.35");
	});

	it("see the API server's manifest, and no etcd where only its certificates are named", () => {
		expect(over.kubelet.staticPodComponents).toEqual({ known: true, value: ["kube-apiserver"] });
	});

	it("leave what is asked of a stopped Docker unknown, and keep its units", () => {
		expect(over.docker).toMatchObject({ installed: true, argv: [], containers: { known: false, reason: "not-active" } });
		expect(over.docker.service).toMatchObject({ loadState: "loaded", activeState: "inactive" });
		expect(over.host.forwardPolicy).toEqual({ known: true, value: "DROP" });
	});

	it("name the runs, their decisions and the owner", () => {
		expect(over.gantry).toEqual({
			runs: [
				{ id: "abcdefgh1234", decision: "commit", final: "committed" },
				{ id: "zzzzzzzz9999", decision: "", final: "" },
			],
			lockOwner: "console-a 4 zzzzzzzz9999",
			dockerOff: true,
		});
	});
});

describe("an output that is no facts", () => {
	it("is refused as truncated wherever it is cut after its begin", () => {
		const body = recorded.trimEnd();
		fc.assert(
			fc.property(fc.integer({ min: 60, max: body.length - "0.00 0.00".length }), (length) => {
				expect(codeOf(body.slice(0, length))).toBe("probe.truncated");
			}),
			{ numRuns: 200 },
		);
	});

	it("is refused when it is something else, another version, or was not read by root", () => {
		expect(codeOf("This account is currently not available.\n")).toBe("probe.malformed");
		expect(codeOf(recorded.replace("gantry-probe 1 ", "gantry-probe 2 "))).toBe("probe.version");
		expect(codeOf(withRecords(recorded, { uid: "1000" }))).toBe("probe.not-root");
		expect(codeOf(withRecords(recorded, { "kubelet.paths": null }))).toBe("probe.malformed");
	});

	it("is read after a banner, and its records cannot be forged by what lies on the node", () => {
		expect(parseProbe(`Authorized use only\n\n${recorded}`)).toEqual(facts);
		const forged = parsed(fileBytes("/etc/docker/daemon.json", "\n@7568b9c3 uid\n1000\n"));
		expect(forged.host.hostname).toBe("node1");
	});
});

describe("what could not be read is unknown, with the reason", () => {
	it("names exit status and error of a command, or that it took too long", () => {
		const failed = parsed({
			...answer("containerd.plugins", "", 1, 'ctr: failed to dial "/run/containerd/containerd.sock"'),
			...answer("docker.info", "", 137),
			"docker.ps": "error during connect: EOF\n",
			"docker.ps.rc": "1",
		});
		expect(failed.containerd.criPlugin).toEqual({ known: false, reason: 'exit 1: ctr: failed to dial "/run/containerd/containerd.sock"' });
		expect(failed.docker.version).toEqual({ known: false, reason: "timeout" });
		expect(failed.docker.containers).toEqual({ known: false, reason: "exit 1: error during connect: EOF" });
		expect(failed.docker.imagesInUse.known).toBe(false);
	});

	it("never takes the empty answer of a client without a daemon for a value", () => {
		expect(parsed(answer("docker.info", '""\n""\n""\n""\nfalse\nnull\n""\n')).docker.version.known).toBe(false);
	});

	it("gives no space where df left a place out", () => {
		expect(parsed({ "space.blocks": "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda 10 1 9 10% /\n" }).space).toEqual(
			[],
		);
	});

	it("does not guess the kubelet's settings from a damaged configuration file", () => {
		const { kubelet } = parsed(fileBytes("/var/lib/kubelet/config.yaml", "cgroupDriver: [systemd\n"));
		expect(kubelet.cgroupDriver.known).toBe(false);
		expect(kubelet.healthz.known).toBe(false);
		expect(kubelet.staticPodComponents?.known).toBe(false);
	});
});

describe("the kubelet's runtime", () => {
	const runtime = (argv: string[], version: string) => {
		const { kubelet } = parsed({
			...commandLine("kubelet", ["/usr/bin/kubelet", ...argv]),
			...answer("kubelet.version", `Kubernetes ${version}\n`),
		});
		return kubelet.runtime;
	};

	it("is dockershim up to 1.23 unless a remote one is named (1.1)", () => {
		expect(runtime([], "v1.18.9")).toBe("dockershim");
		expect(runtime(["--container-runtime=docker"], "v1.23.17")).toBe("dockershim");
		expect(runtime(["--container-runtime-endpoint=unix:///run/containerd/containerd.sock"], "v1.20.2")).toBe("dockershim");
		expect(
			runtime(["--container-runtime", "remote", "--container-runtime-endpoint", "unix:///var/run/containerd/containerd.sock"], "v1.20.2"),
		).toBe("containerd");
	});

	it("is what the endpoint names from 1.24 on, containerd where none is named", () => {
		expect(runtime(["--container-runtime-endpoint=unix:///var/run/cri-dockerd.sock"], "v1.30.4")).toBe("cri-dockerd");
		expect(runtime(["--container-runtime-endpoint=unix:///run/crio/crio.sock"], "v1.30.4")).toBe("other");
		expect(runtime([], "v1.30.4")).toBe("containerd");
	});

	it("is none where no kubelet runs", () => {
		expect(parsed({ "argv.kubelet": null, "argv.kubelet.rc": null }).kubelet.runtime).toBe("none");
	});
});

describe("cri-dockerd", () => {
	const node = parsed({
		...commandLine("kubelet", [
			"/usr/bin/kubelet",
			"--config=/var/lib/kubelet/config.yaml",
			"--container-runtime-endpoint=unix:///run/cri-dockerd.sock",
		]),
		...commandLine("cri-docker", ["/usr/bin/cri-dockerd", "--container-runtime-endpoint", "fd://", "--cni-bin-dir=/usr/libexec/cni"]),
		...answer("kubelet.version", "Kubernetes v1.30.4\n"),
	});

	it("names the CNI folders in the kubelet's place, and its sandboxes the pause image", () => {
		expect(node.cni).toMatchObject({ binDir: "/usr/libexec/cni", networkPlugin: "cni" });
		expect(node.kubelet.pauseImage).toEqual({ known: true, value: { value: "k8s.gcr.io/pause:3.2", from: "running sandboxes" } });
		expect(node.docker.criDockerArgv?.[0]).toBe("/usr/bin/cri-dockerd");
	});
});

describe("an old host (CentOS 7: systemd 219)", () => {
	const units = [
		"Id=docker.service\nNames=docker.service\nRequires=docker.socket basic.target\nLoadState=loaded\nActiveState=active\nSubState=running\nFragmentPath=/usr/lib/systemd/system/docker.service\nUnitFileState=enabled\nNeedDaemonReload=no\nMainPID=900\nExecStart={ path=/usr/bin/dockerd ; argv[]=/usr/bin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock ; ignore_errors=no ; start_time=[n/a] ; stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }",
		"Id=docker.socket\nLoadState=loaded\nActiveState=active",
		"Id=cri-docker.service\nLoadState=not-found\nActiveState=inactive",
		"Id=cri-docker.socket\nLoadState=not-found\nActiveState=inactive",
		"Id=containerd.service\nLoadState=loaded\nActiveState=active\nMainPID=800",
		"EnvironmentFile=/var/lib/kubelet/kubeadm-flags.env (ignore_errors=yes)\nEnvironmentFile=/etc/sysconfig/kubelet (ignore_errors=yes)\nId=kubelet.service\nLoadState=loaded\nActiveState=active\nFragmentPath=/usr/lib/systemd/system/kubelet.service\nDropInPaths=/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf\nMainPID=1000",
	].join("\n\n");
	const node = parsed({ units: `${units}\n`, "files.present": "", "files.asked": "/etc/sysconfig/kubelet\n", "files.stat": "" });

	it("prints EnvironmentFile where later ones print EnvironmentFiles, and no properties of what is not loaded", () => {
		expect(node.docker.service).toMatchObject({
			activeState: "active",
			mainPid: 900,
			execStart: "/usr/bin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock",
		});
		expect(node.docker.criDockerService.loadState).toBe("not-found");
		expect(node.kubelet.flagPlaces.map(({ kind, file }) => [kind, file.state])).toContainEqual(["sysconfig", "absent"]);
	});
});

describe("files", () => {
	const stat = (type: string, path: string, label = "-") => `${type}\t644\t0\t0\t10\tfe00\t77\t${label}\t${path}\n`;

	it("resolve symlinks, and see mount points by either path", () => {
		const { config } = parsed({
			"files.real": "/etc/containerd/config.toml\t/srv/containerd.toml\n",
			mounts: "/ ext4 rw\n/srv/containerd.toml ext4 rw\n",
			"mounts.rc": "0",
		}).containerd;
		expect(config).toMatchObject({ path: "/etc/containerd/config.toml", realPath: "/srv/containerd.toml", isMountPoint: true });
	});

	it("that are no regular files or lead nowhere have a state of their own", () => {
		const { containerd, docker, crictl } = parsed({
			"files.stat": stat("directory", "/etc/containerd/config.toml") + stat("regular file", "/etc/docker/daemon.json"),
			...answer("file:/etc/docker/daemon.json", "", 1, "base64: read error: Input/output error"),
			"files.real": "/etc/crictl.yaml\tnowhere.yaml\tdangling\n",
		});
		expect(containerd.config.state).toBe("directory");
		expect(docker.daemonJson.state).toBe("unreadable");
		expect(crictl.config).toMatchObject({ state: "other", realPath: "nowhere.yaml" });
	});

	it("keep their SELinux label, and take the hash of a large one from the node", () => {
		const { containerd, docker } = parsed({
			"files.stat":
				stat("regular file", "/etc/containerd/config.toml", "system_u:object_r:etc_t:s0") + stat("regular file", "/etc/docker/daemon.json"),
			...answer("files.large", `${"ab".repeat(32)}  /etc/docker/daemon.json\n`),
		});
		expect(containerd.config.label).toBe("system_u:object_r:etc_t:s0");
		expect(docker.daemonJson).toMatchObject({ state: "file", sha256: "ab".repeat(32), contentBase64: null });
	});
});

describe("package managers' locks", () => {
	const lock = (line: string, fsType = "ext4") =>
		parsed({
			lines: `/proc/locks:${line}\n`,
			mounts: `/ ${fsType} rw\n`,
			"files.stat": "regular empty file\t640\t0\t0\t0\tfe00\t402117\t-\t/var/lib/dpkg/lock-frontend\n",
		}).host.packageLocks;

	it("are held when /proc/locks has a writer on that very file (25)", () => {
		expect(lock("4: POSIX  ADVISORY  WRITE 4711 fe:00:402117 0 EOF")).toEqual(["/var/lib/dpkg/lock-frontend"]);
		expect(lock("4: POSIX  ADVISORY  READ 4711 fe:00:402117 0 EOF")).toEqual([]);
		expect(lock("4: POSIX  ADVISORY  WRITE 4711 08:01:402117 0 EOF")).toEqual([]);
		expect(lock("4: -> POSIX  ADVISORY  WRITE 4711 fe:00:402117 0 EOF")).toEqual([]);
	});

	it("are told by the inode alone where the file system has numbers of its own", () => {
		expect(lock("4: POSIX  ADVISORY  WRITE 4711 00:2b:402117 0 EOF", "btrfs")).toEqual(["/var/lib/dpkg/lock-frontend"]);
	});
});

describe("the CRI plugin's state", () => {
	const head = "TYPE                            ID              PLATFORMS      STATUS    \n";

	it("is its row's status, absent where a configuration disabled it (1)", () => {
		expect(criPluginState(`${head}io.containerd.grpc.v1  cri  linux/amd64  ok\n`)).toBe("ok");
		expect(criPluginState(`${head}io.containerd.grpc.v1  cri  linux/amd64  error\n`)).toBe("error");
		expect(criPluginState(`${head}io.containerd.grpc.v1  images  -  ok\n`)).toBe("absent");
		expect(criPluginState("ctr: connection refused")).toBeNull();
	});

	it("is the worst of containerd 2's three", () => {
		const rows = (images: string) =>
			`${head}io.containerd.cri.v1  images  -  ${images}\nio.containerd.cri.v1  runtime  linux/amd64  ok\nio.containerd.grpc.v1  cri  -  ok\n`;
		expect(criPluginState(rows("ok"))).toBe("ok");
		expect(criPluginState(rows("error"))).toBe("error");
	});
});

describe("traces of earlier runs", () => {
	it("read decision, final state and owner", () => {
		const { gantry } = parsed({
			"gantry.runs": "abcdefgh1\nabcdefgh2\nnot a run\n",
			...answer("gantry.decisions", "lrwxrwxrwx 1 root root 6 Nov 22 14:33 /var/lib/gantry/runs/abcdefgh1/decision -> commit\n", 2),
			lines: "/var/lib/gantry/runs/abcdefgh1/final:committed\n/var/lib/gantry/owner:console-a 7 abcdefgh2\n",
			signs: "docker-off\n",
		});
		expect(gantry).toEqual({
			runs: [
				{ id: "abcdefgh1", decision: "commit", final: "committed" },
				{ id: "abcdefgh2", decision: "", final: "" },
			],
			lockOwner: "console-a 7 abcdefgh2",
			dockerOff: true,
		});
	});
});
