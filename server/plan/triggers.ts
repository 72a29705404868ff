import { BOOT_SERVICE, GANTRY_DIR, REVERT_SERVICE, RUNS_DIR } from "./layout.ts";
import { quote } from "./shell/quote.ts";

/**
 * The units that start a revert by themselves, as assignments for a script (safety rule 2): a timer without [Install] and
 * without a calendar for this boot, a unit without default dependencies for the next.
 */
export function revertTimer(runId: string, revertAfterS: number): string {
	return [
		assignment("REVERT_SERVICE_UNIT", [
			"[Unit]",
			`Description=Gantry: run ${runId} was not committed, the node goes back`,
			"[Service]",
			// Every command in revert.sh has a limit of its own, and half a revert would be worse than a slow one. A oneshot without a
			// limit gets the default one back when its file goes and systemd reads its units anew, and is ended at once (252).
			"Type=simple",
			`ExecStart=/bin/sh ${revertScript(runId)} armed`,
		]),
		assignment("REVERT_TIMER_UNIT", [
			"[Unit]",
			`Description=Gantry: run ${runId} goes back unless it is committed`,
			"[Timer]",
			`OnActiveSec=${revertAfterS}`,
			"AccuracySec=1s",
			`Unit=${REVERT_SERVICE}`,
		]),
	].join("\n");
}

/** The unit of the next boot: restores files before anything reads them, and starts nothing. */
export function revertAtBoot(runId: string): string {
	return assignment("BOOT_SERVICE_UNIT", [
		"[Unit]",
		`Description=Gantry: run ${runId} goes back before Docker and the kubelet start`,
		"DefaultDependencies=no",
		"After=local-fs.target",
		`RequiresMountsFor=${GANTRY_DIR}`,
		"Before=containerd.service docker.service docker.socket cri-docker.service cri-docker.socket kubelet.service",
		"[Service]",
		"Type=oneshot",
		"TimeoutStartSec=600",
		`ExecStart=/bin/sh ${revertScript(runId)} boot`,
		"[Install]",
		`# ${BOOT_SERVICE}`,
		"WantedBy=sysinit.target",
	]);
}

function revertScript(runId: string): string {
	return `${RUNS_DIR}/${runId}/revert.sh`;
}

function assignment(name: string, lines: string[]): string {
	return `${name}=${quote(lines.join("\n"))}`;
}
