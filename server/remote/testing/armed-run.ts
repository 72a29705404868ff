import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { BOOT_SERVICE, REVERT_SERVICE, REVERT_TIMER, runDir } from "../../plan/layout.ts";
import type { LocalNode } from "./local-session.ts";

const SYSTEM = "/etc/systemd/system";

/** Every file that an armed revert of this run has outside the run folder, by its path on the node. */
export function triggerFiles(): string[] {
	return [
		`/run/systemd/system/${REVERT_TIMER}`,
		`/run/systemd/system/${REVERT_SERVICE}`,
		`${SYSTEM}/${BOOT_SERVICE}`,
		`${SYSTEM}/sysinit.target.wants/${BOOT_SERVICE}`,
	];
}

/** Lays the triggers as a cutover does, the timer waiting. */
export function arm(node: LocalNode, runId: string, seconds = 600): void {
	const write = (path: string, lines: string[]) => writeFileSync(node.path(path), `${lines.join("\n")}\n`);
	write(`/run/systemd/system/${REVERT_SERVICE}`, ["[Service]", "Type=oneshot", `ExecStart=/bin/sh ${runDir(runId)}/revert.sh armed`]);
	write(`/run/systemd/system/${REVERT_TIMER}`, ["[Timer]", `OnActiveSec=${seconds}`, "AccuracySec=1s", `Unit=${REVERT_SERVICE}`]);
	write(`${SYSTEM}/${BOOT_SERVICE}`, ["[Service]", `ExecStart=/bin/sh ${runDir(runId)}/revert.sh boot`]);
	rmSync(node.path(`${SYSTEM}/sysinit.target.wants/${BOOT_SERVICE}`), { force: true });
	symlinkSync(`../${BOOT_SERVICE}`, node.path(`${SYSTEM}/sysinit.target.wants/${BOOT_SERVICE}`));
	mkdirSync(node.path(runDir(runId)), { recursive: true });
	writeFileSync(node.path(`${runDir(runId)}/timer-seconds`), `${seconds}\n`);
	writeFileSync(`${node.root}/units/${REVERT_TIMER}.armed`, `${seconds}\n`);
}

/** A run folder as a cutover that verified the node leaves it: armed, waiting for its commit. */
export function verifiedRun(node: LocalNode, runId: string): void {
	const dir = node.path(runDir(runId));
	mkdirSync(`${dir}/snapshot`, { recursive: true });
	writeFileSync(`${dir}/started.cutover`, "boot 1.00\n");
	writeFileSync(`${dir}/exit.cutover`, "0 boot 2.00\n");
	arm(node, runId);
}
