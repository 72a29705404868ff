import type { Facts } from "../../lib/contracts/facts.ts";
import type { FileChange } from "../../lib/contracts/plan.ts";
import { planRuntimeEndpoint } from "../runtime/kubelet/config.ts";
import { addConfigKeys, type ConfigEdit, setConfigKey } from "../runtime/kubelet/config-keys.ts";
import type { LogRotation } from "../runtime/kubelet/log-rotation.ts";
import type { KubeletFlagEdit } from "../runtime/kubelet/plan.ts";
import type { DriverChange } from "./cgroup-driver.ts";
import { absentFile, change, textOf } from "./change.ts";
import { freedUnits } from "./kubelet-unit.ts";

/** Where the kubelet's flags stand, and its unit freed of Docker; a file that both change is changed once. */
export function kubeletPlaces(facts: Facts, edits: readonly KubeletFlagEdit[]): FileChange[] {
	const freed = freedUnits(facts, new Map(edits.map(({ path, text }) => [path, text])));
	const flagged = edits.map((edit) => {
		const place = facts.kubelet.flagPlaces.find((candidate) => candidate.file.path === edit.path);
		const unit = freed.find(({ path }) => path === edit.path);
		const intended = [...edit.intended, ...(unit?.intended ?? [])];
		return change(place?.file ?? absentFile(edit.path), "kubelet", unit?.text ?? edit.text, intended);
	});
	const others = freed.filter(({ path }) => !edits.some((edit) => edit.path === path));
	return [...flagged, ...others.map(({ fact, text, intended }) => change(fact, "kubelet", text, [...intended]))];
}

/** Driver and rotation go into the kubelet's own file; the endpoint also into kubeadm's for this node, where it names one. */
export function kubeletConfigs({ kubelet }: Facts, endpoint: string, driver: DriverChange | null, rotation: LogRotation): FileChange[] {
	const rotates = !kubelet.argv.some((word) => word.startsWith("--container-log-max-"));
	return [kubelet.config, kubelet.instanceConfig].flatMap((file) => {
		const before = textOf(file);
		if (before === null) return [];
		let text = before;
		const intended: FileChange["intended"] = [];
		const take = (edit: ConfigEdit | null) => {
			text = edit?.text ?? text;
			intended.push(...(edit?.intended ?? []));
		};
		take(planRuntimeEndpoint(text, endpoint));
		if (file === kubelet.config && driver?.by === "config") take(setConfigKey(text, "cgroupDriver", driver.to));
		if (file === kubelet.config && rotates) take(addConfigKeys(text, rotation));
		return intended.length > 0 ? [change(file, "kubelet", text, intended)] : [];
	});
}

/** The files that the kubelet takes for pods: it passes over names that begin with a dot. */
export function manifests({ kubelet }: Facts): string[] {
	return kubelet.staticPods.filter((name) => /^[^.].*\.(ya?ml|json)$/.test(name));
}

const RUNTIME_FLAG = /^--(container-runtime|container-runtime-endpoint|network-plugin|cni-bin-dir|cni-conf-dir)(=|$)/;

/** The words of a command line that say which runtime the kubelet uses: what must be there again after the way back. */
export function runtimeWords(argv: string[]): string[] {
	return argv.filter((word) => RUNTIME_FLAG.test(word));
}
