import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { BUSYBOX_IMAGE, ETCD_IMAGE } from "./images.ts";
import { issue } from "./pki.ts";
import type { FleetState, NodeState } from "./state.ts";

const ETCD_PKI = "/etc/kubernetes/pki/etcd";
const DATA = "/var/lib/etcd";

/**
 * Manifests of a control plane node, as kubeadm names and lays them out. etcd is real: the control plane nodes of a fleet are the
 * members of one cluster. The API server is a STAND-IN: the fleet's own runs on this machine, with an etcd of its own, so that
 * stopping the nodes' pods takes no cluster down.
 */
export function staticPods(state: FleetState, node: NodeState): Record<string, string> {
	return { "etcd.yaml": etcd(state, node), "kube-apiserver.yaml": apiServer() };
}

/** The files that the member reads, as paths on the node: kubeadm's names, all under the fleet's one authority. */
export async function etcdCertificates(node: NodeState, stateDir: string): Promise<Record<string, string>> {
	const pki = join(stateDir, "pki");
	const names = [`IP:${node.address}`, "IP:127.0.0.1", `DNS:${node.name}`, "DNS:localhost"];
	const files: Record<string, string> = { [`${ETCD_PKI}/ca.crt`]: await readFile(join(pki, "ca.crt"), "utf8") };
	for (const [file, subject, alternative] of [
		["server", `/CN=${node.name}`, names],
		["peer", `/CN=${node.name}`, names],
		["healthcheck-client", "/O=system:masters/CN=kube-etcd-healthcheck-client", []],
	] as const) {
		const made = await issue(pki, `etcd-${node.name}-${file}`, subject, alternative);
		files[`${ETCD_PKI}/${file}.crt`] = await readFile(made.certificate, "utf8");
		files[`${ETCD_PKI}/${file}.key`] = await readFile(made.key, "utf8");
	}
	return files;
}

function pod(component: string, spec: object, annotations: Record<string, string> = {}): string {
	return stringify({
		apiVersion: "v1",
		kind: "Pod",
		metadata: { annotations, labels: { component, tier: "control-plane" }, name: component, namespace: "kube-system" },
		spec: { ...spec, hostNetwork: true, priorityClassName: "system-node-critical" },
	});
}

function apiServer(): string {
	const command = ["/bin/sh", "-c", "trap 'exit 0' TERM; sleep 1000000 & wait", "kube-apiserver"];
	const container = { command, image: BUSYBOX_IMAGE, imagePullPolicy: "IfNotPresent", name: "kube-apiserver" };
	return pod("kube-apiserver", { containers: [container], terminationGracePeriodSeconds: 2 }, { "fleet/stand-in": "true" });
}

function etcd(state: FleetState, node: NodeState): string {
	const members = state.nodes.filter((each) => each.controlPlane).map((each) => `${each.name}=https://${each.address}:2380`);
	const command = [
		"etcd",
		`--advertise-client-urls=https://${node.address}:2379`,
		`--cert-file=${ETCD_PKI}/server.crt`,
		"--client-cert-auth=true",
		`--data-dir=${DATA}`,
		`--initial-advertise-peer-urls=https://${node.address}:2380`,
		`--initial-cluster=${members.join(",")}`,
		`--key-file=${ETCD_PKI}/server.key`,
		`--listen-client-urls=https://127.0.0.1:2379,https://${node.address}:2379`,
		"--listen-metrics-urls=http://127.0.0.1:2381",
		`--listen-peer-urls=https://${node.address}:2380`,
		`--name=${node.name}`,
		`--peer-cert-file=${ETCD_PKI}/peer.crt`,
		"--peer-client-cert-auth=true",
		`--peer-key-file=${ETCD_PKI}/peer.key`,
		`--peer-trusted-ca-file=${ETCD_PKI}/ca.crt`,
		"--snapshot-count=10000",
		`--trusted-ca-file=${ETCD_PKI}/ca.crt`,
	];
	const mounts = [
		{ mountPath: DATA, name: "etcd-data" },
		{ mountPath: ETCD_PKI, name: "etcd-certs" },
	];
	return pod(
		"etcd",
		{
			containers: [
				{
					command,
					image: ETCD_IMAGE,
					imagePullPolicy: "IfNotPresent",
					livenessProbe: {
						failureThreshold: 8,
						httpGet: { host: "127.0.0.1", path: "/health", port: 2381, scheme: "HTTP" },
						initialDelaySeconds: 10,
						periodSeconds: 10,
						timeoutSeconds: 15,
					},
					name: "etcd",
					volumeMounts: mounts,
				},
			],
			terminationGracePeriodSeconds: 5,
			volumes: [
				{ hostPath: { path: ETCD_PKI, type: "DirectoryOrCreate" }, name: "etcd-certs" },
				{ hostPath: { path: DATA, type: "DirectoryOrCreate" }, name: "etcd-data" },
			],
		},
		{ "kubeadm.kubernetes.io/etcd.advertise-client-urls": `https://${node.address}:2379` },
	);
}
