import type { Facts } from "../../lib/contracts/facts.ts";
import type { Finding } from "../../lib/contracts/finding.ts";
import { type FileChange, PLAN_VERSION, type Plan, type Policy } from "../../lib/contracts/plan.ts";
import { compile } from "./compile.ts";
import { controlPlaneOf } from "./control-plane.ts";
import { factsDigest } from "./digest.ts";
import { dockerUnits } from "./docker-units.ts";
import { PlanError } from "./error.ts";
import { healthzUrl } from "./healthz.ts";
import { runtimeWords } from "./kubelet-files.ts";

export interface RollbackInput {
	runId: string;
	nodeName: string;
	controlPlane: boolean;
	/** As the node is now, on containerd. */
	facts: Facts;
	/** The committed migration whose snapshot is returned to, and the facts that its plan was made from. */
	migrated: { plan: Plan; facts: Facts };
	policy: Policy;
	findings: Finding[];
}

/**
 * The plan that takes a migrated node back to Docker: every file as the snapshot on the node holds it, never a reverse edit.
 * It is a run of its own: what the node has now is its snapshot, and its own revert leads back to containerd.
 * Throws PlanError where the node is not on containerd.
 */
export function planRollback(input: RollbackInput): Plan {
	const { facts, migrated, policy } = input;
	if (facts.kubelet.runtime !== "containerd") throw new PlanError("not-on-containerd", { runtime: facts.kubelet.runtime });
	if (migrated.plan.direction !== "migrate") throw new PlanError("no-snapshot", { run: migrated.plan.runId });

	const files: FileChange[] = migrated.plan.files.map((file, index) => ({
		path: file.path,
		realPath: file.realPath,
		// The drop-ins stay until Docker starts again: between prepare and cutover a restart must not bring Docker up.
		stage: file.stage === "kubelet" ? "kubelet" : "runtime",
		before: file.after,
		after: file.before,
		source: file.before ? { kind: "snapshot", runId: migrated.plan.runId, index } : { kind: "inline" },
		intended: file.intended.map(({ key, from, to }) => ({ key, from: to, to: from })),
	}));
	const before = migrated.facts.kubelet.argv;
	const enabledByUs = migrated.facts.containerd.unit.unitFileState === "disabled";
	const kubelet = {
		mustHave: runtimeWords(before),
		mustNotHave: migrated.plan.kubelet.mustHave.map(flagName).filter((flag) => !before.some((word) => flagName(word) === flag)),
	};

	const { steps, scripts, revertAfterS } = compile({
		runId: input.runId,
		nodeName: input.nodeName,
		direction: "rollback",
		runtimeFrom: migrated.plan.runtimeTo,
		runtimeTo: migrated.plan.runtimeFrom,
		files,
		dockerUnits: dockerUnits(migrated.facts),
		containerd: {
			socketPath: facts.containerd.socketPath,
			binary: facts.containerd.argv[0] || "containerd",
			words: [],
			configPath: facts.containerd.configPath,
			enablement: enabledByUs ? "disable" : "",
		},
		dumpExpected: [],
		images: [],
		pauseImage: migrated.plan.pauseImage,
		cniBinDirs: migrated.facts.cni.binDir.split(","),
		kubelet: { ...kubelet, healthzUrl: healthzUrl(facts.kubelet), staticPods: 0 },
		revertKubelet: { mustHave: migrated.plan.kubelet.mustHave, mustNotHave: [] },
		crictlPath: null,
		crictlUnfit: "",
		controlPlane: controlPlaneOf(facts, input.controlPlane),
		completes: null,
		// Down or up just now: nothing keeps it from starting, and that is how the way back of this run has to leave it.
		keepsDocker: !facts.gantry.dockerOff,
		drain: policy.drain.enabled,
		drainTimeoutS: policy.drain.timeoutS,
		verifyTimeoutS: policy.verifyTimeoutS,
		graceS: 10,
	});
	return {
		version: PLAN_VERSION,
		direction: "rollback",
		runId: input.runId,
		nodeName: input.nodeName,
		controlPlane: input.controlPlane,
		runtimeFrom: migrated.plan.runtimeTo,
		runtimeTo: migrated.plan.runtimeFrom,
		findings: input.findings,
		steps,
		files,
		images: [],
		pauseImage: migrated.plan.pauseImage,
		revertAfterS,
		kubelet,
		containerd: null,
		factsDigest: factsDigest(facts),
		scripts,
	};
}

function flagName(word: string): string {
	return word.split("=", 1)[0] ?? word;
}
