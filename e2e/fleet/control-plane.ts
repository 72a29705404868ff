import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startDaemon } from "./daemon.ts";
import { issue, kubeconfig, makeAuthority } from "./pki.ts";
import { must, run, tail, until } from "./process.ts";
import { type FleetState, gatewayOf } from "./state.ts";

export interface ControlPlanePrograms {
	/** The folder with kube-apiserver and the rest. */
	kubernetes: string;
	etcd: string;
}

/** Where nodes and the console reach the API server. */
export function apiServerUrl(state: FleetState): string {
	return `https://${gatewayOf(state)}:6443`;
}

/** Makes the cluster's certificates and the administrator's kubeconfig (`admin.conf` in the state folder). */
export async function prepareControlPlane(state: FleetState, stateDir: string): Promise<void> {
	const pki = join(stateDir, "pki");
	await makeAuthority(pki);
	const gateway = gatewayOf(state);
	const dns = ["kubernetes", "kubernetes.default", "kubernetes.default.svc", "localhost"].map((name) => `DNS:${name}`);
	const [, , admin, manager, scheduler] = await Promise.all([
		issue(pki, "apiserver", "/CN=kube-apiserver", [...dns, `IP:${gateway}`, "IP:127.0.0.1", "IP:10.96.0.1"]),
		issue(pki, "apiserver-kubelet-client", "/O=system:masters/CN=kube-apiserver-kubelet-client"),
		issue(pki, "admin", "/O=system:masters/CN=kubernetes-admin"),
		issue(pki, "controller-manager", "/CN=system:kube-controller-manager"),
		issue(pki, "scheduler", "/CN=system:kube-scheduler"),
	]);
	const url = apiServerUrl(state);
	const write = async (file: string, user: string, certificate: typeof admin) =>
		writeFile(join(stateDir, file), await kubeconfig(url, pki, user, certificate), { mode: 0o600 });
	await write("admin.conf", "kubernetes-admin", admin);
	await write("controller-manager.conf", "system:kube-controller-manager", manager);
	await write("scheduler.conf", "system:kube-scheduler", scheduler);
}

/** Starts etcd, API server, controller manager and scheduler on this machine; resolves when the API server is ready. */
export async function startControlPlane(state: FleetState, stateDir: string, programs: ControlPlanePrograms): Promise<void> {
	const pki = join(stateDir, "pki");
	const gateway = gatewayOf(state);
	// An address of the loopback network per fleet: etcd asks nobody who they are.
	const etcd = `http://127.77.${state.subnet}.1`;
	await mkdir(join(stateDir, "etcd"), { recursive: true, mode: 0o700 });
	await startDaemon(stateDir, "etcd", programs.etcd, [
		`--data-dir=${join(stateDir, "etcd")}`,
		`--listen-client-urls=${etcd}:2379`,
		`--advertise-client-urls=${etcd}:2379`,
		`--listen-peer-urls=${etcd}:2380`,
		`--initial-advertise-peer-urls=${etcd}:2380`,
		`--initial-cluster=default=${etcd}:2380`,
	]);
	await startDaemon(stateDir, "kube-apiserver", join(programs.kubernetes, "kube-apiserver"), [
		`--advertise-address=${gateway}`,
		`--bind-address=${gateway}`,
		"--secure-port=6443",
		"--insecure-port=0",
		`--etcd-servers=${etcd}:2379`,
		`--client-ca-file=${pki}/ca.crt`,
		`--tls-cert-file=${pki}/apiserver.crt`,
		`--tls-private-key-file=${pki}/apiserver.key`,
		`--kubelet-client-certificate=${pki}/apiserver-kubelet-client.crt`,
		`--kubelet-client-key=${pki}/apiserver-kubelet-client.key`,
		"--kubelet-preferred-address-types=InternalIP",
		"--service-account-issuer=https://kubernetes.default.svc.cluster.local",
		`--service-account-key-file=${pki}/sa.pub`,
		`--service-account-signing-key-file=${pki}/sa.key`,
		"--service-cluster-ip-range=10.96.0.0/16",
		"--authorization-mode=Node,RBAC",
		"--enable-admission-plugins=NodeRestriction",
		"--allow-privileged=true",
	]);
	const kubectl = join(programs.kubernetes, "kubectl");
	const ready = ["--kubeconfig", join(stateDir, "admin.conf"), "get", "--raw=/readyz"];
	await until(
		"the API server's readiness",
		90_000,
		async () => ((await run(kubectl, ready, { timeoutMs: 20_000 })).code === 0 ? true : undefined),
		async () => tail(await must("tail", ["-n", "15", join(stateDir, "log/kube-apiserver.log"), join(stateDir, "log/etcd.log")]), 40),
		500,
	);
	// Both give up when they find no API server at their start.
	await startDaemon(stateDir, "kube-controller-manager", join(programs.kubernetes, "kube-controller-manager"), [
		`--kubeconfig=${stateDir}/controller-manager.conf`,
		`--authentication-kubeconfig=${stateDir}/controller-manager.conf`,
		`--authorization-kubeconfig=${stateDir}/controller-manager.conf`,
		`--service-account-private-key-file=${pki}/sa.key`,
		`--root-ca-file=${pki}/ca.crt`,
		`--cluster-signing-cert-file=${pki}/ca.crt`,
		`--cluster-signing-key-file=${pki}/ca.key`,
		"--use-service-account-credentials=true",
		"--node-monitor-grace-period=20s",
		"--node-monitor-period=2s",
		"--leader-elect=false",
		"--port=0",
		"--secure-port=0",
	]);
	await startDaemon(stateDir, "kube-scheduler", join(programs.kubernetes, "kube-scheduler"), [
		`--kubeconfig=${stateDir}/scheduler.conf`,
		"--leader-elect=false",
		"--port=0",
		"--secure-port=0",
	]);
}
