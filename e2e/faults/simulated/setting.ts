import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Workload } from "../../simulator/cluster/workload.ts";
import type { NodeLayout } from "../../simulator/machine/node.ts";
import { BOOKWORM, EL7, type Profile } from "../../simulator/machine/profile.ts";
import type { SimulatedClusterSpec, SimulatedNodeSpec } from "../../simulator/simulated-cluster.ts";
import type { Shape } from "../shape.ts";

const CREATED_DAYS_AGO = 61;
const DAY_MS = 86_400_000;

/** Keys, certificates and databases of this process's cases; a case makes nothing twice. */
export const stateFolder = mkdtempSync(join(tmpdir(), "gantry-faults-"));

interface Versions {
	profile: Profile;
	runtime: NodeLayout["runtime"];
	docker: string;
	containerd: string;
	kubelet: string;
	pause: string;
	socket: string;
}

const OLD: Versions = {
	profile: EL7,
	runtime: "dockershim",
	docker: "19.03.13",
	containerd: "1.3.7",
	kubelet: "v1.18.9",
	pause: "k8s.gcr.io/pause:3.2",
	socket: "/var/run/dockershim.sock",
};
const VERSIONS: Record<Shape, Versions> = {
	bookworm: { ...OLD, profile: BOOKWORM, docker: "20.10.24+dfsg1", containerd: "1.6.20~ds1", kubelet: "v1.20.2" },
	el7: OLD,
	"control-plane": OLD,
	"cri-dockerd": {
		profile: BOOKWORM,
		runtime: "cri-dockerd",
		docker: "26.1.4",
		containerd: "1.7.18",
		kubelet: "v1.30.4",
		pause: "registry.k8s.io/pause:3.9",
		socket: "unix:///run/cri-dockerd.sock",
	},
};

/** They take pods, as those of small clusters do: nobody else is there to take what is evicted. */
const MASTER = "node-role.kubernetes.io/master";

/** A small cluster whose first node goes over; the others are there to take its pods, or to be etcd's other members. */
export function setting(shape: Shape): SimulatedClusterSpec {
	const versions = VERSIONS[shape];
	const master = shape === "control-plane";
	const names = master ? ["node1", "node2", "node3"] : ["node1", "node2"];
	return {
		name: `faults-${shape}`,
		version: versions.kubelet,
		network: "127.77.9",
		nodes: names.map((name, index) => node(name, index + 1, versions, master)),
		workloads: workloads(versions.kubelet),
	};
}

function node(name: string, number: number, versions: Versions, master: boolean): SimulatedNodeSpec {
	const { profile, runtime, docker, containerd, kubelet, pause, socket } = versions;
	const components = ["kube-apiserver", "etcd"].map((component) => ({ component, image: `k8s.gcr.io/${component}:${kubelet}` }));
	return {
		name,
		profile,
		layout: {
			runtime,
			docker,
			containerd,
			kubelet,
			pause,
			cgroupDriver: "systemd",
			cniBinDir: "/opt/cni/bin",
			address: `10.20.0.${10 + number}`,
			podSubnet: `10.244.${number}.0/24`,
			...(master ? { controlPlane: components } : {}),
		},
		object: {
			createdAtMs: Date.now() - CREATED_DAYS_AGO * DAY_MS,
			annotations: { "kubeadm.alpha.kubernetes.io/cri-socket": socket },
			...(master ? { labels: { [MASTER]: "" } } : {}),
		},
	};
}

function workloads(version: string): Workload[] {
	return [
		{ kind: "DaemonSet", namespace: "kube-system", name: "kube-proxy", image: `k8s.gcr.io/kube-proxy:${version}`, hostNetwork: true },
		{ kind: "DaemonSet", namespace: "kube-system", name: "agent", image: "quay.io/demo/agent:2.4" },
		{ kind: "Deployment", namespace: "default", name: "web", image: "nginx:1.19", replicas: 3, minAvailable: 2, startupMs: 1_000 },
	];
}
