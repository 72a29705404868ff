import { FACTS_VERSION, type Facts, factsSchema } from "../../lib/contracts/facts.ts";
import { ProbeError } from "./errors.ts";
import { readCni } from "./parse/cni.ts";
import { readContainerd } from "./parse/containerd.ts";
import { readDocker, readPs } from "./parse/docker.ts";
import { readEtcd } from "./parse/etcd.ts";
import { fileReader } from "./parse/files.ts";
import { readGantry } from "./parse/gantry.ts";
import { readHost, readSpace } from "./parse/host.ts";
import { readKubelet } from "./parse/kubelet.ts";
import { readMounts } from "./parse/mounts.ts";
import { type Records, readRecords } from "./parse/records.ts";
import { readStaticPods } from "./parse/static-pods.ts";
import { readUnits } from "./parse/units.ts";

/** Milliseconds between the two readings of /proc/uptime at the script's begin and end; it counts in 10 ms. */
function duration(records: Records): number {
	const [begin, end] = records.required("end").trim().split(" ").map(Number);
	return begin !== undefined && end !== undefined && Number.isFinite(end - begin) ? Math.max(0, Math.round((end - begin) * 1000)) : 0;
}

/**
 * Facts out of the stdout of `PROBE_SCRIPT`. What could not be read is unknown with a reason that begins with a word of
 * `not-installed`, `not-active`, `not-running`, `not-asked`, `timeout`, `exit <status>: …`, `unreadable: …`.
 * Throws ProbeError (`probe.truncated`, `probe.malformed`, `probe.version`, `probe.not-root`).
 */
export function parseProbe(stdout: Buffer | string): Facts {
	const records = readRecords(stdout);
	const uid = records.required("uid").trim();
	if (uid !== "0") throw new ProbeError("probe.not-root", { uid });
	const mounts = readMounts(records);
	const units = readUnits(records);
	const fileOf = fileReader(records, mounts);
	const host = readHost(records, mounts);
	const ps = readPs(records);
	const containerd = readContainerd(records, units, fileOf);
	const kubelet = readKubelet(records, units, ps, containerd, fileOf);
	const containers = readStaticPods(records);
	const [crictlPath = ""] = records.required("crictl.path").split("\n");
	const facts: Facts = {
		version: FACTS_VERSION,
		probeMs: duration(records),
		host,
		space: readSpace(records, mounts),
		docker: readDocker(records, units, ps, fileOf),
		containerd,
		kubelet: { ...kubelet, staticPodContainers: containers.map(({ namespace, pod, container }) => ({ namespace, pod, container })) },
		etcd: readEtcd(records, containers),
		cni: readCni(records, kubelet.runtime, fileOf),
		crictl: {
			path: crictlPath,
			version: records.ask("crictl.version", "not-installed", (out) => /\bv?\d+\.\d+\S*/.exec(out)?.[0] ?? null),
			config: fileOf("/etc/crictl.yaml"),
		},
		gantry: readGantry(records),
		files: records.lines("files.extra").map(fileOf),
	};
	const checked = factsSchema.safeParse(facts);
	if (!checked.success) {
		const issue = checked.error.issues[0];
		throw new ProbeError("probe.malformed", { at: issue?.path.join(".") ?? "", found: issue?.message ?? "" });
	}
	return checked.data;
}
