import type { Finding } from "../../lib/contracts/finding.ts";
import { type Check, type CodeRule, findingsOf, type PreflightInput } from "./check.ts";
import { byHand } from "./checks/by-hand.ts";
import { cgroupDriver } from "./checks/cgroup-driver.ts";
import { clock } from "./checks/clock.ts";
import { cluster } from "./checks/cluster.ts";
import { commands } from "./checks/commands.ts";
import { completion } from "./checks/completion.ts";
import { containerdConfig } from "./checks/containerd-config.ts";
import { containerdRunning } from "./checks/containerd-running.ts";
import { containerdVersion } from "./checks/containerd-version.ts";
import { crictl } from "./checks/crictl.ts";
import { dockerConfig } from "./checks/docker-config.ts";
import { dockerContainers } from "./checks/docker-containers.ts";
import { dockerRunning } from "./checks/docker-running.ts";
import { dockerSettings } from "./checks/docker-settings.ts";
import { drain } from "./checks/drain.ts";
import { etcd } from "./checks/etcd.ts";
import { fileEdits } from "./checks/file-edits.ts";
import { folders } from "./checks/folders.ts";
import { identity } from "./checks/identity.ts";
import { images } from "./checks/images.ts";
import { kernelNetwork } from "./checks/kernel-network.ts";
import { kubeletHealth } from "./checks/kubelet-health.ts";
import { kubeletRunning } from "./checks/kubelet-running.ts";
import { kubeletRuntime } from "./checks/kubelet-runtime.ts";
import { kubeletSetup } from "./checks/kubelet-setup.ts";
import { kubeletUnit } from "./checks/kubelet-unit.ts";
import { kubeletVersion } from "./checks/kubelet-version.ts";
import { dockerOff, leftoverRuns } from "./checks/leftovers.ts";
import { network } from "./checks/network.ts";
import { packageManager } from "./checks/package-manager.ts";
import { pauseImage } from "./checks/pause-image.ts";
import { podCgroups } from "./checks/pod-cgroups.ts";
import { proxyNetworks } from "./checks/proxy-networks.ts";
import { resourceManagers } from "./checks/resource-managers.ts";
import { role } from "./checks/role.ts";
import { securityModules } from "./checks/security-modules.ts";
import { space } from "./checks/space.ts";
import { systemd } from "./checks/systemd.ts";
import { touchedFiles } from "./checks/touched-files.ts";
import { unitLimits } from "./checks/unit-limits.ts";
import { unitReload } from "./checks/unit-reload.ts";
import { workloads } from "./checks/workloads.ts";
import { xfs } from "./checks/xfs.ts";
import { ROLLBACK_CHECKS } from "./rollback.ts";

/** Whether there is anything to migrate, on the right machine, and nobody else at it. Where one of these blocks, the rest would only be noise. */
const GATES: readonly Check<PreflightInput>[] = [identity, systemd, leftoverRuns, kubeletRunning, kubeletRuntime];

/** Every check before a migration, in the order in which findings are shown. */
export const CHECKS: readonly Check<PreflightInput>[] = [
	...GATES,
	cluster,
	workloads,
	drain,
	role,
	etcd,
	dockerOff,
	kubeletVersion,
	podCgroups,
	kubeletHealth,
	kubeletSetup,
	kubeletUnit,
	cgroupDriver,
	network,
	kernelNetwork,
	pauseImage,
	resourceManagers,
	dockerRunning,
	dockerContainers,
	dockerConfig,
	dockerSettings,
	proxyNetworks,
	containerdRunning,
	containerdVersion,
	containerdConfig,
	unitReload,
	unitLimits,
	touchedFiles,
	fileEdits,
	images,
	space,
	xfs,
	securityModules,
	crictl,
	commands,
	folders,
	packageManager,
	clock,
];

/** What is said of a node that is on containerd already, behind the block that says so. */
export const ON_CONTAINERD_CHECKS: readonly Check<PreflightInput>[] = [completion, containerdConfig, byHand];

/** What is asked besides of one whose change to containerd is to be completed; that block is none then. */
const COMPLETION_CHECKS: readonly Check<PreflightInput>[] = [
	cluster,
	role,
	etcd,
	kubeletHealth,
	containerdRunning,
	unitReload,
	touchedFiles,
	fileEdits,
	space,
	crictl,
	commands,
	folders,
	packageManager,
	clock,
];

/** Findings before a node goes from Docker to containerd. Pure; the same facts give the same findings in the same order. */
export function preflight(input: PreflightInput): Finding[] {
	const gate = findingsOf(GATES, input);
	if (!gate.some((finding) => finding.severity === "block")) return findingsOf(CHECKS, input);
	const ALREADY = "kubelet.runtime.already-containerd";
	if (!gate.some(({ code }) => code === ALREADY)) return gate;
	const there = findingsOf(ON_CONTAINERD_CHECKS, input);
	if (!there.some(({ code }) => code === "kubelet.runtime.to-complete")) return [...gate, ...there];
	// Containers of other hands end with a Docker that is switched off.
	const running = input.facts.docker.service.activeState === "active" ? [dockerContainers] : [];
	return [...gate.filter(({ code }) => code !== ALREADY), ...there, ...findingsOf([...running, ...COMPLETION_CHECKS], input)];
}

/** Every code that preflight gives in either direction, with its severity and whether a person may override it. */
export const FINDING_CODES: Readonly<Record<string, CodeRule>> = Object.assign(
	{},
	...[...CHECKS, ...ON_CONTAINERD_CHECKS, ...ROLLBACK_CHECKS].map((check: { codes: Readonly<Record<string, CodeRule>> }) => check.codes),
);

/** True where a person may start a node in spite of a finding with this code. An unknown code is not overridable. */
export function isOverridable(code: string): boolean {
	return FINDING_CODES[code]?.overridable === true;
}

/** Findings that keep a node out, once those that a person overrode are taken away. A code that is not overridable stays, whoever names it. */
export function blocking(findings: readonly Finding[], overridden: ReadonlySet<string> = new Set()): Finding[] {
	return findings.filter(({ code, severity }) => severity === "block" && !(overridden.has(code) && isOverridable(code)));
}
