import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Facts } from "../../../lib/contracts/facts.ts";
import { parseProbe } from "../../probe/parse.ts";
import { fileWith, soundApiNode, soundInput } from "../fixtures/node.ts";
import { preflight } from "../preflight.ts";

const recorded = parseProbe(readFileSync(new URL("../../probe/fixtures/bookworm-containerd.txt", import.meta.url), "utf8"));
const ALREADY = "kubelet.runtime.already-containerd";
const TO_COMPLETE = "kubelet.runtime.to-complete";
/** What only a node on containerd is told. */
const OWN = /^(kubelet\.runtime|adopted|containerd\.config)\./;
const KUBEADM = "kubeadm.alpha.kubernetes.io/cri-socket";

const flagFile = (facts: Facts) => facts.kubelet.flagPlaces.find(({ kind }) => kind === "kubeadm-flags");

/** As Gantry leaves a node, changed by `change`. */
function found(change: (facts: Facts) => void = () => {}, annotations: Record<string, string> = {}) {
	const facts = structuredClone(recorded);
	facts.gantry = { runs: [], lockOwner: "", dockerOff: true };
	// The recorded node went over by hand: these two were left.
	const place = flagFile(facts);
	const text = Buffer.from(place?.file.contentBase64 ?? "", "base64").toString();
	if (place) place.file = fileWith(place.file.path, text.replace(/--network-plugin=cni --cni-bin-dir=\S+ /, ""));
	for (const unit of [facts.docker.service, facts.docker.socket]) unit.activeState = "inactive";
	change(facts);
	return preflight(soundInput(facts, { apiNode: soundApiNode(facts, { annotations }) })).filter(({ code }) => OWN.test(code));
}
const codes = (...args: Parameters<typeof found>) => found(...args).map(({ code }) => code);

describe("a node that is on containerd", () => {
	it("problem 9: that went over by hand is told of what was left", () => {
		expect(preflight(soundInput(recorded)).map(({ code }) => code)).toContain("adopted.flags-left");
	});

	it("problem 13: on containerd already has nothing to do where everything is as it should be", () => {
		expect(codes(() => {}, { [KUBEADM]: "unix:///run/containerd/containerd.sock" })).toEqual([ALREADY]);
	});

	it("is asked what any node is asked before it is changed, where something is left to complete", () => {
		const stale = { [KUBEADM]: "/var/run/dockershim.sock" };
		const facts = structuredClone(recorded);
		facts.gantry.runs = [];
		facts.host.packageLocks = ["/var/lib/dpkg/lock"];
		facts.docker.service.activeState = "active";
		facts.docker.containers = {
			known: true,
			value: [{ id: "b".repeat(64), name: "registry", image: "registry:2", running: true, kubernetes: false }],
		};
		const all = preflight(soundInput(facts, { apiNode: soundApiNode(facts, { annotations: stale }) }));
		const blocks = all.filter(({ severity }) => severity === "block").map(({ code }) => code);
		expect(blocks).toEqual(expect.arrayContaining(["docker.foreign-containers", "node.package-manager.busy"]));
		expect(blocks).not.toContain(ALREADY);
	});

	it("problem 11: is told of kubeadm's record that names the old socket", () => {
		for (const socket of ["/var/run/dockershim.sock", "unix://unix://unix:///run/containerd/containerd.sock"]) {
			expect(codes(() => {}, { [KUBEADM]: socket })).toEqual([TO_COMPLETE, "adopted.annotation-stale"]);
		}
	});

	it("problems 9 and 10: is told of flags that would end a later kubelet, and of those that the next start loses", () => {
		const left = (facts: Facts) => {
			const place = flagFile(facts);
			if (place)
				place.file = fileWith(
					place.file.path,
					'KUBELET_KUBEADM_ARGS="--network-plugin=cni --container-runtime=remote --container-runtime-endpoint=unix:///run/containerd/containerd.sock"\n',
				);
		};
		expect(found(left)).toMatchObject([
			{ code: TO_COMPLETE, severity: "note" },
			{ code: "adopted.flags-left", severity: "warn", values: { flags: "--network-plugin", path: "/var/lib/kubelet/kubeadm-flags.env" } },
		]);
		const lost = (facts: Facts) => {
			for (const place of facts.kubelet.flagPlaces)
				place.file = fileWith(place.file.path, "# --container-runtime-endpoint=unix:///run/containerd/containerd.sock\n");
			facts.kubelet.config = fileWith(facts.kubelet.config.path, "kind: KubeletConfiguration\n");
		};
		expect(codes(lost)).toContain("adopted.flags-not-kept");
	});

	it("problem 23: is told of a Docker that starts again, and problem 22: of what it left", () => {
		const starts = (facts: Facts) => {
			facts.gantry.dockerOff = false;
			facts.docker.service.unitFileState = "enabled";
			facts.docker.socket.unitFileState = "disabled";
			facts.docker.containers = {
				known: true,
				value: [{ id: "a".repeat(64), name: "k8s_main_web-0_default_uid_0", image: "web", running: true, kubernetes: true }],
			};
		};
		expect(found(starts)).toMatchObject([
			{ code: TO_COMPLETE, severity: "note" },
			{ code: "adopted.docker-starts", values: { units: "docker.service" } },
			{ code: "adopted.containers-left", values: { count: 1 } },
		]);
	});

	it("problem 24: is told nothing of a Docker that a run of ours kept on purpose, but of one that was switched on since", () => {
		const kept = (facts: Facts) => {
			facts.gantry.dockerOff = false;
			facts.docker.service.activeState = "active";
			for (const unit of [facts.docker.service, facts.docker.socket])
				unit.dropInPaths = [`/etc/systemd/system/${unit.name}.d/50-gantry.conf`];
			facts.docker.containers = {
				known: true,
				value: [{ id: "a".repeat(64), name: "k8s_main_web-0_default_uid_0", image: "web", running: false, kubernetes: true }],
			};
		};
		expect(codes(kept)).toEqual([ALREADY]);
		const runs = (facts: Facts) => {
			kept(facts);
			if (facts.docker.containers.known) for (const container of facts.docker.containers.value) container.running = true;
		};
		expect(codes(runs)).toEqual([TO_COMPLETE, "adopted.containers-left"]);
		const switchedOn = (facts: Facts) => {
			facts.docker.service.activeState = "active";
			for (const unit of [facts.docker.service, facts.docker.socket])
				unit.dropInPaths = [`/etc/systemd/system/${unit.name}.d/50-gantry.conf`];
		};
		expect(codes(switchedOn)).toEqual([TO_COMPLETE, "adopted.docker-starts"]);
	});

	it("is told of addresses that sandboxes of Docker's hold for ever, but not of those in use, new, or another network's", () => {
		const [pod, old, fresh, podman] = ["a", "b", "c", "d"].map((letter) => letter.repeat(64)) as [string, string, string, string];
		const reserve = (cached: string[]) => (facts: Facts) => {
			const network =
				/"name"\s*:\s*"([^"]+)"/.exec(Buffer.from(facts.cni.confFiles[0]?.contentBase64 ?? "", "base64").toString())?.[1] ?? "";
			expect(network).not.toBe("");
			facts.containerd.containers = { known: true, value: [pod] };
			facts.cni.cached = cached;
			facts.cni.reserved = [
				{ network, address: "10.244.1.2", sandbox: pod, settled: true },
				{ network, address: "10.244.1.3", sandbox: old, settled: true },
				{ network, address: "10.244.1.4", sandbox: fresh, settled: false },
				{ network: "podman", address: "10.88.0.2", sandbox: podman, settled: true },
			];
		};
		const left = { code: "adopted.addresses-left", severity: "warn", values: { count: 1, addresses: "10.244.1.3" } };
		expect(found(reserve([`x-${old}-eth0`]))).toMatchObject([
			{ code: TO_COMPLETE },
			{ ...left, values: { ...left.values, releasable: 1 } },
		]);
		// Nothing that a plan could do about it.
		expect(found(reserve([]))).toMatchObject([{ code: ALREADY }, { ...left, values: { ...left.values, releasable: 0 } }]);
		const unknown = (facts: Facts) => {
			reserve([])(facts);
			facts.containerd.containers = { known: false, reason: "not asked" };
		};
		expect(codes(unknown)).toEqual([ALREADY]);
	});

	it("problems 4 and 7: is told of a driver and a pause image that are not the kubelet's", () => {
		const differs = (facts: Facts) => {
			facts.kubelet.cgroupDriver = { known: true, value: { value: "systemd", from: "default" } };
			facts.kubelet.pauseImage = { known: true, value: { value: "registry.example/pause:3.9", from: "flag --pod-infra-container-image" } };
		};
		expect(codes(differs)).toEqual([TO_COMPLETE, "adopted.cgroup-driver-differs", "adopted.pause-differs"]);
	});

	it("problem 7: is told of a pause image that nothing keeps, and not of one that is pinned", () => {
		const image = "registry.example/pause:3.9";
		const own = (pinned: string[]) => (facts: Facts) => {
			facts.kubelet.pauseImage = { known: true, value: { value: "k8s.gcr.io/pause:3.2", from: "default" } };
			if (facts.containerd.dump.known)
				facts.containerd.dump = { known: true, value: facts.containerd.dump.value.replace("k8s.gcr.io/pause:3.2", image) };
			facts.containerd.pinned = { known: true, value: pinned };
			facts.containerd.images = { known: true, value: [image] };
		};
		expect(found(own([]))).toMatchObject([{ code: TO_COMPLETE }, { code: "adopted.pause-unpinned", severity: "warn", values: { image } }]);
		expect(codes(own([image]))).toEqual([ALREADY]);
	});

	it("problem 1: is told of misnamed plugins with their line, and problem 41: of crictl that asks the old socket", () => {
		const misnamed = (facts: Facts) => {
			facts.containerd.config = fileWith("/etc/containerd/config.toml", '[plugins."io.containerd.grpc.v1.cri"]\nsandbox_image = "a"\n');
			facts.crictl.config = fileWith("/etc/crictl.yaml", "runtime-endpoint: unix:///var/run/dockershim.sock\n");
		};
		expect(codes(misnamed)).toEqual([TO_COMPLETE, "containerd.config.long-names-ignored", "adopted.crictl-dockershim"]);
	});
});
