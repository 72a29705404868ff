import type { ScriptStep } from "./step.ts";

export const checkHost: ScriptStep = {
	id: "check-host",
	phase: "prepare",
	limitS: () => 30,
	undo: null,
	shell: String.raw`
	for _command in flock timeout sha256sum base64 awk sed stat find systemctl systemd-run ctr; do
		command -v "$_command" >/dev/null 2>&1 || { cause "command-missing command=$_command"; return 1; }
	done
	_free=$(bounded 10 df -Pk "$BASE" | awk 'NR == 2 { print $4 }')
	# What an earlier attempt reserved counts as free.
	if [ -n "$_free" ] && [ -f "$BASE/reserve" ]; then _free=$(( _free + 65536 )); fi
	[ -n "$_free" ] && [ "$_free" -ge "$NEED_KIB" ] || { cause "no-space path=$BASE neededKiB=$NEED_KIB foundKiB=$_free"; return 1; }
	unit_state containerd.service
	[ "$STATE" = active ] || { cause "containerd-not-active state=$STATE"; return 1; }
	[ "$(bounded 10 systemctl show -p NeedDaemonReload containerd.service | cut -d= -f2)" != yes ] || { cause "needs-daemon-reload unit=containerd.service"; return 1; }
	return 0`,
};

export const snapshot: ScriptStep = {
	id: "snapshot",
	phase: "prepare",
	limitS: () => 60,
	undo: "clean-up",
	shell: String.raw`
	mkdir -p "$RUN/snapshot" "$RUN/staged" "$RUN/evidence" || { cause "cannot-write path=$RUN"; return 1; }
	# An earlier attempt may have put prepare's own files in place already.
	if [ -f "$RUN/snapshot/manifest" ]; then
		files_prepare is_known && files_runtime compare_before && files_kubelet compare_before && return 10
		return 1
	fi
	rm -f "$RUN/snapshot/manifest.part"
	# 64 MiB that a revert gives back before it writes (safety rule 10).
	if [ ! -f "$BASE/reserve" ]; then
		bounded 30 dd if=/dev/zero of="$BASE/reserve" bs=1048576 count=64 2>/dev/null || { rm -f "$BASE/reserve"; cause "no-space path=$BASE/reserve"; return 1; }
	fi
	files_all snapshot_file || return 1
	for _unit in $SNAPSHOT_UNITS; do
		unit_state "$_unit"
		printf 'unit\t%s\t%s\t%s\n' "$_unit" "$(bounded 10 systemctl is-enabled "$_unit" 2>/dev/null | sed -n 1p)" "$STATE" >>"$RUN/snapshot/manifest.part"
	done
	printf 'forward\t%s\n' "$(forward_policy)" >>"$RUN/snapshot/manifest.part"
	printf 'kubelet\t%s\n' "$(bounded 10 kubelet --version 2>/dev/null | awk '{ print $2 }')" >>"$RUN/snapshot/manifest.part"
	for _file in /var/lib/kubelet/cpu_manager_state /var/lib/kubelet/memory_manager_state; do [ -f "$_file" ] && cp -a "$_file" "$RUN/evidence/"; done
	flush || return 1
	mv -f "$RUN/snapshot/manifest.part" "$RUN/snapshot/manifest" && flush`,
};

/** The archive lies in the run folder, sent by the console; its SHA-256 is part of the plan. */
export const installCrictl: ScriptStep = {
	id: "install-crictl",
	phase: "prepare",
	limitS: () => 60,
	undo: "restore-files",
	shell: String.raw`
	same_as "$RUN/crictl.tar.gz" "$CRICTL_ARCHIVE_SHA256" || return 1
	bounded 50 tar -xzf "$RUN/crictl.tar.gz" -C "$RUN/staged" crictl || { cause "archive-unreadable path=$RUN/crictl.tar.gz"; return 1; }
	mv -f "$RUN/staged/crictl" "$RUN/staged/$CRICTL_INDEX"`,
};

export const stageFiles: ScriptStep = {
	id: "stage-files",
	phase: "prepare",
	limitS: () => 60,
	undo: "restore-files",
	shell: String.raw`
	write_staged || { cause "cannot-write path=$RUN/staged"; return 1; }
	files_all stage_file || return 1
	flush || return 1
	files_prepare put_file || return 1
	# needrestart must not restart what the run has stopped; gone with the run (safety rule 15).
	if [ -d /etc/needrestart/conf.d ]; then
		_exception=/etc/needrestart/conf.d/50.gantry-$RUN_ID.conf
		ours "$_exception" && write_file "$_exception" '$nrconf{override_rc}{qr(^(gantry-.*|kubelet|containerd|docker|cri-docker)\.service$)} = 0;' || { cause "cannot-write path=$_exception"; return 1; }
	fi
	reload_units || { cause "daemon-reload-failed"; return 1; }
	return 0`,
};

/**
 * The judge of a containerd configuration is the daemon's own dump, never an exit code alone (the console reads the dump). It is made with
 * the unit's own words and beside the target, since imports are found from there.
 */
export const validateConfig: ScriptStep = {
	id: "validate-config",
	phase: "prepare",
	limitS: () => 30,
	undo: null,
	shell: String.raw`
	beside "$CONTAINERD_CONFIG"
	if ! dump_config "$BESIDE.new" >"$RUN/evidence/containerd-dump.toml" 2>"$RUN/evidence/containerd-dump.err"; then
		cat "$RUN/evidence/containerd-dump.err"
		cause "containerd-refuses-config"
		return 1
	fi
	while read -r _expected; do
		[ -z "$_expected" ] || tr "'" '"' <"$RUN/evidence/containerd-dump.toml" | sed 's/^[ \t]*//' | grep -xF -e "$_expected" >/dev/null || { cause "config-not-effective"; say "not in containerd's dump: $_expected"; return 1; }
	done <<-EXPECTED
	$DUMP_EXPECTED
	EXPECTED
	return 0`,
};

/** Where nothing is carried over: a pause image that the kubelet does not know for one is collected once no pod starts for a while. */
export const pinPauseImage: ScriptStep = {
	id: "pin-pause-image",
	phase: "prepare",
	limitS: () => 40,
	undo: null,
	shell: String.raw`
	image_present "$PAUSE_IMAGE" || { cause "pause-image-missing image=$PAUSE_IMAGE"; return 1; }
	bounded 10 ctr -a "$CONTAINERD_SOCKET" -n k8s.io images label "$PAUSE_IMAGE" io.cri-containerd.pinned=pinned >/dev/null || { cause "pause-image-missing image=$PAUSE_IMAGE"; return 1; }
	return 0`,
};

export const carryImages: ScriptStep = {
	id: "carry-images",
	phase: "prepare",
	// 120 s and 10 MiB/s: far below any disk that carries a node.
	limitS: ({ imageBytes }) => 120 + Math.ceil(imageBytes / (10 * 1024 * 1024)),
	undo: "clean-up",
	shell: String.raw`
	_carried=0; _present=0
	while read -r _saved _kept; do
		[ -n "$_saved" ] || continue
		if image_present "$_kept"; then _present=$(( _present + 1 )); continue; fi
		left
		# On record before it is there, so that a cancelled prepare takes away what it brought.
		printf '%s\n' "$_kept" >>"$RUN/snapshot/images" || { cause "cannot-write path=$RUN/snapshot/images"; return 1; }
		rm -f "$RUN/save.failed"
		{ bounded "$LEFT" docker save "$_saved" || printf 'failed\n' >"$RUN/save.failed"; } | timeout -k 5 "$LEFT" ctr -a "$CONTAINERD_SOCKET" -n k8s.io images import - || { cause "image-not-imported image=$_saved"; return 1; }
		[ ! -e "$RUN/save.failed" ] || { cause "image-not-saved image=$_saved"; return 1; }
		image_present "$_kept" || { cause "image-not-imported image=$_kept"; return 1; }
		_carried=$(( _carried + 1 ))
	done <<-IMAGES
	$IMAGES
	IMAGES
	image_present "$PAUSE_IMAGE" || { cause "pause-image-missing image=$PAUSE_IMAGE"; return 1; }
	# A pinned pause image is not collected; older daemons ignore the label.
	bounded 10 ctr -a "$CONTAINERD_SOCKET" -n k8s.io images label "$PAUSE_IMAGE" io.cri-containerd.pinned=pinned >/dev/null
	note "images-carried count=$_carried present=$_present"
	return 0`,
};
