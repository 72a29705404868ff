import type { Finding } from "../../lib/contracts/finding.ts";
import type { Plan } from "../../lib/contracts/plan.ts";
import { RUNS_DIR } from "../plan/layout.ts";
import { readVersion } from "../runtime/versions.ts";
import { BLOCK, type Check, defineCheck, findingsOf, type RollbackInput, WARN } from "./check.ts";
import { cluster } from "./checks/cluster.ts";
import { commands } from "./checks/commands.ts";
import { containerdConfig } from "./checks/containerd-config.ts";
import { containerdRunning } from "./checks/containerd-running.ts";
import { dockerConfig } from "./checks/docker-config.ts";
import { drain } from "./checks/drain.ts";
import { rollbackEtcd } from "./checks/etcd.ts";
import { folders } from "./checks/folders.ts";
import { identity } from "./checks/identity.ts";
import { kubeletRunning } from "./checks/kubelet-running.ts";
import { kubeletVersion } from "./checks/kubelet-version.ts";
import { leftoverRuns } from "./checks/leftovers.ts";
import { packageManager } from "./checks/package-manager.ts";
import { podCgroups } from "./checks/pod-cgroups.ts";
import { role } from "./checks/role.ts";
import { rollbackFiles as files } from "./checks/rollback-files.ts";
import { systemd } from "./checks/systemd.ts";
import { unitReload } from "./checks/unit-reload.ts";

/** Paths whose bytes the probe must read before a rollback. */
export function rollbackFiles(plan: Plan): string[] {
	return plan.files.map((file) => file.path);
}

const runtime = defineCheck({
	id: "rollback-runtime",
	codes: { "kubelet.runtime.already-docker": BLOCK, "kubelet.runtime.not-containerd": BLOCK },
	run: ({ facts: { kubelet } }: RollbackInput) => {
		const evidence = { text: kubelet.argv.join(" ") };
		if (kubelet.runtime === "dockershim" || kubelet.runtime === "cri-dockerd") {
			return [{ code: "kubelet.runtime.already-docker", values: { runtime: kubelet.runtime }, evidence }];
		}
		return kubelet.runtime === "containerd"
			? []
			: [{ code: "kubelet.runtime.not-containerd", values: { runtime: kubelet.runtime, endpoint: kubelet.endpoint ?? "" }, evidence }];
	},
});

const onNode = defineCheck({
	id: "rollback-snapshot",
	codes: { "rollback.snapshot.missing": BLOCK, "rollback.snapshot.not-committed": BLOCK },
	run: ({ facts: { gantry }, snapshot: { plan } }: RollbackInput) => {
		const path = `${RUNS_DIR}/${plan.runId}`;
		const run = gantry.runs.find((candidate) => candidate.id === plan.runId);
		if (!run) return [{ code: "rollback.snapshot.missing", values: { run: plan.runId, path }, evidence: { path } }];
		return run.decision === "commit"
			? []
			: [{ code: "rollback.snapshot.not-committed", values: { run: plan.runId, decision: run.decision }, evidence: { path } }];
	},
});

/** dockershim and the flags that name it are the kubelet's own: another minor may not know them any more. */
const minor = defineCheck({
	id: "rollback-kubelet-minor",
	codes: { "rollback.kubelet.minor-differs": BLOCK, "rollback.kubelet.version-unknown": BLOCK },
	run: ({ facts, snapshot }: RollbackInput) => {
		const was = snapshot.facts.kubelet.version;
		const is = facts.kubelet.version;
		const before = was.known ? readVersion(was.value) : null;
		const now = is.known ? readVersion(is.value) : null;
		if (!was.known || !is.known || !before || !now) {
			return [{ code: "rollback.kubelet.version-unknown", values: { reason: was.known ? (is.known ? is.value : is.reason) : was.reason } }];
		}
		return before.major === now.major && before.minor === now.minor
			? []
			: [{ code: "rollback.kubelet.minor-differs", values: { was: was.value, is: is.value } }];
	},
});

/** A node that is ill on containerd is one to take back; but the run's own way back, to what is there now, would not be healthy either. */
const health = defineCheck({
	id: "rollback-kubelet-health",
	codes: { "rollback.kubelet.unhealthy": WARN },
	run: ({ facts: { kubelet } }: RollbackInput) => {
		if (!kubelet.healthz.known || kubelet.healthz.value.ok) return [];
		const { address, port } = kubelet.healthz.value;
		return [{ code: "rollback.kubelet.unhealthy", values: { address, port } }];
	},
});

const docker = defineCheck({
	id: "rollback-docker",
	codes: {
		"rollback.docker.command-missing": BLOCK,
		// Masked by hand since the migration: after it there is no way back.
		"rollback.docker.unit-missing": BLOCK,
		"rollback.docker.running": WARN,
	},
	run: ({ facts, snapshot }: RollbackInput) => {
		const before = snapshot.facts.docker;
		const now = facts.docker;
		const pairs = [
			[before.service, now.service],
			[before.socket, now.socket],
			[before.criDockerService, now.criDockerService],
			[before.criDockerSocket, now.criDockerSocket],
		] as const;
		return [
			...["docker", "dockerd", "cri-dockerd"]
				.filter((command) => snapshot.facts.host.commands[command] && !facts.host.commands[command])
				.map((command) => ({ code: "rollback.docker.command-missing" as const, values: { command } })),
			...pairs
				.filter(([was, is]) => was.loadState === "loaded" && is.loadState !== "loaded")
				.map(([was, is]) => ({
					code: "rollback.docker.unit-missing" as const,
					values: { unit: was.name, load: is.loadState },
					evidence: { path: was.fragmentPath },
				})),
			...(now.service.activeState === "active" ? [{ code: "rollback.docker.running" as const, values: { unit: now.service.name } }] : []),
		];
	},
});

const GATES: readonly Check<RollbackInput>[] = [identity, systemd, kubeletRunning, runtime];

/** Every check before a rollback. */
export const ROLLBACK_CHECKS: readonly Check<RollbackInput>[] = [
	...GATES,
	onNode,
	files,
	minor,
	kubeletVersion,
	podCgroups,
	health,
	docker,
	dockerConfig,
	containerdRunning,
	containerdConfig,
	cluster,
	drain,
	role,
	rollbackEtcd,
	leftoverRuns,
	unitReload,
	commands,
	folders,
	packageManager,
];

/** Findings before a migrated node goes back to Docker. Pure. */
export function preflightRollback(input: RollbackInput): Finding[] {
	const gate = findingsOf(GATES, input);
	return gate.some((finding) => finding.severity === "block") ? gate : findingsOf(ROLLBACK_CHECKS, input);
}
