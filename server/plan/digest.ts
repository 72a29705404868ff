import type { Facts, FileFact, Known } from "../../lib/contracts/facts.ts";
import type { Plan } from "../../lib/contracts/plan.ts";
import { sha256Hex } from "./compile.ts";

const value = <T>(known: Known<T>): T | null => (known.known ? known.value : null);
const file = (fact: FileFact) => [fact.realPath, fact.state, fact.sha256, fact.mode, fact.uid, fact.gid, fact.isMountPoint];

/**
 * SHA-256 over the facts that a plan rests on: files, versions, units, flags. What changes by itself while pods come and go
 * (containers, images, space) is left out and looked at again just before it matters (safety rule 17).
 */
export function factsDigest(facts: Facts): string {
	const { host, docker, containerd, kubelet, etcd, cni, crictl } = facts;
	const rests = [
		[host.osId, host.osVersionId, host.architecture, value(host.systemdVersion)],
		[docker.installed, value(docker.version), value(docker.dataRoot), file(docker.daemonJson)],
		[docker.service, docker.socket, docker.criDockerService, docker.criDockerSocket].map((unit) => [
			unit.name,
			unit.loadState,
			unit.unitFileState,
		]),
		[value(containerd.version), containerd.configPath, containerd.socketPath, containerd.unit.execStart, containerd.unit.unitFileState],
		file(containerd.config),
		[...(containerd.unitFiles ?? []), ...(containerd.registryHosts ?? []), ...(docker.unitFiles ?? [])].map(file),
		docker.certificates ?? [],
		[value(kubelet.version), kubelet.runtime, kubelet.endpoint, kubelet.argv, value(kubelet.cgroupDriver), value(kubelet.pauseImage)],
		[...kubelet.flagPlaces.map((place) => file(place.file)), file(kubelet.config), file(kubelet.instanceConfig)],
		[cni.binDir, cni.confDir, cni.networkPlugin],
		[crictl.path, file(crictl.config)],
		// Which member lies here, not how it is: that is asked on the node just before it matters.
		...(etcd ? [[etcd.manifest, etcd.url, etcd.certificates, kubelet.staticPodContainers ?? []]] : []),
	];
	return sha256Hex(JSON.stringify(rests));
}

/**
 * Facts as they would be without what prepare itself has put in place: crictl, and files that did not exist before. What the plan was
 * made from takes their place.
 */
export function beforePrepare(now: Facts, planned: Facts, plan: Pick<Plan, "files">): Facts {
	const made = new Map(
		plan.files.flatMap(({ path, stage, before, after }) => (stage === "prepare" && !before && after ? [[path, after.sha256]] : [])),
	);
	const without = (files: readonly FileFact[]) => files.filter(({ path, sha256 }) => made.get(path) !== sha256);
	const { unitFiles, registryHosts } = now.containerd;
	return {
		...now,
		crictl: planned.crictl,
		docker: { ...now.docker, ...(now.docker.unitFiles ? { unitFiles: without(now.docker.unitFiles) } : {}) },
		containerd: {
			...now.containerd,
			...(unitFiles ? { unitFiles: without(unitFiles) } : {}),
			...(registryHosts ? { registryHosts: without(registryHosts) } : {}),
		},
	};
}
