import { createHash } from "node:crypto";
import type { Direction, FileChange, PlannedStep, Script } from "../../lib/contracts/plan.ts";
import { runDir } from "./layout.ts";
import { ADDRESSES } from "./shell/addresses.ts";
import { CONTAINERS } from "./shell/containers.ts";
import { CONTROL_PLANE } from "./shell/control-plane.ts";
import { CORE } from "./shell/core.ts";
import { FILES } from "./shell/files.ts";
import { FORWARD } from "./shell/forward.ts";
import { KUBELET } from "./shell/kubelet.ts";
import { quote } from "./shell/quote.ts";
import { REVERT } from "./shell/revert.ts";
import { RUNTIMES } from "./shell/runtimes.ts";
import { UNITS } from "./shell/units.ts";
import { writeStaged } from "./staged.ts";
import { consoleSteps, forwardSteps } from "./steps/order.ts";
import { functionName, planned, type ScriptStep, type StepSizes } from "./steps/step.ts";
import { revertAtBoot, revertTimer } from "./triggers.ts";

/** Everything the scripts of one run are made of. Pure data: compiling it twice gives the same bytes. */
export interface CompileInput {
	runId: string;
	nodeName: string;
	direction: Direction;
	runtimeFrom: string;
	runtimeTo: string;
	files: FileChange[];
	/** Docker's units in the order in which they stop: sockets before services. */
	dockerUnits: string[];
	containerd: {
		socketPath: string;
		binary: string;
		/** The words with which it runs now, without those that name its configuration. */
		words: string[];
		configPath: string;
		enablement: "enable" | "disable" | "";
	};
	/** Lines that the daemon's dump must hold, quotes normalised to double ones. */
	dumpExpected: string[];
	/** `saved` is the name for `docker save`, `kept` the name under which containerd then has it. */
	images: { saved: string; kept: string; sizeBytes: number }[];
	pauseImage: string;
	cniBinDirs: string[];
	kubelet: {
		mustHave: string[];
		mustNotHave: string[];
		healthzUrl: string;
		/** How many pods it runs from files. */
		staticPods: number;
	};
	revertKubelet: { mustHave: string[]; mustNotHave: string[] };
	/** Absolute path of the crictl that takes part in verifying the node, or null. */
	crictlPath: string | null;
	/** Version of a crictl that cannot speak to this containerd and so takes no part; empty where there is none. */
	crictlUnfit: string;
	/** Pods that the kubelet runs from files, and the etcd member among them; null where this is no control plane node. */
	controlPlane: {
		staticContainers: { namespace: string; container: string }[];
		etcd: {
			url: string;
			gateway: string;
			/** Its member id; "" where it did not answer when the plan was made. */
			member: string;
			certificates: { ca: string; cert: string; key: string } | null;
			mayLoseQuorum: boolean;
		} | null;
	} | null;
	/** For a node whose kubelet is on containerd already, and whose change to it is completed; else null. */
	completes: Completion | null;
	/** Docker runs before and after, for containers that are not of Kubernetes. On either way it stops with everything else and starts again. */
	keepsDocker: boolean;
	drain: boolean;
	drainTimeoutS: number;
	verifyTimeoutS: number;
	/** Seconds a container gets between TERM and KILL where it was not drained. */
	graceS: number;
}

/** What a completing run changes and what it found: its way back leads to containerd too. */
export interface Completion {
	/** The pods that run stay: nothing of containerd's that they rest on changes. */
	keepsPods: boolean;
	/** containerd's own files change, so it is started anew. */
	restartsContainerd: boolean;
	/** The pause image is there, and without the label that keeps it. */
	pinsPause: boolean;
	/** Docker was kept from starting before. */
	dockerOff: boolean;
	/** Docker's units that were active before. */
	dockerActive: string[];
	/** A drop-in that starts the kubelet as it runs now, where its files would start it otherwise; else empty. It lives until the next boot, as what it stands for does. */
	kubeletAsFound: string;
}

export interface Compiled {
	steps: PlannedStep[];
	scripts: { prepare: Script; cutover: Script; revert: Script };
	revertAfterS: number;
}

const MARGIN_S = 120;
/** 64 MiB of reserve and room for logs and snapshots. */
const RESERVE_KIB = 80 * 1024;

export function sha256Hex(bytes: string | Uint8Array): string {
	return createHash("sha256").update(bytes).digest("hex");
}

/**
 * Compiles a run into prepare.sh, cutover.sh and revert.sh. The timer's length is the sum of the limits of all steps
 * that follow arming, the time for verification in the cluster and a margin (safety rule 3).
 */
export function compile(input: CompileInput): Compiled {
	runDir(input.runId);
	const sizes: StepSizes = {
		imageBytes: input.images.reduce((sum, image) => sum + image.sizeBytes, 0),
		drainTimeoutS: input.drainTimeoutS,
		verifyTimeoutS: input.verifyTimeoutS,
	};
	const hasCrictl = input.files.some((file) => file.source.kind === "crictl-archive");
	const { prepare, cutover } = forwardSteps(input.direction, {
		crictl: hasCrictl,
		images: input.images.length > 0 || (input.direction === "migrate" && !input.completes),
		controlPlane: input.controlPlane !== null,
		completes: input.completes,
		keepsDocker: input.keepsDocker,
	});
	const armed = cutover.slice(cutover.findIndex((step) => step.id === "arm-revert") + 1);
	const revertAfterS = armed.reduce((sum, step) => sum + step.limitS(sizes), 0) + input.verifyTimeoutS + MARGIN_S;

	const steps = [
		...consoleSteps("connect"),
		...prepare,
		...(input.drain ? consoleSteps("drain") : consoleSteps("cordon-only")),
		...cutover,
		...consoleSteps("finish"),
	].map((step) => planned(step, sizes));

	const script = (text: string): Script => ({ text, sha256: sha256Hex(text) });
	return {
		steps,
		revertAfterS,
		scripts: {
			prepare: script(prepareScript(input, prepare, sizes)),
			cutover: script(cutoverScript(input, cutover, sizes, revertAfterS)),
			revert: script(revertScript(input)),
		},
	};
}

function prepareScript(input: CompileInput, steps: ScriptStep[], sizes: StepSizes): string {
	return [
		head(input, "prepare.sh", "Puts everything in its place that the cutover needs; changes nothing that runs."),
		settings(input),
		`NEED_KIB=${RESERVE_KIB + Math.ceil(input.files.reduce((sum, file) => sum + size(file), 0) / 1024) * 3}`,
		CORE,
		UNITS,
		FILES,
		RUNTIMES,
		FORWARD,
		dumpConfig(input.containerd),
		fileTable(input),
		section("The new files"),
		writeStaged(input.files),
		section("Steps"),
		...steps.map(stepFunction),
		entry("prepare.sh", "case $1 in prepare-*) _suffix=$1 ;; *) _suffix=prepare-1 ;; esac", steps, sizes),
	].join("\n");
}

function cutoverScript(input: CompileInput, steps: ScriptStep[], sizes: StepSizes, revertAfterS: number): string {
	return [
		head(input, "cutover.sh", "The node is out while this runs. A failing step goes back at once; nobody committing in time does too."),
		settings(input),
		`TARGET=${input.direction === "migrate" ? "containerd" : "docker"}`,
		kubeletWords(input.kubelet),
		`RELOAD_RUNTIME=${hasUnitFile(input, "runtime") ? "yes" : ""}`,
		`RELOAD_KUBELET=${hasUnitFile(input, "kubelet") ? "yes" : ""}`,
		`REVERT_AFTER_S=${revertAfterS}`,
		revertTimer(input.runId, revertAfterS),
		revertAtBoot(input.runId),
		CORE,
		UNITS,
		FILES,
		CONTAINERS,
		ADDRESSES,
		RUNTIMES,
		KUBELET,
		...(input.controlPlane ? [controlPlaneSettings(input.controlPlane), CONTROL_PLANE] : []),
		FORWARD,
		fileTable(input),
		section("Steps"),
		...steps.map(stepFunction),
		entry("cutover.sh", "_suffix=cutover", steps, sizes),
	].join("\n");
}

/** Only a changed unit file needs the manager to read its files again: that costs a good part of the outage. */
function hasUnitFile(input: CompileInput, stage: FileChange["stage"]): boolean {
	return input.files.some((file) => file.stage === stage && file.realPath.includes("/systemd/system/"));
}

function revertScript(input: CompileInput): string {
	return [
		head(input, "revert.sh", "The way back. By hand, without the console: sh revert.sh by-hand"),
		settings(input),
		`TARGET=${input.direction === "migrate" && !input.completes ? "docker" : "containerd"}`,
		kubeletWords(input.revertKubelet),
		revertAtBoot(input.runId),
		"MODE=$1",
		"SUFFIX=revert",
		CORE,
		UNITS,
		FILES,
		CONTAINERS,
		ADDRESSES,
		RUNTIMES,
		KUBELET,
		fileTable(input),
		REVERT,
		'if [ "$2" = locked ]; then open_log; revert; else run_revert; fi',
		"",
	].join("\n");
}

function head(input: CompileInput, name: string, what: string): string {
	const comment = (text: string) => text.replaceAll(/[^\x20-\x7e]/g, "?");
	return [
		"#!/bin/sh",
		`# Gantry, ${name} of run ${input.runId}: node ${comment(input.nodeName)}, ${comment(input.runtimeFrom)} -> ${comment(input.runtimeTo)}`,
		`# ${what}`,
		`RUN_ID=${input.runId}`,
	].join("\n");
}

function settings(input: CompileInput): string {
	const crictlIndex = input.files.findIndex((file) => file.source.kind === "crictl-archive");
	const crictl = input.files[crictlIndex]?.source;
	return [
		`CONTAINERD_SOCKET=${quote(input.containerd.socketPath)}`,
		`CONTAINERD_CONFIG=${quote(input.files.find((file) => file.path === input.containerd.configPath)?.realPath ?? input.containerd.configPath)}`,
		`CONTAINERD_ENABLEMENT=${input.containerd.enablement}`,
		`DOCKER_UNITS=${quote(input.dockerUnits.join(" "))}`,
		`DOCKER_UNITS_START=${quote(startOrder(input.completes?.dockerActive ?? input.dockerUnits).join(" "))}`,
		// The change to containerd is completed: what runs on it stays where nothing of it changes, and the way back leads to it too.
		`COMPLETES=${input.completes ? "yes" : ""}`,
		`DOCKER_KEPT=${input.keepsDocker ? "yes" : ""}`,
		`KEEP_PODS=${input.completes?.keepsPods ? "yes" : ""}`,
		`DOCKER_OFF_BEFORE=${input.completes?.dockerOff ? "yes" : ""}`,
		`KUBELET_AS_FOUND=${quote(input.completes?.kubeletAsFound ?? "")}`,
		`SNAPSHOT_UNITS=${quote(["kubelet.service", "containerd.service", ...input.dockerUnits].join(" "))}`,
		`CNI_BIN_DIRS=${quote(input.cniBinDirs.join(":"))}`,
		`PAUSE_IMAGE=${quote(input.pauseImage)}`,
		`HEALTHZ=${quote(input.kubelet.healthzUrl)}`,
		`STATIC_PODS=${input.kubelet.staticPods}`,
		`GRACE=${input.graceS}`,
		`CRICTL=${quote(input.crictlPath ?? "")}`,
		`CRICTL_UNFIT=${quote(input.crictlUnfit)}`,
		`CRICTL_INDEX=${crictlIndex}`,
		`CRICTL_ARCHIVE_SHA256=${crictl?.kind === "crictl-archive" ? crictl.archiveSha256 : ""}`,
		`DUMP_EXPECTED=${quote(input.dumpExpected.join("\n"))}`,
		`IMAGES=${quote(input.images.map((image) => `${image.saved} ${image.kept}`).join("\n"))}`,
	].join("\n");
}

function controlPlaneSettings({ staticContainers, etcd }: NonNullable<CompileInput["controlPlane"]>): string {
	return [
		`STATIC_CONTAINERS=${quote(staticContainers.map(({ namespace, container }) => `${namespace} ${container}`).join("\n"))}`,
		`ETCD_URL=${quote(etcd?.url ?? "")}`,
		`ETCD_API=${quote(etcd?.gateway ?? "")}`,
		`ETCD_MEMBER=${quote(etcd?.member ?? "")}`,
		`ETCD_CA=${quote(etcd?.certificates?.ca ?? "")}`,
		`ETCD_CERT=${quote(etcd?.certificates?.cert ?? "")}`,
		`ETCD_KEY=${quote(etcd?.certificates?.key ?? "")}`,
		`ETCD_MAY_LOSE_QUORUM=${etcd?.mayLoseQuorum ? "yes" : ""}`,
	].join("\n");
}

/** docker before cri-docker, which talks to it; a socket before its service. */
function startOrder(stopOrder: string[]): string[] {
	const rank = (unit: string) => (unit.startsWith("cri-") ? 2 : 0) + (unit.endsWith(".socket") ? 0 : 1);
	return [...stopOrder].sort((a, b) => rank(a) - rank(b));
}

/** The daemon's own reading of a configuration, by the command line that it runs with. */
function dumpConfig({ binary, words }: CompileInput["containerd"]): string {
	return `dump_config() { bounded 20 ${[binary, ...words].map(quote).join(" ")} --config "$1" config dump; }`;
}

function kubeletWords(words: { mustHave: string[]; mustNotHave: string[] }): string {
	return `KUBELET_MUST=${quote(words.mustHave.join("\n"))}\nKUBELET_MUST_NOT=${quote(words.mustNotHave.join("\n"))}`;
}

function fileTable(input: CompileInput): string {
	const line = (file: FileChange, index: number) => {
		const after = file.after ?? file.before;
		const words = [
			String(index),
			file.realPath,
			file.before?.sha256 ?? "absent",
			file.after?.sha256 ?? "absent",
			after?.mode ?? "0644",
			String(after?.uid ?? 0),
			String(after?.gid ?? 0),
		];
		return `\t"$1" ${words.map(quote).join(" ")} || _bad=1`;
	};
	const group = (name: string, keep: (file: FileChange) => boolean) =>
		[
			`files_${name}() {`,
			"\t_bad=0",
			...input.files.flatMap((file, index) => (keep(file) ? [line(file, index)] : [])),
			"\treturn $_bad",
			"}",
		].join("\n");
	return [
		section("Files: index, path, SHA-256 before and after, mode, owner"),
		group("prepare", (file) => file.stage === "prepare"),
		group("runtime", (file) => file.stage === "runtime"),
		group("kubelet", (file) => file.stage === "kubelet"),
		group("all", () => true),
	].join("\n");
}

function stepFunction(step: ScriptStep): string {
	return `${functionName(step)}() {${step.shell}\n}`;
}

function entry(file: string, suffix: string, steps: ScriptStep[], sizes: StepSizes): string {
	return [
		"",
		`if [ "$1" != locked ]; then ${suffix}; run_forward ${file} "$_suffix"; fi`,
		'enter "$2"',
		...steps.map((step) => `step ${step.id} ${step.limitS(sizes)} ${functionName(step)}`),
		"end_script 0",
		"",
	].join("\n");
}

function section(title: string): string {
	return `\n# ${title}`;
}

function size(file: FileChange): number {
	return Buffer.byteLength(file.after?.contentBase64 ?? "", "base64") + Buffer.byteLength(file.before?.contentBase64 ?? "", "base64");
}
