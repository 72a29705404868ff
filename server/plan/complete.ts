import type { Facts, UnitFact } from "../../lib/contracts/facts.ts";
import { type FileChange, PLAN_VERSION, type Plan } from "../../lib/contracts/plan.ts";
import { judgeDump } from "../runtime/containerd/judge.ts";
import { misnamedPlugins } from "../runtime/containerd/misnamed.ts";
import { planContainerdConfig } from "../runtime/containerd/plan.ts";
import type { ContainerdSettings, DumpMismatch } from "../runtime/containerd/types.ts";
import { socketPath } from "../runtime/kubelet/argv.ts";
import { type KubeletFlagEdit, planKubeletFlags } from "../runtime/kubelet/plan.ts";
import { isAtLeast, parseVersion } from "../runtime/versions.ts";
import { change, textOf } from "./change.ts";
import { type CompileInput, compile } from "./compile.ts";
import { containerdSettings } from "./containerd-settings.ts";
import { controlPlaneOf } from "./control-plane.ts";
import { chooseCrictl } from "./crictl.ts";
import { crictlFiles } from "./crictl-files.ts";
import { factsDigest } from "./digest.ts";
import { NOTHING_CARRIED } from "./docker-settings.ts";
import { dockerOffDropIn, dockerUnits, hasDropIn } from "./docker-units.ts";
import { containerdEndpoint } from "./endpoint.ts";
import { PlanError } from "./error.ts";
import { healthzUrl } from "./healthz.ts";
import { containerdName } from "./images.ts";
import { kubeletConfigs, kubeletPlaces, manifests, runtimeWords } from "./kubelet-files.ts";
import { GRACE_S, type MigrateInput, runningContainerd } from "./migrate.ts";
import { need, release } from "./needed.ts";

/**
 * The plan that completes the change of a node whose kubelet is on containerd already: flags that no file keeps or that must go,
 * containerd's file where it is not what the kubelet needs, Docker's units that would start again. Pods stay where nothing of
 * containerd's that they rest on changes. Its way back leads to the node as it was found. Pure. Throws PlanError where a fact it
 * needs is unknown, and RuntimeError where a file cannot be edited as intended.
 */
export function planCompletion(input: MigrateInput): Plan {
	const { facts, policy } = input;
	if (facts.kubelet.runtime !== "containerd") throw new PlanError("not-on-containerd", { runtime: facts.kubelet.runtime });
	const kubeletVersion = need(facts.kubelet.version, "kubelet version");
	const containerdVersion = need(facts.containerd.version, "containerd version");
	const endpoint = endpointInUse(facts);
	const containerd = containerdChange(input, containerdVersion);
	// What the way back of an earlier run put there is gone with the next boot.
	const places = facts.kubelet.flagPlaces.filter(({ file }) => !file.path.startsWith("/run/"));
	const flags = planKubeletFlags({ places, kubeletVersion, target: "containerd", endpoint });
	const units = dockerUnits(facts);
	const keepsDocker = policy.keepDocker && dockerActive(facts).includes(facts.docker.service.name);
	const crictl = chooseCrictl(facts, policy, input.crictl);
	const files: FileChange[] = [
		...(containerd.file ? [containerd.file] : []),
		...kubeletPlaces(facts, flags.edits),
		...kubeletConfigs(facts, endpoint, null, {}),
		...(keepsDocker ? [] : units.filter((unit) => !hasDropIn(facts, unit)).map(dockerOffDropIn)),
		...crictlFiles(input, crictl).filter(({ path }) => path !== facts.crictl.config.path || asksAnother(facts)),
	];
	const pauseImage = containerd.settings.sandboxImage;
	const runtime = `containerd://${release(containerdVersion)}`;
	const words = { mustHave: [...flags.mustHave], mustNotHave: [...flags.mustNotHave] };
	const compiled: CompileInput = {
		runId: input.runId,
		nodeName: input.nodeName,
		direction: "migrate",
		runtimeFrom: runtime,
		runtimeTo: runtime,
		files,
		dockerUnits: units,
		containerd: runningContainerd(facts),
		dumpExpected: [isAtLeast(parseVersion(containerdVersion), 2, 0) ? `sandbox = "${pauseImage}"` : `sandbox_image = "${pauseImage}"`],
		images: [],
		pauseImage: containerdName(pauseImage),
		cniBinDirs: facts.cni.binDir.split(","),
		kubelet: { ...words, healthzUrl: healthzUrl(facts.kubelet), staticPods: manifests(facts).length },
		revertKubelet: { mustHave: runtimeWords(facts.kubelet.argv), mustNotHave: [] },
		crictlPath: crictl.found?.fit === "fits" ? crictl.found.path : null,
		crictlUnfit: crictl.found && crictl.found.fit !== "fits" ? crictl.found.version || "unknown" : "",
		controlPlane: controlPlaneOf(facts, input.controlPlane),
		completes: {
			keepsPods: !containerd.endsPods,
			restartsContainerd: containerd.file !== null,
			pinsPause: pinsPause(facts, containerdName(pauseImage)),
			dockerOff: facts.gantry.dockerOff,
			dockerActive: dockerActive(facts),
			kubeletAsFound: isKept(flags.edits) ? "" : asFound(facts.kubelet.argv),
		},
		keepsDocker,
		// Pods that stay need not be moved away first.
		drain: containerd.endsPods && policy.drain.enabled,
		drainTimeoutS: policy.drain.timeoutS,
		verifyTimeoutS: policy.verifyTimeoutS,
		graceS: GRACE_S,
	};
	return {
		version: PLAN_VERSION,
		direction: "migrate",
		runId: input.runId,
		nodeName: input.nodeName,
		controlPlane: input.controlPlane,
		runtimeFrom: runtime,
		runtimeTo: runtime,
		findings: input.findings,
		files,
		images: [],
		pauseImage,
		kubelet: words,
		containerd: containerd.file ? { daemonVersion: containerdVersion, settings: containerd.settings } : null,
		factsDigest: factsDigest(facts),
		...compile(compiled),
	};
}

/** True where the files say already which runtime the kubelet uses. */
function isKept(edits: readonly KubeletFlagEdit[]): boolean {
	return !edits.some(({ intended }) =>
		intended.some(({ key, from, to }) => key === "--container-runtime-endpoint" && from === null && to !== null),
	);
}

/** As systemd reads a command line: `%` begins a specifier, `$` a variable (systemd.service, "Command lines"). */
function asFound(argv: readonly string[]): string {
	const word = (text: string) => `"${text.replaceAll(/["\\]/g, "\\$&").replaceAll("%", "%%").replaceAll("$", "$$$$")}"`;
	return [
		"# Written by Gantry: the kubelet as it was found running.",
		"[Service]",
		"ExecStart=",
		`ExecStart=${argv.map(word).join(" ")}`,
	].join("\n");
}

/** As the running kubelet spells it: the same socket by another path is nothing to correct. */
function endpointInUse(facts: Facts): string {
	const { endpoint } = facts.kubelet;
	const same = endpoint?.startsWith("unix:///") && socketPath(endpoint) === socketPath(facts.containerd.socketPath);
	return same && endpoint ? endpoint : containerdEndpoint(facts);
}

/** True where crictl's file does not lead to containerd, or there is none. */
function asksAnother({ crictl, containerd }: Facts): boolean {
	const named = /^\s*runtime-endpoint\s*:\s*["']?([^\s"'#]+)/m.exec(textOf(crictl.config) ?? "")?.[1];
	return named === undefined || socketPath(named) !== socketPath(containerd.socketPath);
}

interface ContainerdChange {
	/** null where containerd's own reading of its file is what the kubelet needs. */
	file: FileChange | null;
	settings: ContainerdSettings;
	/** The pods that run were made for another cgroup driver, and are made anew. */
	endsPods: boolean;
}

function containerdChange({ facts, policy }: MigrateInput, version: string): ContainerdChange {
	const { containerd } = facts;
	const kept = { ...policy, cgroupDriver: "keep" as const };
	const wanted = need(containerdSettings(facts, kept, NOTHING_CARRIED), "containerd settings");
	const wrong = containerd.dump.known ? judgeDump(containerd.dump.value, version, wanted).filter(({ kind }) => kind === "mismatch") : null;
	const settings = { ...wanted, ...inEffect(wrong ?? []), sandboxImage: sandboxImage(facts, wanted.sandboxImage, wrong) };
	const text = textOf(containerd.config);
	const misnamed = text === null ? [] : misnamedPlugins(text);
	const matters = wrong === null || misnamed.length > 0 || judgeAgain(facts, version, settings).length > 0;
	const config = planContainerdConfig({ text, daemonVersion: version, settings });
	const file = matters && config.text !== text ? change(containerd.config, "runtime", config.text, [...config.intended]) : null;
	// Of a file that is taken for version 1 nothing more is said.
	const driver = wrong === null || wrong.some(({ key }) => key.endsWith(".SystemdCgroup") || key === "version");
	return { file, settings, endsPods: file !== null && driver };
}

function judgeAgain({ containerd }: Facts, version: string, settings: ContainerdSettings): readonly DumpMismatch[] {
	if (!containerd.dump.known) return [];
	return judgeDump(containerd.dump.value, version, settings).filter(({ kind }) => kind === "mismatch");
}

/** Where the network's programs and files are: the kubelet has no say in that any more. */
function inEffect(wrong: readonly DumpMismatch[]): Partial<ContainerdSettings> {
	const found = (pattern: RegExp) => spelledValue(wrong.find(({ key }) => pattern.test(key))?.found);
	const binDirs = [found(/\.cni\.bin_dirs?$/)].flat().filter((dir) => typeof dir === "string");
	const confDir = found(/\.cni\.conf_dir$/);
	return { ...(binDirs.length > 0 ? { cniBinDirs: binDirs } : {}), ...(typeof confDir === "string" ? { cniConfDir: confDir } : {}) };
}

/** A value as a dump spells it: strings and lists of them read as JSON. */
function spelledValue(spelled: string | null | undefined): unknown {
	try {
		return JSON.parse(spelled ?? "null");
	} catch {
		return null;
	}
}

/** The kubelet's own where containerd has that image; else the one that containerd names, since without it no pod would start. */
function sandboxImage({ containerd, kubelet }: Facts, wanted: string, wrong: readonly DumpMismatch[] | null): string {
	// A default of the kubelet's says only what image collection spares.
	const meant = !kubelet.pauseImage.known || kubelet.pauseImage.value.value !== wanted || kubelet.pauseImage.value.from !== "default";
	if (meant && containerd.images.known && containerd.images.value.includes(containerdName(wanted))) return wanted;
	const named = spelledValue(wrong?.find(({ key }) => /\.sandbox(_image)?$/.test(key))?.found);
	return typeof named === "string" && named !== "" ? named : wanted;
}

function pinsPause({ containerd: { images, pinned } }: Facts, pauseImage: string): boolean {
	return images.known && images.value.includes(pauseImage) && pinned?.known === true && !pinned.value.includes(pauseImage);
}

function dockerActive({ docker }: Facts): string[] {
	const all: UnitFact[] = [docker.criDockerSocket, docker.criDockerService, docker.socket, docker.service];
	return all.filter(({ loadState, activeState }) => loadState === "loaded" && activeState === "active").map(({ name }) => name);
}
