import type { Facts, UnitFact } from "../../../lib/contracts/facts.ts";
import { containerdSettings } from "../../plan/containerd-settings.ts";
import { NOTHING_CARRIED } from "../../plan/docker-settings.ts";
import { hasDropIn } from "../../plan/docker-units.ts";
import { containerdEndpoint } from "../../plan/endpoint.ts";
import { containerdName } from "../../plan/images.ts";
import { judgeDump } from "../../runtime/containerd/judge.ts";
import type { DumpMismatch } from "../../runtime/containerd/types.ts";
import { kubeletConfigValue } from "../../runtime/kubelet/config.ts";
import { CRI_SOCKET } from "../../runtime/kubelet/cri-socket.ts";
import { type KubeletFlagPlan, planKubeletFlags } from "../../runtime/kubelet/plan.ts";
import { defineCheck, listed, NOTE, type Observation, type PreflightInput, WARN } from "../check.ts";
import { textOrNull } from "../text.ts";
import { unlessRefused } from "../unless-refused.ts";

const ENDPOINT = "--container-runtime-endpoint";

type Code =
	| "adopted.flags-not-kept"
	| "adopted.flags-left"
	| "adopted.annotation-stale"
	| "adopted.docker-starts"
	| "adopted.containers-left"
	| "adopted.addresses-left"
	| "adopted.cgroup-driver-differs"
	| "adopted.pause-differs"
	| "adopted.pause-unpinned"
	| "adopted.crictl-dockershim";

/** What is often forgotten on a node that went over by hand (problems 4, 5, 7, 9, 11, 22, 23, 41; domain.md 5): nothing of it keeps the node out. */
export const byHand = defineCheck<PreflightInput, Code>({
	id: "by-hand",
	codes: {
		"adopted.flags-not-kept": WARN,
		"adopted.flags-left": WARN,
		"adopted.annotation-stale": WARN,
		"adopted.docker-starts": WARN,
		"adopted.containers-left": WARN,
		"adopted.addresses-left": WARN,
		"adopted.cgroup-driver-differs": WARN,
		"adopted.pause-differs": WARN,
		// The kubelet spares another one.
		"adopted.pause-unpinned": WARN,
		"adopted.crictl-dockershim": NOTE,
	},
	run: (input) => {
		const { facts, apiNode } = input;
		const { kubelet, crictl } = facts;
		const socket = apiNode?.annotations[CRI_SOCKET];
		const stale = socket !== undefined && !/^unix:\/\/\/[^:]*containerd[^:]*\.sock$/.test(socket);
		const dockershim = /dockershim\.sock|cri-dockerd\.sock/.test(textOrNull(crictl.config) ?? "");
		return [
			...flags(facts),
			...(stale ? [{ code: "adopted.annotation-stale" as const, values: { annotation: CRI_SOCKET, socket } }] : []),
			...docker(input),
			...addresses(facts),
			...dump(input),
			...(dockershim
				? [{ code: "adopted.crictl-dockershim" as const, values: { path: crictl.config.path }, evidence: { path: crictl.config.path } }]
				: []),
		].map((one) => (one.code === "adopted.flags-not-kept" ? { ...one, evidence: { text: kubelet.argv.join(" ") } } : one));
	},
});

function flags(facts: Facts): Observation<Code>[] {
	const { argv, flagPlaces: places, version, config } = facts.kubelet;
	// A line that is commented out keeps nothing.
	const texts = places.map(({ file }) => (textOrNull(file) ?? "").replaceAll(/^[ \t]*[#;].*$/gm, ""));
	const live = argv.some((word) => word === ENDPOINT || word.startsWith(`${ENDPOINT}=`));
	const byFile = unlessRefused(() => kubeletConfigValue(textOrNull(config) ?? "", "containerRuntimeEndpoint") !== null, false);
	const kept = !live || byFile || texts.some((text) => text.includes(ENDPOINT));
	if (!version.known) return [];
	const plan = unlessRefused<KubeletFlagPlan | null>(
		() => planKubeletFlags({ places, kubeletVersion: version.value, target: "containerd", endpoint: containerdEndpoint(facts) }),
		null,
	);
	const left = (plan?.edits ?? []).flatMap(({ path, intended }) => {
		const gone = intended.filter(({ key, to }) => to === null && (plan?.mustNotHave ?? []).includes(key)).map(({ key }) => key);
		return gone.length === 0 ? [] : [{ code: "adopted.flags-left" as const, values: { path, flags: listed(gone) }, evidence: { path } }];
	});
	return [...(kept ? [] : [{ code: "adopted.flags-not-kept" as const, values: { flag: ENDPOINT } }]), ...left];
}

function docker({ facts, policy }: PreflightInput): Observation<Code>[] {
	const { docker, gantry } = facts;
	const { service, socket, criDockerService, criDockerSocket, containers } = docker;
	// A run of ours that switched it off and on again kept it on purpose.
	const kept = !gantry.dockerOff && hasDropIn(facts, service.name);
	const starts = (unit: UnitFact) =>
		!policy.keepDocker &&
		!kept &&
		unit.loadState === "loaded" &&
		(unit.activeState === "active" || (!gantry.dockerOff && unit.unitFileState.startsWith("enabled")));
	const units = [service, socket, criDockerService, criDockerSocket].filter(starts).map(({ name }) => name);
	// Those that ended at the cutover stay with a Docker that is kept, for the way back.
	const left = containers.known
		? containers.value.filter(({ kubernetes, running }) => kubernetes && (running || !(kept || policy.keepDocker)))
		: [];
	return [
		...(units.length > 0 ? [{ code: "adopted.docker-starts" as const, values: { units: listed(units) } }] : []),
		...(left.length > 0
			? [{ code: "adopted.containers-left" as const, values: { count: left.length, names: listed(left.map(({ name }) => name)) } }]
			: []),
	];
}

/** Addresses that sandboxes of the old runtime hold for ever: nobody else releases them (domain.md 5). */
function addresses({ cni, containerd, docker, gantry }: Facts): Observation<Code>[] {
	const [first] = cni.confFiles;
	if (!containerd.containers?.known || !first) return [];
	// Docker's own are not known while it is off, and do not run then; of one that is on they are.
	if (!docker.containers.known && docker.service.activeState === "active") return [];
	const network = /"name"\s*:\s*"([^"]+)"/.exec(textOrNull(first) ?? "")?.[1];
	const others = docker.containers.known ? docker.containers.value.filter(({ running }) => running).map(({ id }) => id) : [];
	const there = new Set([...containerd.containers.value, ...others]);
	// Other users of the same folder, such as Podman, have networks of their own.
	const left = cni.reserved.filter((one) => one.network === network && one.settled && one.sandbox !== "" && !there.has(one.sandbox));
	const releasable = left.filter(({ sandbox }) => cni.cached.some((name) => name.includes(sandbox)));
	if (left.length === 0 || gantry.runs.some(({ final }) => final === "")) return [];
	const values = { count: left.length, releasable: releasable.length, addresses: listed(left.map(({ address }) => address)) };
	return [{ code: "adopted.addresses-left", values, evidence: { path: `/var/lib/cni/networks/${network}` } }];
}

/** containerd's own dump beside what the kubelet says now. */
function dump({ facts, policy }: PreflightInput): Observation<Code>[] {
	const { dump: text, version, configPath } = facts.containerd;
	const settings = containerdSettings(facts, { ...policy, sandboxImage: null, cgroupDriver: "keep", streamServer: false }, NOTHING_CARRIED);
	if (!text.known || !version.known || !settings.known) return [];
	const wrong = unlessRefused<readonly DumpMismatch[]>(() => judgeDump(text.value, version.value, settings.value), []).filter(
		({ kind }) => kind === "mismatch",
	);
	const evidence = { path: configPath };
	const driver = wrong.find(({ key }) => key.endsWith(".SystemdCgroup"));
	// A default of the kubelet's says only what image collection spares; a flag is somebody's word.
	const flagged = facts.kubelet.pauseImage.known && facts.kubelet.pauseImage.value.from !== "default";
	const differs = wrong.find(({ key }) => key.endsWith(".sandbox_image") || key.endsWith(".pinned_images.sandbox"));
	const pause = flagged ? differs : undefined;
	const image = flagged || !differs ? "" : (differs.found ?? "").replaceAll(/^["']|["']$/g, "");
	const { pinned, images } = facts.containerd;
	const there = images.known && images.value.includes(containerdName(image));
	const unpinned = there && pinned?.known === true && !pinned.value.includes(containerdName(image));
	const values = ({ key, expected, found }: DumpMismatch) => ({ key, expected, found: found ?? "–" });
	return [
		...(driver ? [{ code: "adopted.cgroup-driver-differs" as const, values: values(driver), evidence }] : []),
		...(pause ? [{ code: "adopted.pause-differs" as const, values: values(pause), evidence }] : []),
		...(unpinned ? [{ code: "adopted.pause-unpinned" as const, values: { image }, evidence }] : []),
	];
}
