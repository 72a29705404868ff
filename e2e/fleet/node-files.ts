import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { apiServerUrl } from "./control-plane.ts";
import { PAUSE_IMAGE } from "./images.ts";
import { issue, kubeletKubeconfig } from "./pki.ts";
import { must } from "./process.ts";
import { type FleetState, gatewayOf, hasNoControllers, type NodeState } from "./state.ts";
import { etcdCertificates, staticPods } from "./static-pods.ts";

/** Docker's packaged containerd configuration, byte for byte: this is what disables the CRI plugin. */
export const DOCKER_CONTAINERD_CONFIG = `#   Copyright 2018-2022 Docker Inc.

#   Licensed under the Apache License, Version 2.0 (the "License");
#   you may not use this file except in compliance with the License.
#   You may obtain a copy of the License at

#       http://www.apache.org/licenses/LICENSE-2.0

#   Unless required by applicable law or agreed to in writing, software
#   distributed under the License is distributed on an "AS IS" BASIS,
#   WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
#   See the License for the specific language governing permissions and
#   limitations under the License.

disabled_plugins = ["cri"]

#root = "/var/lib/containerd"
#state = "/run/containerd"
#subreaper = true
#oom_score = 0

#[grpc]
#  address = "/run/containerd/containerd.sock"
#  uid = 0
#  gid = 0

#[debug]
#  address = "/run/containerd/debug.sock"
#  uid = 0
#  gid = 0
#  level = "info"
`;

const KUBELET_UNIT = `[Unit]
Description=kubelet: The Kubernetes Node Agent
Documentation=https://kubernetes.io/docs/home/
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/bin/kubelet
Restart=always
StartLimitInterval=0
RestartSec=10

[Install]
WantedBy=multi-user.target
`;

const KUBEADM_DROP_IN = `# Note: This dropin only works with kubeadm and kubelet v1.11+
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
# This is a file that "kubeadm init" and "kubeadm join" generates at runtime, populating the KUBELET_KUBEADM_ARGS variable dynamically
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
# This is a file that the user can use for overrides of the kubelet args as a last resort. Preferably, the user should use
# the .NodeRegistration.KubeletExtraArgs object in the configuration files instead. KUBELET_EXTRA_ARGS should be sourced from this file.
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
`;

/** Where there are no controllers a kubelet makes its groups, but ends where it finds them and would set their weights. */
const FRESH_CGROUPS = "[Service]\nExecStartPre=-/usr/bin/find /sys/fs/cgroup/kubepods -depth -type d -exec rmdir {} +\n";

/** Each takes one of the inotify instances that all hosts share, to ask for disk passwords on a console nobody sees. */
const NEEDLESS = ["systemd-ask-password-console.path", "systemd-ask-password-wall.path"];

/** systemd runs them all at each of the many reloads, for disks, consoles and kernels that a host in a container does not have. */
const NEEDLESS_GENERATORS = [
	"cryptsetup",
	"debug",
	"fstab",
	"getty",
	"gpt-auto",
	"hibernate-resume",
	"integritysetup",
	"rc-local",
	"run",
	"system-update",
	"veritysetup",
].map((name) => `systemd-${name}-generator`);

function kubeletConfig(): string {
	return stringify({
		apiVersion: "kubelet.config.k8s.io/v1beta1",
		authentication: {
			anonymous: { enabled: false },
			webhook: { cacheTTL: "0s", enabled: true },
			x509: { clientCAFile: "/etc/kubernetes/pki/ca.crt" },
		},
		authorization: { mode: "Webhook", webhook: { cacheAuthorizedTTL: "0s", cacheUnauthorizedTTL: "0s" } },
		cgroupDriver: "cgroupfs",
		clusterDNS: ["10.96.0.10"],
		clusterDomain: "cluster.local",
		// The machine's disk is shared and no registry can bring an image back: a node never evicts for it.
		evictionHard: { "nodefs.available": "1%" },
		failSwapOn: false,
		healthzBindAddress: "127.0.0.1",
		healthzPort: 10248,
		imageGCHighThresholdPercent: 100,
		imageGCLowThresholdPercent: 99,
		kind: "KubeletConfiguration",
		nodeStatusUpdateFrequency: "4s",
		rotateCertificates: true,
		staticPodPath: "/etc/kubernetes/manifests",
	});
}

function cniConfig(podSubnet: string): string {
	return `${JSON.stringify(
		{
			cniVersion: "0.3.1",
			name: "fleet",
			plugins: [
				{
					type: "bridge",
					bridge: "cni0",
					isGateway: true,
					ipMasq: true,
					hairpinMode: true,
					ipam: { type: "host-local", ranges: [[{ subnet: podSubnet }]], routes: [{ dst: "0.0.0.0/0" }] },
				},
				{ type: "portmap", capabilities: { portMappings: true } },
			],
		},
		undefined,
		2,
	)}\n`;
}

/** Writes everything below `root` that makes it this very node: name, address, keys, and Kubernetes as kubeadm lays it out. */
export async function writeNodeFiles(state: FleetState, node: NodeState, root: string, stateDir: string): Promise<void> {
	const write = async (path: string, text: string, mode = 0o644) => {
		const target = join(root, path);
		await mkdir(dirname(target), { recursive: true });
		await writeFile(target, text, { mode });
	};
	for (const unit of NEEDLESS) await symlink("/dev/null", join(root, "etc/systemd/system", unit));
	await mkdir(join(root, "etc/systemd/system-generators"), { recursive: true });
	for (const generator of NEEDLESS_GENERATORS) await symlink("/dev/null", join(root, "etc/systemd/system-generators", generator));
	await write("etc/hostname", `${node.name}\n`);
	await write("etc/hosts", `127.0.0.1 localhost\n${state.nodes.map((each) => `${each.address} ${each.name}\n`).join("")}`);
	await write("etc/machine-id", `${node.machineId}\n`);
	await write("etc/fleet/address", `ADDRESS=${node.address}\nGATEWAY=${gatewayOf(state)}\n`);
	await writeKeys(node, stateDir, write);

	await write(
		"etc/docker/daemon.json",
		`${JSON.stringify({ "exec-opts": ["native.cgroupdriver=cgroupfs"], "storage-driver": "overlay2" }, undefined, 2)}\n`,
	);
	await write("etc/containerd/config.toml", DOCKER_CONTAINERD_CONFIG);
	await write("etc/cni/net.d/10-fleet.conflist", cniConfig(node.podSubnet));

	await write("etc/systemd/system/kubelet.service", KUBELET_UNIT);
	await write("etc/systemd/system/kubelet.service.d/10-kubeadm.conf", KUBEADM_DROP_IN);
	if (hasNoControllers(state, node)) await write("etc/systemd/system/kubelet.service.d/05-cgroups.conf", FRESH_CGROUPS);
	await write("etc/default/kubelet", `KUBELET_EXTRA_ARGS=--node-ip=${node.address}\n`);
	await write(
		"var/lib/kubelet/kubeadm-flags.env",
		`KUBELET_KUBEADM_ARGS="--network-plugin=cni --cni-bin-dir=/usr/lib/cni --pod-infra-container-image=${PAUSE_IMAGE}"\n`,
	);
	await write("var/lib/kubelet/config.yaml", kubeletConfig());
	await mkdir(join(root, "etc/kubernetes/manifests"), { recursive: true });
	if (node.controlPlane) {
		for (const [file, text] of Object.entries(staticPods(state, node))) await write(`etc/kubernetes/manifests/${file}`, text, 0o600);
		for (const [path, text] of Object.entries(await etcdCertificates(node, stateDir))) await write(path.slice(1), text, 0o600);
	}
	await writeIdentity(state, node, stateDir, write);
}

type Write = (path: string, text: string, mode?: number) => Promise<void>;

async function writeKeys(node: NodeState, stateDir: string, write: Write): Promise<void> {
	const authorized = await readFile(join(stateDir, "keys/id_ed25519.pub"), "utf8");
	await write("root/.ssh/authorized_keys", authorized, 0o600);
	// Root's file is good for everyone: the fleet has one key.
	await write("etc/ssh/authorized_keys", authorized);
	await write("etc/ssh/sshd_config.d/fleet-keys.conf", "AuthorizedKeysFile .ssh/authorized_keys /etc/ssh/authorized_keys\n");
	for (const type of ["ed25519", "ecdsa"]) {
		const key = await hostKey(stateDir, node, type);
		await write(`etc/ssh/ssh_host_${type}_key`, await readFile(key, "utf8"), 0o600);
		await write(`etc/ssh/ssh_host_${type}_key.pub`, await readFile(`${key}.pub`, "utf8"));
	}
}

/** A node keeps its host keys over a reset; the first call makes them. Returns the private key's path. */
async function hostKey(stateDir: string, node: NodeState, type: string): Promise<string> {
	const path = join(stateDir, "keys", `${node.name}_${type}`);
	const made = await readFile(path).then(
		() => true,
		() => false,
	);
	if (!made) await must("ssh-keygen", ["-q", "-t", type, "-N", "", "-C", `root@${node.name}`, "-f", path]);
	return path;
}

async function writeIdentity(state: FleetState, node: NodeState, stateDir: string, write: Write): Promise<void> {
	const pki = join(stateDir, "pki");
	const user = `system:node:${node.name}`;
	const certificate = await issue(pki, node.name, `/O=system:nodes/CN=${user}`);
	const current = "/var/lib/kubelet/pki/kubelet-client-current.pem";
	const pem = (await readFile(certificate.certificate, "utf8")) + (await readFile(certificate.key, "utf8"));
	await write(current.slice(1), pem, 0o600);
	await write("etc/kubernetes/kubelet.conf", await kubeletKubeconfig(apiServerUrl(state), pki, "default-auth", current), 0o600);
	await write("etc/kubernetes/pki/ca.crt", await readFile(join(pki, "ca.crt"), "utf8"));
}
