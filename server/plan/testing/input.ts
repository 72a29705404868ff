import type { FileChange } from "../../../lib/contracts/plan.ts";
import { type CompileInput, sha256Hex } from "../compile.ts";
import { dockerOffDropIn } from "../docker-units.ts";

type Bytes = string | Uint8Array | null;

/** A change of one file from some bytes to others; null = absent. */
export function fileChange(path: string, stage: FileChange["stage"], before: Bytes, after: Bytes): FileChange {
	const state = (bytes: Bytes) =>
		bytes === null
			? null
			: { sha256: sha256Hex(bytes), contentBase64: Buffer.from(bytes).toString("base64"), mode: "0644", uid: 0, gid: 0 };
	return { path, realPath: path, stage, before: state(before), after: state(after), source: { kind: "inline" }, intended: [] };
}

/** A compile input as of a kubeadm node with dockershim. */
export function compileInput(over: Partial<CompileInput> = {}): CompileInput {
	const dockerUnits = ["docker.socket", "docker.service"];
	return {
		runId: "testrun01",
		nodeName: "node1",
		direction: "migrate",
		runtimeFrom: "docker://20.10.24",
		runtimeTo: "containerd://1.6.20",
		files: [
			fileChange("/etc/containerd/config.toml", "runtime", 'disabled_plugins = ["cri"]\n', "version = 2\n"),
			fileChange("/var/lib/kubelet/kubeadm-flags.env", "kubelet", 'A="--network-plugin=cni"\n', 'A="--container-runtime=remote"\n'),
			...dockerUnits.map(dockerOffDropIn),
		],
		dockerUnits,
		containerd: {
			socketPath: "/run/containerd/containerd.sock",
			binary: "/usr/bin/containerd",
			words: [],
			configPath: "/etc/containerd/config.toml",
			enablement: "",
		},
		dumpExpected: ['sandbox_image = "k8s.gcr.io/pause:3.2"'],
		images: [{ saved: "k8s.gcr.io/pause:3.2", kept: "k8s.gcr.io/pause:3.2", sizeBytes: 700_000 }],
		pauseImage: "k8s.gcr.io/pause:3.2",
		cniBinDirs: ["/opt/cni/bin"],
		kubelet: {
			mustHave: ["--container-runtime=remote"],
			mustNotHave: ["--network-plugin"],
			healthzUrl: "http://127.0.0.1:10248/healthz",
			staticPods: 0,
		},
		revertKubelet: { mustHave: ["--network-plugin=cni"], mustNotHave: [] },
		crictlPath: null,
		crictlUnfit: "",
		controlPlane: null,
		completes: null,
		keepsDocker: false,
		drain: true,
		drainTimeoutS: 900,
		verifyTimeoutS: 300,
		graceS: 10,
		...over,
	};
}
