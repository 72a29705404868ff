import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Facts, FileFact } from "../../lib/contracts/facts.ts";
import { type Plan, planSchema, policySchema } from "../../lib/contracts/plan.ts";
import { answer, commandLine, fileBytes, withRecords } from "../probe/fixtures/edit.ts";
import { parseProbe } from "../probe/parse.ts";
import { sha256Hex } from "./compile.ts";
import { beforePrepare, factsDigest } from "./digest.ts";
import { PlanError } from "./error.ts";
import { containerdName } from "./images.ts";
import { planMigration } from "./migrate.ts";
import { planRollback } from "./rollback.ts";

const recorded = readFileSync(new URL("../probe/fixtures/bookworm-dockershim.txt", import.meta.url), "utf8");
const facts = parseProbe(recorded);
const archive = { archiveSha256: sha256Hex("archive"), binarySha256: sha256Hex("binary"), version: "v1.20.0" };

function plan(over: { facts?: Facts; policy?: object; crictl?: typeof archive | null } = {}): Plan {
	return planMigration({
		runId: "testrun01",
		nodeName: "node1",
		controlPlane: false,
		facts: over.facts ?? facts,
		policy: policySchema.parse(over.policy ?? {}),
		findings: [],
		crictl: over.crictl === undefined ? archive : over.crictl,
	});
}

const bytesAfter = (one: Plan, path: string) =>
	Buffer.from(one.files.find((file) => file.path === path)?.after?.contentBase64 ?? "", "base64").toString();

describe("planMigration", () => {
	it("plans a recorded node: what is shown is complete and valid", () => {
		const one = plan();
		expect(planSchema.parse(one)).toEqual(one);
		expect(one.files.map(({ path, stage }) => [stage, path])).toEqual([
			["runtime", "/etc/containerd/config.toml"],
			["kubelet", "/var/lib/kubelet/kubeadm-flags.env"],
			["prepare", "/etc/systemd/system/docker.socket.d/50-gantry.conf"],
			["prepare", "/etc/systemd/system/docker.service.d/50-gantry.conf"],
			["prepare", "/usr/local/bin/crictl"],
			["prepare", "/etc/crictl.yaml"],
		]);
		expect(bytesAfter(one, "/etc/containerd/config.toml")).toContain('bin_dir = "/usr/lib/cni"');
		expect(bytesAfter(one, "/var/lib/kubelet/kubeadm-flags.env")).toContain(
			"--container-runtime-endpoint=unix:///run/containerd/containerd.sock",
		);
		expect(bytesAfter(one, "/etc/crictl.yaml")).toContain("runtime-endpoint: unix:///run/containerd/containerd.sock");
		expect([one.runtimeFrom, one.runtimeTo]).toEqual(["docker://20.10.24", "containerd://1.6.20"]);
		expect(one.images.map(({ name }) => name)).toContain(one.pauseImage);
	});

	it("says of each image whether containerd has it already", () => {
		const before = plan().images;
		expect(before.filter(({ present }) => present)).toEqual([]);
		const kept = containerdName(before[0]?.name ?? "");
		const there = planMigration({
			runId: "testrun01",
			nodeName: "node1",
			controlPlane: false,
			facts: { ...facts, containerd: { ...facts.containerd, images: { known: true, value: [kept] } } },
			policy: policySchema.parse({}),
			findings: [],
			crictl: archive,
		}).images;
		expect(there.map(({ name, present }) => [name, present ?? false])).toEqual(before.map(({ name }, index) => [name, index === 0]));
	});

	it("is the same twice, and another one where a file, a flag or a version differs", () => {
		expect(plan()).toEqual(plan());
		const changed = parseProbe(withRecords(recorded, fileBytes("/etc/containerd/config.toml", "version = 2\n")));
		expect(factsDigest(changed)).not.toBe(factsDigest(facts));
		// What comes and goes by itself does not make a plan stale.
		expect(factsDigest({ ...facts, probeMs: 1, host: { ...facts.host, epochS: 1, bootId: "other" }, space: [] })).toBe(factsDigest(facts));
	});

	it("installs no crictl where none was uploaded, one is there, or nobody wants one", () => {
		const crictl = (one: Plan) => one.files.some((file) => file.source.kind === "crictl-archive");
		expect(crictl(plan())).toBe(true);
		expect(crictl(plan({ crictl: null }))).toBe(false);
		expect(crictl(plan({ policy: { installCrictl: false } }))).toBe(false);
		expect(crictl(plan({ facts: { ...facts, crictl: { ...facts.crictl, path: "/usr/bin/crictl" } } }))).toBe(false);
	});

	it("lets no crictl decide that cannot speak to this containerd (1.26 and containerd before 1.6)", () => {
		const old: Facts = { ...facts, containerd: { ...facts.containerd, version: { known: true, value: "1.4.13~ds1" } } };
		const decides = (one: Plan) =>
			["CRICTL", "CRICTL_UNFIT"].map((name) => new RegExp(`^${name}=(.*)$`, "m").exec(one.scripts.cutover.text)?.[1]);
		const installs = (one: Plan) => one.files.some((file) => file.source.kind === "crictl-archive");
		const here = (version: string): Facts => ({
			...old,
			crictl: { ...old.crictl, path: "/usr/bin/crictl", version: { known: true, value: version } },
		});
		expect(decides(plan({ facts: here("v1.26.0") }))).toEqual(["''", "v1.26.0"]);
		expect(decides(plan({ facts: here("v1.25.0") }))).toEqual(["/usr/bin/crictl", "''"]);
		const unfit = plan({ facts: old, crictl: { ...archive, version: "v1.28.0" } });
		expect([...decides(unfit), installs(unfit)]).toEqual(["''", "v1.28.0", false]);
		const fit = plan({ facts: old, crictl: { ...archive, version: "v1.24.2" } });
		expect([...decides(fit), installs(fit)]).toEqual(["/usr/local/bin/crictl", "''", true]);
		const unnamed = plan({ facts: old, crictl: { ...archive, version: "" } });
		expect([...decides(unnamed), installs(unnamed)]).toEqual(["''", "unknown", true]);
	});

	it("writes /etc/crictl.yaml only where crictl is wanted and there, or a file would go on naming the old runtime", () => {
		const writes = (one: Plan) => one.files.some((file) => file.path === "/etc/crictl.yaml");
		const here: Facts = { ...facts, crictl: { ...facts.crictl, path: "/usr/bin/crictl", version: { known: true, value: "v1.20.0" } } };
		const bytes = Buffer.from("runtime-endpoint: unix:///var/run/dockershim.sock\n");
		const config: FileFact = { ...facts.crictl.config, state: "file", sha256: sha256Hex(bytes), contentBase64: bytes.toString("base64") };
		const stale: Facts = { ...facts, crictl: { ...facts.crictl, config } };
		expect(writes(plan({ facts: here, crictl: null }))).toBe(true);
		expect(writes(plan({ facts: here, policy: { installCrictl: false } }))).toBe(false);
		expect(writes(plan({ crictl: null }))).toBe(false);
		expect(writes(plan({ facts: stale, crictl: null }))).toBe(true);
	});

	it("sends kubelet and crictl to the socket that containerd's own configuration names", () => {
		const at = (socketPath: string) => plan({ facts: { ...facts, containerd: { ...facts.containerd, socketPath } } });
		const custom = at("/run/cd/main.sock");
		expect(custom.kubelet.mustHave).toContain("--container-runtime-endpoint=unix:///run/cd/main.sock");
		expect(bytesAfter(custom, "/var/lib/kubelet/kubeadm-flags.env")).toContain("--container-runtime-endpoint=unix:///run/cd/main.sock");
		expect(bytesAfter(custom, "/etc/crictl.yaml")).toContain("image-endpoint: unix:///run/cd/main.sock");
		expect(at("/var/run/containerd/containerd.sock").kubelet).toEqual(plan().kubelet);
	});

	it("takes the files that prepare has put in place for what they are, and nobody else's", () => {
		const docker = structuredClone(facts);
		docker.docker.unitFiles = [];
		docker.docker.argv.push("--registry-mirror=https://mirror.example.com", "--https-proxy=http://proxy.example.com:3128");
		const one = plan({ facts: docker });
		const laid = (path: string, sha256?: string) => {
			const made = one.files.find((file) => file.path === path)?.after;
			return { ...docker.containerd.config, path, realPath: path, sha256: sha256 ?? made?.sha256 ?? "", mode: "0644", uid: 0, gid: 0 };
		};
		const [hosts, dropIn] = [
			"/etc/containerd/certs.d/docker.io/hosts.toml",
			"/etc/systemd/system/containerd.service.d/50-gantry-proxy.conf",
		] as const;
		const prepared = (sha256?: string): Facts => ({
			...docker,
			docker: { ...docker.docker, unitFiles: [laid("/etc/systemd/system/docker.service.d/50-gantry.conf")] },
			containerd: {
				...docker.containerd,
				registryHosts: [laid(hosts, sha256)],
				unitFiles: [...(docker.containerd.unitFiles ?? []), laid(dropIn)],
			},
		});
		expect(factsDigest(prepared())).not.toBe(one.factsDigest);
		expect(factsDigest(beforePrepare(prepared(), docker, one))).toBe(one.factsDigest);
		expect(factsDigest(beforePrepare(prepared("of another hand"), docker, one))).not.toBe(one.factsDigest);
	});

	it("frees the kubelet's unit of Docker: in its own file, or by a copy in /etc of one that a package owns", () => {
		const text = "[Unit]\nRequires=docker.service\nAfter=docker.service network.target\n\n[Service]\nExecStart=/usr/bin/kubelet\n";
		const laid = (path: string) => {
			const changed = structuredClone(facts);
			const place = changed.kubelet.flagPlaces.find(({ kind }) => kind === "unit");
			if (!place) throw new Error("the recorded node has a unit");
			place.file = { ...place.file, path, realPath: path, contentBase64: Buffer.from(text).toString("base64"), sha256: sha256Hex(text) };
			return plan({ facts: changed }).files.filter((file) => file.path.endsWith("kubelet.service"));
		};
		const [own, ...more] = laid("/etc/systemd/system/kubelet.service");
		expect(more).toEqual([]);
		expect(own).toMatchObject({ stage: "kubelet", before: { sha256: sha256Hex(text) }, intended: [{ key: "Requires" }, { key: "After" }] });
		const [copy] = laid("/lib/systemd/system/kubelet.service");
		expect(copy).toMatchObject({ path: "/etc/systemd/system/kubelet.service", before: null });
		expect(Buffer.from(copy?.after?.contentBase64 ?? "", "base64").toString()).toBe(
			text.replace("Requires=docker.service", "Requires=").replace("docker.service network", "network"),
		);
	});

	it("problem 4: sets another cgroup driver for the kubelet and containerd alike, where it is decided", () => {
		const policy = { cgroupDriver: "systemd" };
		const made = plan({ policy });
		const path = facts.kubelet.config.path;
		expect(bytesAfter(made, path)).toContain("cgroupDriver: systemd\n");
		expect(bytesAfter(made, "/etc/containerd/config.toml")).toContain("SystemdCgroup = true");
		expect(made.containerd?.settings.systemdCgroup).toBe(true);
		const byFlag = structuredClone(facts);
		byFlag.kubelet.cgroupDriver = { known: true, value: { value: "cgroupfs", from: "flag --cgroup-driver" } };
		const flagged = plan({ facts: byFlag, policy });
		expect(bytesAfter(flagged, "/var/lib/kubelet/kubeadm-flags.env")).toContain("--cgroup-driver=systemd");
		expect(flagged.kubelet.mustHave).toContain("--cgroup-driver=systemd");
		expect(flagged.files.some((file) => file.path === path)).toBe(false);
	});

	it("changes the endpoints that the kubelet's file and kubeadm's name, and leaves a file that names none", () => {
		const named = (text: string): FileFact => {
			const bytes = Buffer.from(text);
			return { ...facts.kubelet.config, sha256: sha256Hex(bytes), contentBase64: bytes.toString("base64") };
		};
		const old = "unix:///run/cri-dockerd.sock";
		const config = named(`# ours\ncontainerRuntimeEndpoint: "${old}"\ncgroupDriver: cgroupfs\nimageServiceEndpoint: ${old} # old\n`);
		const instanceConfig = {
			...named(`kind: KubeletConfiguration\ncontainerRuntimeEndpoint: ${old}\n`),
			path: "/var/lib/kubelet/instance-config.yaml",
		};
		const one = plan({ facts: { ...facts, kubelet: { ...facts.kubelet, config, instanceConfig } } });
		const socket = "unix:///run/containerd/containerd.sock";
		expect(bytesAfter(one, config.path)).toBe(
			`# ours\ncontainerRuntimeEndpoint: "${socket}"\ncgroupDriver: cgroupfs\nimageServiceEndpoint: ${socket} # old\n`,
		);
		expect(bytesAfter(one, instanceConfig.path)).toBe(`kind: KubeletConfiguration\ncontainerRuntimeEndpoint: ${socket}\n`);
		expect(one.files.filter((file) => file.stage === "kubelet").map((file) => file.path)).toContain(instanceConfig.path);
		expect(plan().files.map((file) => file.path)).not.toContain(config.path);
		expect(factsDigest({ ...facts, kubelet: { ...facts.kubelet, instanceConfig } })).not.toBe(factsDigest(facts));
	});

	it("has containerd judge the new file where it will lie, with the words that it runs with", () => {
		const argv = ["/usr/local/bin/containerd", "--log-level", "debug", "--config", "/srv/cd.toml", "--root=/data/my root", "-c=/x.toml"];
		const config = { ...facts.containerd.config, path: "/srv/cd.toml", realPath: "/srv/cd.toml" };
		const { text } = plan({ facts: { ...facts, containerd: { ...facts.containerd, argv, config, configPath: "/srv/cd.toml" } } }).scripts
			.prepare;
		expect(text).toContain(
			`dump_config() { bounded 20 /usr/local/bin/containerd --log-level debug '--root=/data/my root' --config "$1" config dump; }`,
		);
		expect(text).toContain("\nCONTAINERD_CONFIG=/srv/cd.toml\n");
	});

	it("is another plan where a unit or a drop-in of containerd's holds something else", () => {
		const unitFiles = [{ ...facts.containerd.config, path: "/etc/systemd/system/containerd.service.d/proxy.conf", sha256: "a1" }];
		const one = (sha256: string) =>
			factsDigest({ ...facts, containerd: { ...facts.containerd, unitFiles: unitFiles.map((file) => ({ ...file, sha256 })) } });
		expect(one("a1")).not.toBe(one("a2"));
	});

	it("asks the kubelet where it listens, and not at all where that is switched off", () => {
		const url = (healthz: Facts["kubelet"]["healthz"]) =>
			/^HEALTHZ=(.*)$/m.exec(plan({ facts: { ...facts, kubelet: { ...facts.kubelet, healthz } } }).scripts.cutover.text)?.[1];
		expect(url({ known: true, value: { address: "127.0.0.1", port: 10300, ok: true } })).toBe("http://127.0.0.1:10300/healthz");
		expect(url({ known: true, value: { address: "::1", port: 10248, ok: true } })).toBe("'http://[::1]:10248/healthz'");
		expect(url({ known: false, reason: "disabled" })).toBe("''");
	});

	it("refuses a node that is not on Docker, an unknown fact and a file that is no text", () => {
		const refused = (over: Facts) => {
			try {
				plan({ facts: over });
			} catch (error) {
				if (error instanceof PlanError) return error.code;
				throw error;
			}
			return null;
		};
		expect(refused({ ...facts, kubelet: { ...facts.kubelet, runtime: "containerd" } })).toBe("not-on-docker");
		expect(refused({ ...facts, kubelet: { ...facts.kubelet, cgroupDriver: { known: false, reason: "timeout" } } })).toBe("fact-unknown");
		expect(refused({ ...facts, containerd: { ...facts.containerd, config: { ...facts.containerd.config, contentBase64: null } } })).toBe(
			"bytes-missing",
		);
		const latin1 = Buffer.from("# caf\xe9\n", "latin1").toString("base64");
		expect(refused({ ...facts, containerd: { ...facts.containerd, config: { ...facts.containerd.config, contentBase64: latin1 } } })).toBe(
			"not-utf8",
		);
	});
});

describe("planRollback", () => {
	const migrated = plan();
	const onContainerd = parseProbe(
		withRecords(recorded, {
			...commandLine("kubelet", [
				...facts.kubelet.argv.filter((word) => !/network-plugin|cni-bin/.test(word)),
				...migrated.kubelet.mustHave,
			]),
			...answer("docker.version", "", 1),
		}),
	);
	const back = (over: Partial<Parameters<typeof planRollback>[0]> = {}) =>
		planRollback({
			runId: "backrun01",
			nodeName: "node1",
			controlPlane: false,
			facts: onContainerd,
			migrated: { plan: migrated, facts },
			policy: policySchema.parse({}),
			findings: [],
			...over,
		});

	it("takes every file back to what the snapshot holds, and nothing else", () => {
		const one = back();
		expect(planSchema.parse(one)).toEqual(one);
		expect(one.files.map(({ realPath, before, after }) => ({ realPath, before, after }))).toEqual(
			migrated.files.map(({ realPath, before, after }) => ({ realPath, before: after, after: before })),
		);
		expect(one.files.filter((file) => file.after).map((file) => file.source)).toEqual([
			{ kind: "snapshot", runId: "testrun01", index: 0 },
			{ kind: "snapshot", runId: "testrun01", index: 1 },
		]);
		expect(one.kubelet.mustHave).toContain("--network-plugin=cni");
		expect(one.kubelet.mustNotHave).toEqual(expect.arrayContaining(["--container-runtime", "--container-runtime-endpoint"]));
	});

	it("refuses a node that is on Docker already, and a run that was no migration", () => {
		expect(() => back({ facts })).toThrow(PlanError);
		expect(() => back({ migrated: { plan: { ...migrated, direction: "rollback" }, facts } })).toThrow(PlanError);
	});
});

describe("containerdName", () => {
	it.each([
		["busybox:1.35", "docker.io/library/busybox:1.35"],
		["busybox", "docker.io/library/busybox:latest"],
		["calico/node:v3", "docker.io/calico/node:v3"],
		["k8s.gcr.io/pause:3.2", "k8s.gcr.io/pause:3.2"],
		["registry:5000/team/app", "registry:5000/team/app:latest"],
		["localhost/app:1", "localhost/app:1"],
	])("keeps %s as %s", (name, kept) => {
		expect(containerdName(name)).toBe(kept);
	});
});
