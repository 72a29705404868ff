import { createHash } from "node:crypto";
import { imageBytes } from "../runtimes/image-size.ts";
import { atLeast } from "../runtimes/versions.ts";
import {
	CONTAINERD_UNIT,
	CRI_DOCKER_SOCKET,
	CRI_DOCKER_UNIT,
	cniConfig,
	containerdConfig,
	DOCKER_CONTAINERD_CONFIG,
	DOCKER_SOCKET,
	dockerUnit,
	ETCD_PKI,
	KUBELET_UNIT,
	kubeadmDropIn,
	kubeletConfig,
	staticPodManifest,
} from "./kubernetes-files.ts";
import { Machine, type MachineOptions } from "./machine.ts";
import { standIn } from "./program.ts";
import { BASE_PROGRAMS } from "./programs.ts";

/** What a Kubernetes node has on it. */
export interface NodeLayout {
	runtime: "dockershim" | "cri-dockerd" | "containerd";
	/** As `docker --version` has it; null where Docker is not installed. */
	docker: string | null;
	/** On a node that is on containerd: Docker was never switched off. */
	dockerLeftOn?: boolean;
	containerd: string;
	/** `v1.20.2`. */
	kubelet: string;
	cgroupDriver: "cgroupfs" | "systemd";
	pause: string;
	address: string;
	podSubnet: string;
	/** Where CNI plugins lie: /opt/cni/bin unless Debian's own packages brought them. */
	cniBinDir: string;
	/** Static pods of a control plane node: component and image. */
	controlPlane?: { component: string; image: string }[];
	/** Containers that Kubernetes knows nothing of. */
	plainContainers?: { name: string; image: string }[];
}

/** A machine laid out as kubeadm and the distribution's packages do it; `boot` starts it. */
export function newNode(options: MachineOptions, layout: NodeLayout): Machine {
	const machine = new Machine(options);
	writeBase(machine);
	writeRuntimes(machine, layout);
	writeKubernetes(machine, layout);
	return machine;
}

function writeBase(machine: Machine): void {
	const { fs, profile, name } = machine;
	for (const folder of [
		"usr/bin",
		"usr/sbin",
		"usr/lib",
		"usr/local/bin",
		"usr/local/sbin",
		"etc/systemd/system",
		"var/lib",
		"root",
		"opt",
	])
		fs.makeFolders(`/${folder}`);
	for (const link of ["bin", "sbin", "lib"]) fs.putLink(`/${link}`, `usr/${link}`);
	for (const program of BASE_PROGRAMS) fs.put(`/usr/bin/${program}`, standIn(program), 0o755);
	for (const program of ["iptables"]) fs.put(`/usr/sbin/${program}`, standIn(program), 0o755);
	fs.put("/etc/os-release", profile.osRelease);
	fs.put("/etc/hostname", `${name}\n`);
	fs.put("/etc/machine-id", `${createHash("md5").update(`machine ${name}`).digest("hex")}\n`);
	if (profile.name === "el7") {
		fs.put("/etc/selinux/config", "SELINUX=disabled\nSELINUXTYPE=targeted\n");
		fs.put("/usr/sbin/restorecon", standIn("restorecon"), 0o755);
	}
}

function unit(machine: Machine, name: string, text: string, target: string | undefined, folder = machine.profile.unitFolder): void {
	machine.fs.put(`${folder}/${name}`, text);
	if (target !== undefined) machine.fs.putLink(`/etc/systemd/system/${target}.wants/${name}`, `${folder}/${name}`);
}

function writeRuntimes(machine: Machine, layout: NodeLayout): void {
	const { fs, profile, containers } = machine;
	const debian = profile.name === "bookworm";
	fs.put("/usr/bin/containerd", standIn("containerd", layout.containerd, "0", layout.cniBinDir), 0o755);
	fs.put("/usr/bin/ctr", standIn("ctr", layout.containerd), 0o755);
	fs.put("/usr/bin/runc", standIn("runc"), 0o755);
	fs.put("/usr/bin/containerd-shim-runc-v2", standIn("runc"), 0o755);
	unit(machine, "containerd.service", CONTAINERD_UNIT, "multi-user.target");
	const byHand = layout.runtime === "containerd";
	fs.put(
		"/etc/containerd/config.toml",
		byHand ? containerdConfig(layout.pause, layout.cgroupDriver === "systemd", layout.cniBinDir) : DOCKER_CONTAINERD_CONFIG,
	);
	fs.makeFolders("/var/lib/containerd");
	containers.addImage(byHand ? "containerd" : "docker", layout.pause, imageBytes(layout.pause));
	if (byHand)
		fs.put(
			"/etc/crictl.yaml",
			"runtime-endpoint: unix:///var/run/containerd/containerd.sock\nimage-endpoint: unix:///var/run/containerd/containerd.sock\ntimeout: 10\ndebug: true\n",
		);
	if (layout.docker === null) return;
	const dockerd = debian ? "/usr/sbin/dockerd" : "/usr/bin/dockerd";
	fs.put(dockerd, standIn("dockerd", layout.docker), 0o755);
	fs.put("/usr/bin/docker", standIn("docker", layout.docker), 0o755);
	const off = byHand && !layout.dockerLeftOn;
	unit(machine, "docker.service", dockerUnit(dockerd, !debian), off ? undefined : "multi-user.target");
	unit(machine, "docker.socket", DOCKER_SOCKET, off ? undefined : "sockets.target");
	fs.put(
		"/etc/docker/daemon.json",
		`${JSON.stringify({ "exec-opts": [`native.cgroupdriver=${layout.cgroupDriver}`], "storage-driver": "overlay2" }, undefined, 2)}\n`,
	);
	fs.makeFolders("/var/lib/docker");
	if (layout.runtime === "cri-dockerd") {
		fs.put("/usr/bin/cri-dockerd", standIn("cri-dockerd", "0.3.14"), 0o755);
		unit(machine, "cri-docker.service", CRI_DOCKER_UNIT, "multi-user.target");
		unit(machine, "cri-docker.socket", CRI_DOCKER_SOCKET, "sockets.target");
	}
	for (const { name, image } of layout.plainContainers ?? []) {
		containers.addImage("docker", image, imageBytes(image));
		containers.create({
			engine: "docker",
			name,
			image,
			kind: "plain",
			pod: undefined,
			role: "",
			sandboxId: "",
			command: [`/${name}`],
			restarts: true,
		});
	}
}

function writeKubernetes(machine: Machine, layout: NodeLayout): void {
	const { fs, profile } = machine;
	const plugins = layout.cniBinDir;
	for (const name of ["bridge", "host-local", "loopback", "portmap"]) fs.put(`${plugins}/${name}`, standIn("cni-plugin"), 0o755);
	fs.put("/etc/cni/net.d/10-pods.conflist", cniConfig(layout.podSubnet));
	fs.put("/usr/bin/kubelet", standIn("kubelet", layout.kubelet), 0o755);
	fs.put("/usr/bin/kubeadm", standIn("kubeadm", layout.kubelet), 0o755);
	unit(
		machine,
		"kubelet.service",
		KUBELET_UNIT,
		"multi-user.target",
		profile.name === "bookworm" ? "/etc/systemd/system" : profile.unitFolder,
	);
	const dropIns = profile.name === "bookworm" ? "/etc/systemd/system" : profile.unitFolder;
	fs.put(`${dropIns}/kubelet.service.d/10-kubeadm.conf`, kubeadmDropIn(profile.kubeletDefaults));
	fs.put(profile.kubeletDefaults, `KUBELET_EXTRA_ARGS=--node-ip=${layout.address}\n`);
	fs.put("/var/lib/kubelet/kubeadm-flags.env", `KUBELET_KUBEADM_ARGS="${flags(layout).join(" ")}"\n`);
	fs.put("/var/lib/kubelet/config.yaml", kubeletConfig(layout.cgroupDriver));
	fs.put("/etc/kubernetes/kubelet.conf", "apiVersion: v1\nkind: Config\n", 0o600);
	fs.put("/etc/kubernetes/pki/ca.crt", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n");
	fs.makeFolders("/etc/kubernetes/manifests");
	for (const { component, image } of layout.controlPlane ?? []) {
		fs.put(`/etc/kubernetes/manifests/${component}.yaml`, staticPodManifest(component, image, layout.address), 0o600);
	}
	if (!layout.controlPlane?.some(({ component }) => component === "etcd")) return;
	for (const file of ["ca.crt", "server.crt", "server.key", "healthcheck-client.crt", "healthcheck-client.key"]) {
		fs.put(`${ETCD_PKI}/${file}`, "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", 0o600);
	}
}

function flags(layout: NodeLayout): string[] {
	const pause = `--pod-infra-container-image=${layout.pause}`;
	switch (layout.runtime) {
		case "containerd":
			return [
				...(atLeast(layout.kubelet, 1, 27) ? [] : ["--container-runtime=remote"]),
				"--container-runtime-endpoint=unix:///var/run/containerd/containerd.sock",
				pause,
			];
		case "cri-dockerd":
			return ["--container-runtime-endpoint=unix:///run/cri-dockerd.sock", pause];
		case "dockershim":
			return ["--network-plugin=cni", ...(layout.cniBinDir === "/opt/cni/bin" ? [] : [`--cni-bin-dir=${layout.cniBinDir}`]), pause];
	}
}
