import type { Facts, FileFact, Known } from "../../lib/contracts/facts.ts";
import { connect } from "../../server/ssh/connect.ts";
import type { NodeSession } from "../../server/ssh/session.ts";
import type { Machine } from "../simulator/machine/machine.ts";
import { newNode } from "../simulator/machine/node.ts";
import { FixedPods, type PodSpec } from "../simulator/machine/pods.ts";
import { BOOKWORM, type Profile } from "../simulator/machine/profile.ts";
import { imageBytes } from "../simulator/runtimes/image-size.ts";
import { newKeyPair } from "../simulator/ssh/keys.ts";
import { NodeSshServer } from "../simulator/ssh/server.ts";

export interface SimulatedNode {
	machine: Machine;
	session: NodeSession;
	close(): Promise<void>;
}

/** One pod, as a DaemonSet leaves it on a node that is not drained. */
const AGENT: PodSpec = {
	uid: "c9a047f0-095f-41f2-89f8-d05423c218e1",
	namespace: "default",
	name: "agent-x7k2p",
	hostNetwork: false,
	containers: [
		{ name: "main", image: "busybox:1.35", command: ["/bin/sh", "-c", "trap 'exit 0' TERM; echo started; sleep 1000000 & wait"] },
	],
	deleting: false,
};
const ROOT = { user: "root", uid: 0, sudo: "root" } as const;

/** Boots a machine and signs in as root. */
export async function signedIn(machine: Machine): Promise<SimulatedNode> {
	await machine.boot();
	const [hostKey, key] = [newKeyPair("host"), newKeyPair("conformance")];
	const server = await NodeSshServer.listen(machine, { address: "127.0.0.1", port: 0, hostKey, authorizedKeys: [key.keyBase64] });
	const { algorithm, keyBase64 } = hostKey;
	const session = await connect(
		{
			address: server.address,
			port: server.port,
			user: "root",
			auth: { kind: "key", privateKey: key.privateKey },
			privilege: { kind: "root" },
			hostKeys: [{ algorithm, keyBase64 }],
		},
		{ timeoutMs: 60_000 },
	);
	return {
		machine,
		session,
		close: async () => {
			session.close();
			await server.close();
			await machine.powerOff();
		},
	};
}

/** The kubelet has started its pods: what a run meets on a node. */
export async function podsRunning(machine: Machine, count: number): Promise<void> {
	for (let round = 0; round < 400; round++) {
		const running = [...machine.containers.list("docker"), ...machine.containers.list("containerd")].filter(
			(each) => each.process && each.pod,
		);
		if (running.length >= count) return;
		await new Promise((resolve) => setTimeout(resolve, 25));
	}
	throw new Error(`${count} containers do not run`);
}

/** A node on Docker with one pod, as the two profiles have it. */
export function standardNode(profile: Profile = BOOKWORM, plainContainers: { name: string; image: string }[] = []): Machine {
	const old = profile.name === "el7";
	return newNode(
		{ name: "node1", profile, accounts: [ROOT], pods: new FixedPods([AGENT]), pace: 5 },
		{
			runtime: "dockershim",
			docker: old ? "19.03.13" : "20.10.24+dfsg1",
			containerd: old ? "1.3.7" : "1.6.20~ds1",
			kubelet: old ? "v1.18.9" : "v1.20.2",
			cgroupDriver: "cgroupfs",
			pause: "k8s.gcr.io/pause:3.2",
			address: "10.0.0.11",
			podSubnet: "10.244.1.0/24",
			cniBinDir: old ? "/opt/cni/bin" : "/usr/lib/cni",
			plainContainers,
		},
	);
}

/** A node of a kubelet without dockershim: cri-dockerd stands between it and Docker. */
export function criDockerdNode(kubelet: string): Machine {
	return newNode(
		{ name: "node1", profile: BOOKWORM, accounts: [ROOT], pods: new FixedPods([AGENT]), pace: 5 },
		{
			runtime: "cri-dockerd",
			docker: "26.1.5",
			containerd: "1.7.24",
			kubelet,
			cgroupDriver: "systemd",
			pause: "registry.k8s.io/pause:3.9",
			address: "10.0.0.11",
			podSubnet: "10.244.1.0/24",
			cniBinDir: "/opt/cni/bin",
		},
	);
}

/** A node that somebody took to containerd by hand; Docker is installed, and disabled. */
export function nodeDoneByHand(): Machine {
	return newNode(
		{ name: "node1", profile: BOOKWORM, accounts: [ROOT], pods: new FixedPods([AGENT]), pace: 5 },
		{
			runtime: "containerd",
			docker: "20.10.24+dfsg1",
			containerd: "1.6.20~ds1",
			kubelet: "v1.20.2",
			cgroupDriver: "cgroupfs",
			pause: "k8s.gcr.io/pause:3.2",
			address: "10.0.0.11",
			podSubnet: "10.244.1.0/24",
			cniBinDir: "/usr/lib/cni",
		},
	);
}

function known<T>(fact: Known<T>): T {
	if (!fact.known) throw new Error(`unknown: ${fact.reason}`);
	return fact.value;
}

/** A simulated node with the versions, the files and the images of a real one. */
export function likeness(facts: Facts): Machine {
	const machine = newNode(
		{ name: facts.host.hostname, profile: BOOKWORM, accounts: [ROOT], pods: new FixedPods([AGENT]), pace: 5 },
		{
			runtime: "dockershim",
			docker: known(facts.docker.version),
			containerd: known(facts.containerd.version),
			kubelet: known(facts.kubelet.version),
			cgroupDriver: known(facts.kubelet.cgroupDriver).value === "systemd" ? "systemd" : "cgroupfs",
			pause: known(facts.kubelet.pauseImage).value,
			address: "10.0.0.11",
			podSubnet: "10.244.1.0/24",
			cniBinDir: facts.cni.binDir,
		},
	);
	const { containerd, docker, kubelet, cni } = facts;
	machine.fs.removeTree("/etc/cni/net.d");
	const files = [containerd.config, docker.daemonJson, kubelet.config, ...kubelet.flagPlaces.map(({ file }) => file), ...cni.confFiles];
	for (const file of files) write(machine, file);
	const images = known(docker.imagesInUse).flatMap(({ tags }) => tags);
	for (const image of images) machine.containers.addImage("docker", image, imageBytes(image));
	return machine;
}

function write(machine: Machine, file: FileFact): void {
	if (file.state !== "file" || file.contentBase64 === null) return;
	machine.fs.put(file.realPath, Buffer.from(file.contentBase64, "base64"), Number.parseInt(file.mode, 8));
}
