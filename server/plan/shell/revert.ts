/** Seconds: more than all steps' limits and the syncs behind them. No timer ends a revert that hangs, so this does, and it begins again. */
export const REVERT_LIMIT_S = 1900;
/** The same while the machine boots: two attempts end before systemd ends the unit (its TimeoutStartSec). */
export const BOOT_REVERT_LIMIT_S = 280;

/**
 * The way back. Modes: `armed` (nobody committed in time, or a step failed), `boot` (the machine restarted before the
 * decision, or in the middle of a revert), `by-hand` (a person, also after a commit), `prepared-only` (cancelled before
 * the cutover). It needs neither the console nor the API server nor a working containerd.
 */
export const REVERT = String.raw`
before_step() { if [ "$MODE" != boot ] && stopping_between; then mark "stop machine-stopping"; end_script 77; fi; }
after_failure() {
	# Refused by a machine that goes down: the boot unit goes on (safety rule 11).
	if [ "$MODE" != boot ] && machine_stopping; then mark "stop machine-stopping"; end_script 77; fi
	# Nothing was changed yet: the run stays what it is.
	[ -z "$ONLY_LOOKED" ] || end_script 65
	# The kubelet stays as this step left it: stopped, unless it was the kubelet itself that failed.
	write_file "$RUN/final" revert-failed
	note "revert-failed step=$STEP"
	end_script 1
}

take_decision() {
	ln -s revert "$RUN/decision" 2>/dev/null
	decision
	if [ -z "$DECISION" ]; then
		rm -f "$BASE/reserve"
		ln -s revert "$RUN/decision" 2>/dev/null
		decision
	fi
	case $DECISION in
		revert) return 0 ;;
		commit)
			# A person may go back after a commit too, and the boot unit finishes what a reboot cut short of that.
			[ "$MODE" = by-hand ] && return 0
			[ "$MODE" = boot ] && [ -e "$RUN/by-hand" ] && return 0
			mark "stop committed"
			exit 0 ;;
		*) cause "cannot-write path=$RUN/decision"; exit 1 ;;
	esac
}

# Forward ends before the lock is asked for: its whole cgroup, then a look (safety rule 3).
stop_forward() {
	for _started in "$RUN"/started.*; do
		_unit=gantry-$RUN_ID-$(basename "$_started" | sed 's/^started\.//').service
		case $_unit in *-revert.service|*'*'*) continue ;; esac
		uptime_s; _end=$(( NOW + 15 )); _killed=
		while :; do
			unit_state "$_unit"
			case $STATE in inactive|failed|unknown) break ;; esac
			[ -n "$_killed" ] || bounded 10 systemctl kill -s KILL "$_unit" 2>/dev/null
			_killed=yes
			uptime_s; [ "$NOW" -lt "$_end" ] || { cause "unit-will-not-stop unit=$_unit state=$STATE"; break; }
			sleep 0.2
		done
		# Its exit file tells what became of it; a failed unit that nobody removes only rings an operator's alarm.
		bounded 10 systemctl reset-failed "$_unit" 2>/dev/null
	done
}

# True where the cutover never got as far as the runtimes: then the pods that run are the right ones, and stay.
# A job that forward queued before it was ended counts as done.
runtime_untouched() {
	unit_state containerd.service; [ "$STATE" = active ] && [ -z "$JOB" ] || return 1
	if [ -n "$COMPLETES" ]; then docker_as_before && files_runtime is_before; return; fi
	[ ! -e "$RUN/docker-stopped" ] || return 1
	unit_state docker.service
	if [ "$TARGET" = docker ] || [ -n "$DOCKER_KEPT" ]; then [ "$STATE" = active ] && [ ! -e "$BASE/docker-off" ] || return 1
	else [ "$STATE" != active ] && [ -e "$BASE/docker-off" ] || return 1; fi
	files_runtime is_before
}

# A completing run found Docker as it was left: on, off, or kept off.
docker_as_before() {
	if [ -n "$DOCKER_OFF_BEFORE" ]; then [ -e "$BASE/docker-off" ]; else [ ! -e "$BASE/docker-off" ]; fi || return 1
	for _unit in $DOCKER_UNITS_START; do unit_state "$_unit"; [ "$STATE" = active ] && [ -z "$JOB" ] || return 1; done
	return 0
}
docker_off_as_before() {
	if [ -n "$DOCKER_OFF_BEFORE" ]; then printf '' >"$BASE/docker-off"; else rm -f "$BASE/docker-off"; [ ! -e "$BASE/docker-off" ]; fi
}

step_stop_kubelet() {
	if [ -n "$SAME" ] && files_kubelet is_before; then unit_state kubelet.service; [ "$STATE" = active ] && [ -z "$JOB" ] && return 10; fi
	stop_unit kubelet.service 30
}
step_end_containers() { [ -z "$SAME$KEEP_PODS" ] || return 10; end_containers; }
step_release_addresses() { [ -z "$SAME" ] || return 10; list_addresses; release_addresses; }
step_stop_docker() { [ -z "$SAME$COMPLETES" ] || return 10; stop_docker; }
step_stop_containerd() {
	[ -z "$SAME" ] || return 10
	if [ -n "$KEEP_PODS" ] && files_runtime is_before; then return 10; fi
	stop_unit containerd.service 60
}

restore_files() {
	files_all restore_file || return 1
	case $CONTAINERD_ENABLEMENT in enable) _verb=disable ;; disable) _verb=enable ;; *) return 0 ;; esac
	# On the files alone, so that it works at boot too. What it leaves behind harms no pod: said, not failed.
	bounded 20 systemctl --root=/ "$_verb" containerd.service || note "enablement-not-restored unit=containerd.service"
	return 0
}
step_restore_files() { restore_files && put_as_found && reload_units; }
# Before the cutover only prepare's own files were put in place; no unit's enablement was touched.
step_take_back_files() { files_prepare take_back_file && reload_units; }
# Units that the manager has read before are read again, or a restored drop-in counts from the next boot only.
step_restore_files_at_boot() {
	restore_files || return 1
	if [ -n "$COMPLETES" ]; then docker_off_as_before || return 1
	elif [ "$TARGET" = docker ] || [ -n "$DOCKER_KEPT" ]; then rm -f "$BASE/docker-off"; [ ! -e "$BASE/docker-off" ] || return 1
	else printf '' >"$BASE/docker-off" || return 1; fi
	reload_units || note "daemon-reload-failed"
	return 0
}
# Cancelled before the cutover: the images that prepare carried over are taken away again.
step_remove_images() {
	[ -f "$RUN/snapshot/images" ] || return 10
	while IFS= read -r _image; do in_time || break; bounded 15 ctr -a "$CONTAINERD_SOCKET" -n k8s.io images rm "$_image" >/dev/null 2>&1; done <"$RUN/snapshot/images"
	return 0
}
# After a commit somebody may have changed the files: then a person decides, file by file.
step_compare_files() { files_all is_known; }
# After a commit nothing is armed any more: without this a reboot in the middle would leave the node between the two.
step_arm_boot() {
	mkdir -p /etc/systemd/system/sysinit.target.wants &&
		write_file "$RUN/by-hand" yes &&
		write_file /etc/systemd/system/gantry-boot.service "$BOOT_SERVICE_UNIT" &&
		ln -sf ../gantry-boot.service /etc/systemd/system/sysinit.target.wants/gantry-boot.service || { rm -f "$RUN/by-hand"; cause "cannot-write path=/etc/systemd/system/gantry-boot.service"; return 1; }
	relabel /etc/systemd/system/gantry-boot.service
	flush && reload_units && return 0
	rm -f "$RUN/by-hand"
	return 1
}
step_start_containerd() {
	if [ -n "$SAME" ]; then return 10; fi
	if [ "$TARGET" = docker ]; then start_containerd; else start_containerd && wait_for_cri; fi
}
step_start_docker() {
	if [ -n "$SAME" ]; then return 10; fi
	if [ -n "$COMPLETES" ] && { [ -n "$DOCKER_OFF_BEFORE" ] || [ -z "$DOCKER_UNITS_START" ]; }; then docker_off_as_before; return; fi
	if [ "$TARGET" = containerd ]; then start_docker_again; else start_docker; fi
}
step_start_kubelet() { begin_kubelet; }

# What is ours and no longer needed. Repeated where a reboot came between the final state and this. The names of the
# triggers are the same for all runs: only those that lead to this one go, and the one that may be running us goes last.
tidy_up() {
	remove_beside
	_unit=/etc/systemd/system/gantry-boot.service
	if grep -qsF "$RUN/" "$_unit"; then rm -f /etc/systemd/system/sysinit.target.wants/gantry-boot.service "$_unit"; fi
	remove_made_folders
	flush
	if [ "$MODE" != boot ] && grep -qsF "$RUN/" /run/systemd/system/gantry-revert.service; then
		bounded 10 systemctl stop --no-block gantry-revert.timer 2>/dev/null
		rm -f /run/systemd/system/gantry-revert.timer /run/systemd/system/gantry-revert.service
	fi
	# The boot unit runs us without a file now: read anew, it gets the default time limit, and past that it is ended at once.
	# And without its mark, a revert by hand that has no exit yet would read as killed: no unit tells that it runs.
	case $MODE in boot|by-hand) boot_id; uptime_s; write_file "$RUN/exit.$SUFFIX" "0 $BOOT $UPTIME" ;; esac
	rm -f "$RUN/by-hand"
	reload_units
}

# Only a final state takes the two triggers away (safety rule 2).
finish_revert() { # FINAL
	flush
	write_file "$RUN/final" "$1" || { cause "cannot-write path=$RUN/final"; end_script 1; }
	flush
	note "final state=$1"
	tidy_up
	end_script 0
}

# Another run of this node that has no final state yet.
other_run() {
	[ -r "$BASE/owner" ] || return 1
	read -r _console _fence _other _rest <"$BASE/owner"
	[ -n "$_other" ] && [ "$_other" != "$RUN_ID" ] && [ -d "$BASE/runs/$_other" ] && [ ! -e "$BASE/runs/$_other/final" ]
}

run_revert() {
	case $MODE in armed|boot|by-hand|prepared-only) ;; *) echo "usage: sh revert.sh by-hand" >&2; exit 64 ;; esac
	if [ "$MODE" = by-hand ]; then
		if other_run; then echo "run $_other of this node is not final: nothing was done" >&2; exit 75; fi
		echo "working; the log is $RUN/log" >&2
	fi
	open_log
	case $(cat "$RUN/final" 2>/dev/null) in reverted|cleaned) tidy_up; exit 0 ;; esac
	if [ "$MODE" != boot ] && machine_stopping; then exit 77; fi
	take_decision
	[ "$MODE" = boot ] || stop_forward
	# Forward is ended and the kubelet may be down: whoever else holds the lock is waited for, since nobody else takes this node
	# back. A person and a booting machine wait less: the first can ask again, the second must not be kept from booting.
	_longest=${REVERT_LIMIT_S}
	case $MODE in by-hand) _patience=600 ;; boot) _patience=480; _longest=${BOOT_REVERT_LIMIT_S} ;; *) _patience=86400 ;; esac
	uptime_s; _give_up=$(( NOW + _patience )); _ended=0; _waits=
	while :; do
		rm -f "$RUN/exit.$SUFFIX" "$RUN/entered.$SUFFIX"
		bounded "$_longest" flock -w 30 -o "$BASE/lock" /bin/sh "$RUN/revert.sh" "$MODE" locked; _rc=$?
		[ -f "$RUN/exit.$SUFFIX" ] && exit "$_rc"
		if [ -L "$RUN/entered.$SUFFIX" ]; then
			# Killed in the middle, or ended because it hung, it begins again: each step looks first at what already holds.
			cause "script-ended code=$_rc"
			_ended=$(( _ended + 1 )); [ "$_ended" -lt 3 ] || exit 1
			continue
		fi
		[ -n "$_waits" ] || note "revert-waits-for-lock"
		_waits=yes
		if [ "$MODE" != boot ] && machine_stopping; then exit 77; fi
		uptime_s; [ "$NOW" -lt "$_give_up" ] || { cause "node-locked"; exit 75; }
		# Where the lock cannot even be asked for, flock comes back at once.
		sleep 1
	done
}

revert() {
	# Given back before anything is written (safety rule 10).
	rm -f "$BASE/reserve"
	ln -s entered "$RUN/entered.$SUFFIX" 2>/dev/null
	ONLY_LOOKED=; SAME=
	boot_id; uptime_s; write_file "$RUN/started.$SUFFIX" "$BOOT $UPTIME"
	# Never armed, so the cutover touched nothing: there is only what prepare did to undo, whoever asks for it.
	decision
	if [ "$MODE" != boot ] && [ "$DECISION" != commit ] && [ ! -e "$RUN/deadline" ]; then MODE=prepared-only; fi
	mark "revert $MODE"
	case $(cat "$RUN/final" 2>/dev/null) in reverted|cleaned) end_script 0 ;; esac
	if [ "$MODE" = prepared-only ]; then
		step remove-images 120 step_remove_images
		step restore-files 120 step_take_back_files
		finish_revert cleaned
	fi
	if [ "$MODE" = boot ]; then
		step release-addresses 30 step_release_addresses
		step restore-files 120 step_restore_files_at_boot
		finish_revert reverted
	fi
	if [ "$DECISION" = commit ]; then
		ONLY_LOOKED=yes
		step compare-files 20 step_compare_files
		step arm-boot 150 step_arm_boot
		ONLY_LOOKED=
	fi
	if runtime_untouched; then SAME=yes; note "runtime-untouched"; fi
	step stop-kubelet 50 step_stop_kubelet
	step end-containers 180 step_end_containers
	step release-addresses 45 step_release_addresses
	step stop-docker 150 step_stop_docker
	step stop-containerd 80 step_stop_containerd
	step restore-files 120 step_restore_files
	step start-containerd 150 step_start_containerd
	if [ "$TARGET" = docker ]; then step start-docker 180 step_start_docker; fi
	step start-kubelet 120 step_start_kubelet
	# A kubelet on containerd need not wait for it.
	if [ "$TARGET" = containerd ] && [ -n "$COMPLETES$DOCKER_KEPT" ]; then step start-docker 180 step_start_docker; fi
	finish_revert reverted
}
`;
