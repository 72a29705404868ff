import type { Direction } from "../../../lib/contracts/plan.ts";
import type { Completion } from "../compile.ts";
import { CONSOLE_STEPS } from "./console.ts";
import { checkControlPlane, verifyControlPlane } from "./control-plane.ts";
import * as cutoverSteps from "./cutover.ts";
import * as prepareSteps from "./prepare.ts";
import type { ConsoleStep, ScriptStep } from "./step.ts";

/**
 * The steps that the node runs, in their order. The way to containerd and the way to Docker differ in which runtime
 * is started last; a rollback is a run like any other, with its own snapshot and its own armed revert.
 */
export function forwardSteps(
	direction: Direction,
	has: { crictl: boolean; images: boolean; controlPlane: boolean; completes: Completion | null; keepsDocker: boolean },
): { prepare: ScriptStep[]; cutover: ScriptStep[] } {
	const p = prepareSteps;
	const c = cutoverSteps;
	const before = has.controlPlane ? [checkControlPlane] : [];
	const after = has.controlPlane ? [verifyControlPlane] : [];
	if (direction === "rollback") {
		return {
			prepare: [p.checkHost, p.snapshot, p.stageFiles],
			cutover: [
				c.compareFiles,
				...before,
				c.armRevert,
				c.stopKubelet,
				c.endContainers,
				...(has.keepsDocker ? [c.stopDocker] : []),
				c.stopContainerd,
				c.putRuntimeFiles,
				c.startContainerdAsBefore,
				c.startDocker,
				c.putKubeletFiles,
				c.startKubelet,
				c.releaseAddresses,
				c.verifyNode,
				...after,
			],
		};
	}
	// Pods that stay are containerd's, and it is stopped only where its own files change.
	const keepsPods = has.completes?.keepsPods === true;
	const restarts = !keepsPods || has.completes?.restartsContainerd === true;
	return {
		prepare: [
			p.checkHost,
			p.snapshot,
			...(has.crictl ? [p.installCrictl] : []),
			p.stageFiles,
			...(restarts ? [p.validateConfig] : []),
			...(has.images ? [p.carryImages] : []),
			...(has.completes?.pinsPause ? [p.pinPauseImage] : []),
		],
		cutover: [
			c.compareFiles,
			...before,
			c.armRevert,
			c.stopKubelet,
			keepsPods ? c.endDockersContainers : c.endContainers,
			// One that is completed and keeps Docker has no reason of its own to stop it.
			...(has.completes && has.keepsDocker ? [] : [c.stopDocker]),
			...(restarts ? [c.stopContainerd, c.putRuntimeFiles, c.startContainerdWithCri] : []),
			c.putKubeletFiles,
			c.startKubelet,
			// After the node is back: it takes no part of the outage, and touches only what was there before.
			c.releaseAddresses,
			c.verifyNode,
			...after,
			// Last: until here nothing may bring Docker up, and it takes no part in what decides over the node.
			// Docker's unit may be bound to containerd's, and stop with it.
			...(has.keepsDocker && restarts ? [c.startDockerAgain] : []),
		],
	};
}

export function consoleSteps(group: keyof typeof CONSOLE_STEPS): ConsoleStep[] {
	return CONSOLE_STEPS[group];
}
