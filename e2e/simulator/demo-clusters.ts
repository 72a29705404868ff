import type { Workload } from "./cluster/workload.ts";
import type { NodeLayout } from "./machine/node.ts";
import { BOOKWORM, EL7, type Profile } from "./machine/profile.ts";
import {
	type ClusterStart,
	type RunningCluster,
	type SimulatedClusterSpec,
	type SimulatedNodeSpec,
	startCluster,
} from "./simulated-cluster.ts";

export interface DemoClusters {
	legacy: RunningCluster;
	prod: RunningCluster;
	close(): Promise<void>;
}

const DAY_MS = 86_400_000;
const MIB = 1024 ** 2;
const LEGACY_PAUSE = "registry.cn-qingdao.aliyuncs.com/huaqiangk8s/pause:3.2";
const PROD_PAUSE = "registry.k8s.io/pause:3.9";

function workloads(proxyImage: string, workers: number): Workload[] {
	const daemon = { kind: "DaemonSet", namespace: "kube-system" } as const;
	const deployment = { kind: "Deployment", namespace: "default", startupMs: 1_500 } as const;
	return [
		{ ...daemon, name: "kube-proxy", image: proxyImage, hostNetwork: true },
		{ ...daemon, name: "node-agent", image: "quay.io/demo/node-agent:2.4" },
		// One less than wanted: the budget gives one pod at a time, and a drain is seen to wait for it. Soon ready: tries grow rare.
		{ ...deployment, name: "web", image: "nginx:1.19", replicas: workers * 2, minAvailable: workers * 2 - 1, startupMs: 1_000 },
		{ ...deployment, name: "shop", image: "quay.io/demo/shop:1.12.3", replicas: workers },
		{ ...deployment, name: "worker", image: "quay.io/demo/worker:1.12.3", replicas: workers + 1 },
	];
}

function controlPlane(version: string, registry: string, etcd: string) {
	const names = ["kube-apiserver", "kube-controller-manager", "kube-scheduler"];
	return [
		...names.map((component) => ({ component, image: `${registry}/${component}:${version}` })),
		{ component: "etcd", image: `${registry}/etcd:${etcd}` },
	];
}

/** The cluster of the procedure that this product automates: a mixed control plane and mixed workers. */
function legacy(): SimulatedClusterSpec {
	const version = "v1.18.9";
	const node = (number: number, master: boolean, containerd: string | null): SimulatedNodeSpec => {
		const profile: Profile = number === 6 ? { ...EL7, kernel: "3.10.0-1160.6.1.el7.x86_64" } : EL7;
		const layout: NodeLayout = {
			runtime: containerd === null ? "dockershim" : "containerd",
			docker: "19.03.13",
			// Somebody took it over by hand, and forgot to switch Docker off and to correct kubeadm's record.
			dockerLeftOn: number === 6,
			containerd: containerd ?? "1.3.7",
			kubelet: version,
			cgroupDriver: "systemd",
			pause: LEGACY_PAUSE,
			cniBinDir: "/opt/cni/bin",
			address: `3.1.20.${119 + number}`,
			podSubnet: `10.233.${number}.0/24`,
			...(master ? { controlPlane: controlPlane(version, "k8s.gcr.io", "3.4.3-0") } : {}),
		};
		const socket = containerd === null || number === 6 ? "/var/run/dockershim.sock" : "unix:///var/run/containerd/containerd.sock";
		return {
			name: `node${number}`,
			profile,
			layout,
			object: {
				createdAtMs: Date.now() - 61 * DAY_MS,
				annotations: { "kubeadm.alpha.kubernetes.io/cri-socket": socket },
				...(master
					? { labels: { "node-role.kubernetes.io/master": "" }, taints: [{ key: "node-role.kubernetes.io/master", effect: "NoSchedule" }] }
					: {}),
			},
		};
	};
	return {
		name: "legacy",
		version,
		network: "127.77.1",
		nodes: [
			node(1, true, null),
			node(2, true, "1.3.7"),
			node(3, true, null),
			node(4, false, null),
			node(5, false, null),
			node(6, false, "1.4.3"),
		],
		workloads: workloads(`k8s.gcr.io/kube-proxy:${version}`, 3),
	};
}

/** Newer, on cri-dockerd, and with what keeps nodes from going over. */
function prod(): SimulatedClusterSpec {
	const version = "v1.30.4";
	const base = {
		docker: "26.1.4",
		containerd: "1.7.18",
		kubelet: version,
		cgroupDriver: "systemd",
		pause: PROD_PAUSE,
		cniBinDir: "/opt/cni/bin",
	} as const;
	const object = (runtimeVersion: string, annotation: string) => ({
		createdAtMs: Date.now() - 203 * DAY_MS,
		annotations: { "kubeadm.alpha.kubernetes.io/cri-socket": annotation },
		assumed: { kubeletVersion: version, runtimeVersion, osImage: "Debian GNU/Linux 12 (bookworm)", kernel: BOOKWORM.kernel },
	});
	const worker = (number: number, change: Partial<SimulatedNodeSpec> & { plain?: NodeLayout["plainContainers"] }): SimulatedNodeSpec => {
		const { plain, ...rest } = change;
		return {
			name: `prod-worker-${number}`,
			profile: BOOKWORM,
			layout: {
				...base,
				runtime: "cri-dockerd",
				address: `10.20.0.${20 + number}`,
				podSubnet: `10.244.${number}.0/24`,
				...(plain ? { plainContainers: plain } : {}),
			},
			object: object("docker://26.1.4", "unix:///run/cri-dockerd.sock"),
			...rest,
		};
	};
	return {
		name: "prod",
		version,
		network: "127.77.2",
		nodes: [
			{
				name: "prod-control-1",
				profile: BOOKWORM,
				layout: {
					...base,
					docker: null,
					runtime: "containerd",
					address: "10.20.0.10",
					podSubnet: "10.244.0.0/24",
					controlPlane: controlPlane(version, "registry.k8s.io", "3.5.12-0"),
				},
				object: {
					...object("containerd://1.7.18", "unix:///run/containerd/containerd.sock"),
					labels: { "node-role.kubernetes.io/control-plane": "" },
					taints: [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }],
				},
			},
			worker(1, { plain: [{ name: "registry-mirror", image: "registry:2.8" }] }),
			worker(2, { freeBytes: 700 * MIB }),
			worker(3, { reachable: false }),
		],
		workloads: workloads(`registry.k8s.io/kube-proxy:${version}`, 2),
	};
}

/** Starts the two clusters of the demo on loopback; a few seconds. `close` ends everything that it started. */
export async function startDemoClusters(start: ClusterStart): Promise<DemoClusters> {
	const [first, second] = await Promise.all([startCluster(legacy(), start), startCluster(prod(), start)]);
	return {
		legacy: first,
		prod: second,
		close: async () => {
			await Promise.all([first.close(), second.close()]);
		},
	};
}
