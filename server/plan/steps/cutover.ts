import type { ScriptStep } from "./step.ts";

export const compareFiles: ScriptStep = {
	id: "compare-files",
	phase: "cutover",
	limitS: () => 30,
	undo: null,
	shell: String.raw`
	files_prepare compare_after && files_runtime compare_before && files_kubelet compare_before || return 1
	files_runtime is_staged && files_kubelet is_staged`,
};

/** A timer for this boot, a unit for the next (safety rule 2). Everything before it is on disk first (rule 10). */
export const armRevert: ScriptStep = {
	id: "arm-revert",
	phase: "cutover",
	limitS: () => 210,
	undo: "take-decision",
	shell: String.raw`
	flush || { cause "cannot-write path=$RUN"; return 1; }
	mkdir -p /run/systemd/system
	make_folder /etc/systemd/system/sysinit.target.wants || return 1
	write_file /run/systemd/system/gantry-revert.service "$REVERT_SERVICE_UNIT" &&
		write_file /run/systemd/system/gantry-revert.timer "$REVERT_TIMER_UNIT" &&
		write_file /etc/systemd/system/gantry-boot.service "$BOOT_SERVICE_UNIT" &&
		ln -sf ../gantry-boot.service /etc/systemd/system/sysinit.target.wants/gantry-boot.service &&
		write_file "$RUN/timer-seconds" "$REVERT_AFTER_S" || { cause "cannot-write path=/etc/systemd/system/gantry-boot.service"; return 1; }
	relabel /etc/systemd/system/gantry-boot.service
	flush || { cause "cannot-write path=/etc/systemd/system/gantry-boot.service"; return 1; }
	reload_units || { cause "daemon-reload-failed"; return 1; }
	bounded 10 systemctl stop gantry-revert.timer 2>/dev/null
	bounded 10 systemctl reset-failed gantry-revert.service 2>/dev/null
	bounded 20 systemctl start gantry-revert.timer
	unit_state gantry-revert.timer
	[ "$STATE" = active ] || { cause "revert-not-armed state=$STATE"; return 1; }
	boot_id; uptime_s
	# Revert takes a run without it for one that never touched the runtimes.
	write_file "$RUN/deadline" "$BOOT $(( NOW + REVERT_AFTER_S ))" || { cause "cannot-write path=$RUN/deadline"; return 1; }
	ARMED=yes
	note "revert-armed seconds=$REVERT_AFTER_S"
	# Reads all units anew, so it is done while the node still works.
	if [ -n "$CONTAINERD_ENABLEMENT" ]; then bounded 60 systemctl "$CONTAINERD_ENABLEMENT" containerd.service || { cause "cannot-enable unit=containerd.service"; return 1; }; fi
	return 0`,
};

export const stopKubelet: ScriptStep = {
	id: "stop-kubelet",
	phase: "cutover",
	limitS: () => 75,
	undo: "start-kubelet",
	shell: String.raw`
	list_containers
	forget_starts containerd.service kubelet.service
	stop_unit kubelet.service 30`,
};

export const endContainers: ScriptStep = {
	id: "end-containers",
	phase: "cutover",
	limitS: () => 180,
	undo: "start-kubelet",
	shell: String.raw`
	end_containers`,
};

/** Where the pods that run are containerd's, and stay: only what Docker still runs for Kubernetes, and what both have left behind. */
export const endDockersContainers: ScriptStep = {
	...endContainers,
	shell: String.raw`
	list_addresses
	end_dockers_containers`,
};

export const releaseAddresses: ScriptStep = {
	id: "release-addresses",
	phase: "cutover",
	limitS: () => 45,
	undo: null,
	shell: String.raw`
	release_addresses`,
};

export const stopDocker: ScriptStep = {
	id: "stop-docker",
	phase: "cutover",
	limitS: () => 150,
	undo: "start-docker",
	shell: String.raw`
	stop_docker`,
};

export const stopContainerd: ScriptStep = {
	id: "stop-containerd",
	phase: "cutover",
	limitS: () => 80,
	undo: "start-containerd",
	shell: String.raw`
	stop_unit containerd.service 60`,
};

export const putRuntimeFiles: ScriptStep = {
	id: "put-runtime-files",
	phase: "cutover",
	limitS: () => 120,
	undo: "restore-files",
	shell: String.raw`
	# Not synced: until the run is committed, a power cut is followed by the boot unit, which puts the old bytes back.
	files_runtime put_file || return 1
	list_addresses
	if [ -n "$RELOAD_RUNTIME" ]; then reload_units || { cause "daemon-reload-failed"; return 1; }; fi
	return 0`,
};

export const startContainerdWithCri: ScriptStep = {
	id: "start-containerd",
	phase: "cutover",
	limitS: () => 150,
	undo: "restore-files",
	shell: String.raw`
	start_containerd && wait_for_cri`,
};

export const startContainerdAsBefore: ScriptStep = {
	...startContainerdWithCri,
	shell: String.raw`
	start_containerd`,
};

export const startDocker: ScriptStep = {
	id: "start-docker",
	phase: "cutover",
	limitS: () => 180,
	undo: "stop-docker",
	shell: String.raw`
	start_docker`,
};

/** For containers that are not of Kubernetes. Whatever becomes of it, the node is where it was to go: said, not failed. */
export const startDockerAgain: ScriptStep = {
	id: "start-docker-again",
	phase: "verify",
	limitS: () => 180,
	undo: "stop-docker",
	shell: String.raw`
	start_docker_again`,
};

export const putKubeletFiles: ScriptStep = {
	id: "put-kubelet-files",
	phase: "cutover",
	limitS: () => 120,
	undo: "restore-files",
	shell: String.raw`
	if [ "$TARGET" = containerd ]; then image_present "$PAUSE_IMAGE" || { cause "pause-image-missing image=$PAUSE_IMAGE"; return 1; }; fi
	files_kubelet put_file || return 1
	if [ -e "$AS_FOUND" ]; then leave_as_found || return 1; RELOAD_KUBELET=yes; fi
	if [ -n "$RELOAD_KUBELET" ]; then reload_units || { cause "daemon-reload-failed"; return 1; }; fi
	return 0`,
};

export const startKubelet: ScriptStep = {
	id: "start-kubelet",
	phase: "cutover",
	limitS: () => 120,
	undo: "stop-kubelet",
	shell: String.raw`
	SAME=
	begin_kubelet`,
};

export const verifyNode: ScriptStep = {
	id: "verify-node",
	phase: "verify",
	// 40 s for the first pod, then twice 15 s for crictl.
	limitS: () => 100,
	undo: null,
	shell: String.raw`
	main_pid
	kubelet_words_as_planned && managers_as_before || return 1
	if [ "$TARGET" = docker ]; then
		docker_answers || { cause "docker-does-not-answer"; return 1; }
		return 0
	fi
	pods_came_back || return 1
	cri_state; [ "$CRI" = ok ] || { cause "cri-plugin-not-ok state=$CRI"; return 1; }
	# A completing run that keeps Docker did not stop it.
	[ -n "$COMPLETES" ] && [ -n "$DOCKER_KEPT" ] || for _unit in $DOCKER_UNITS; do
		unit_state "$_unit"; case $STATE in inactive|failed) ;; *) cause "unit-still-active unit=$_unit state=$STATE"; return 1 ;; esac
	done
	if [ -n "$CRICTL" ]; then
		# Its own file may name another runtime, where nobody wanted it written.
		bounded 15 "$CRICTL" --runtime-endpoint="unix://$CONTAINERD_SOCKET" info >"$RUN/evidence/crictl-info.txt" 2>&1 || { cat "$RUN/evidence/crictl-info.txt"; cause "crictl-info-failed"; return 1; }
		bounded 15 "$CRICTL" --runtime-endpoint="unix://$CONTAINERD_SOCKET" pods >"$RUN/evidence/crictl-pods.txt" 2>&1 || { cat "$RUN/evidence/crictl-pods.txt"; cause "crictl-pods-failed"; return 1; }
		cat "$RUN/evidence/crictl-pods.txt"
	elif [ -n "$CRICTL_UNFIT" ]; then note "crictl-not-asked version=$CRICTL_UNFIT"
	fi
	note "node-verified runtime=$TARGET"
	return 0`,
};
