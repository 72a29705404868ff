/** The two runtimes: off, on, and how one knows that they answer. */
export const RUNTIMES = String.raw`
# docker-off keeps Docker's units from starting, also through docker.socket and after a reboot (safety rule 6).
stop_docker() {
	# Not ":", whose redirection ends the shell where it fails.
	printf '' >"$BASE/docker-off" || { cause "cannot-write path=$BASE/docker-off"; return 1; }
	# Where Docker runs before and after, its state does not tell the way back how far this came.
	if [ -n "$DOCKER_KEPT" ]; then write_file "$RUN/docker-stopped" yes || { cause "cannot-write path=$RUN/docker-stopped"; return 1; }; fi
	_all=10
	for _unit in $DOCKER_UNITS; do
		# Half of what is left: killing needs its part too.
		left; stop_unit "$_unit" $(( LEFT / 2 ))
		case $? in 0) _all=0 ;; 10) ;; *) return 1 ;; esac
	done
	return $_all
}

docker_answers() { bounded 10 docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }
start_docker() {
	rm -f "$BASE/docker-off"; [ ! -e "$BASE/docker-off" ] || { cause "cannot-write path=$BASE/docker-off"; return 1; }
	# A pod that mounts the socket while Docker is away leaves a folder there, and dockerd fails on it (moby#30348).
	for _path in /run/docker.sock /var/run/docker.sock; do [ -d "$_path" ] && rmdir "$_path"; done
	for _unit in $DOCKER_UNITS_START; do
		unit_state "$_unit"; [ "$LOAD" = loaded ] || continue
		left; start_unit "$_unit" "$LEFT" || return 1
	done
	while ! docker_answers; do in_time || { cause "docker-does-not-answer"; return 1; }; sleep 0.1; done
	restore_forward_policy
	return 0
}

# For what else runs on it, on a node that is on containerd: whatever becomes of it is said, not failed.
start_docker_again() {
	if [ -z "$COMPLETES" ]; then
		# cri-dockerd would serve nobody; where it is enabled it comes with the next boot.
		_again=
		for _unit in $DOCKER_UNITS_START; do case $_unit in cri-*) ;; *) _again="$_again $_unit" ;; esac; done
		DOCKER_UNITS_START=$_again
	fi
	# It sets the policy early in its start, and may fail later.
	start_docker || { note "docker-not-started-again"; restore_forward_policy; }
	return 0
}

# Docker's start sets the FORWARD chain's policy to DROP (moby#39439): back to what the snapshot says.
restore_forward_policy() {
	_policy=$(awk -F '\t' '$1 == "forward" { print $2 }' "$RUN/snapshot/manifest" 2>/dev/null)
	case $_policy in ACCEPT|DROP) ;; *) return 0 ;; esac
	[ "$(forward_policy)" = "$_policy" ] || bounded 10 iptables -P FORWARD "$_policy"
	return 0
}
forward_policy() { bounded 10 iptables -S FORWARD 2>/dev/null | sed -n 's/^-P FORWARD //p'; }

# CRI is "ok" among containerd's plugins; a running daemon says nothing about it.
cri_state() {
	_plugins=$(bounded 10 ctr -a "$CONTAINERD_SOCKET" plugins ls 2>/dev/null) || { CRI=no-answer; return; }
	CRI=$(printf '%s\n' "$_plugins" | awk '
		$1 == "io.containerd.grpc.v1" && $2 == "cri" { main = $NF }
		$1 == "io.containerd.cri.v1" && $NF != "ok" { part = $NF }
		END { print part != "" ? part : main }')
	[ -n "$CRI" ] || CRI=absent
}
start_containerd() {
	start_unit containerd.service 60 && return 0
	# Docker cannot start if containerd cannot (safety rule 5): one more try.
	note "containerd-second-start"
	bounded 10 systemctl reset-failed containerd.service 2>/dev/null
	left; start_unit containerd.service "$LEFT"
}
wait_for_cri() {
	uptime_s; _settled=$(( NOW + 15 ))
	while :; do
		cri_state
		[ "$CRI" = ok ] && return 0
		unit_state containerd.service
		if [ "$STATE" != active ]; then cause "unit-did-not-start unit=containerd.service state=$STATE"; break; fi
		if ! in_time; then cause "cri-plugin-not-ok state=$CRI"; break; fi
		# A daemon that answers has loaded its plugins: what is not there now does not come.
		if [ "$CRI" = error ] || { [ "$CRI" != no-answer ] && [ "$NOW" -ge "$_settled" ]; }; then cause "cri-plugin-not-ok state=$CRI"; break; fi
		sleep 0.1
	done
	last_words containerd.service
	return 1
}
image_present() { bounded 20 ctr -a "$CONTAINERD_SOCKET" -n k8s.io images ls -q 2>/dev/null | grep -qxF -e "$1"; }
`;
