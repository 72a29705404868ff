import type { NodeLayout } from "./machine/node.ts";
import { BOOKWORM, EL7 } from "./machine/profile.ts";
import type { SimulatedClusterSpec, SimulatedNodeSpec } from "./simulated-cluster.ts";

const DAY_MS = 86_400_000;
const ZONES = ["zone-a", "zone-b", "zone-c"];

/** One cluster of many workers on Docker in three zones, for what only shows at scale. At most 240: its addresses are one network's. */
export function scaleCluster(workers: number): SimulatedClusterSpec {
	return {
		name: "scale",
		version: "v1.20.2",
		network: "127.77.3",
		nodes: Array.from({ length: workers }, (_, index) => worker(index + 1)),
		workloads: [
			{ kind: "DaemonSet", namespace: "kube-system", name: "node-agent", image: "quay.io/demo/node-agent:2.4" },
			{
				kind: "Deployment",
				namespace: "default",
				name: "web",
				image: "nginx:1.19",
				replicas: workers,
				minAvailable: Math.floor(workers * 0.8),
				startupMs: 1_000,
			},
		],
	};
}

/** Two of three are Debian, as a fleet that grew is mixed. */
function worker(number: number): SimulatedNodeSpec {
	const old = number % 3 === 0;
	const layout: NodeLayout = {
		runtime: "dockershim",
		docker: old ? "19.03.13" : "20.10.24+dfsg1",
		containerd: old ? "1.3.7" : "1.6.20~ds1",
		kubelet: "v1.20.2",
		cgroupDriver: "systemd",
		pause: "k8s.gcr.io/pause:3.2",
		cniBinDir: "/opt/cni/bin",
		address: `10.30.0.${number}`,
		podSubnet: `10.244.${number}.0/24`,
	};
	return {
		name: `worker-${number}`,
		profile: old ? EL7 : BOOKWORM,
		layout,
		object: {
			createdAtMs: Date.now() - 61 * DAY_MS,
			annotations: { "kubeadm.alpha.kubernetes.io/cri-socket": "/var/run/dockershim.sock" },
			labels: { "topology.kubernetes.io/zone": ZONES[number % ZONES.length] ?? "" },
		},
	};
}
