/**
 * Ending what Kubernetes runs on the node, with the kubelet stopped and before the other runtime starts.
 * Reverting while containerd was dead once left every pod running twice (safety rule 4): so the runtimes are asked
 * first, bounded, and then every process in the kubepods cgroups is ended, and that none is left is what counts.
 */
export const CONTAINERS = String.raw`
PODS_BEFORE=
# cgroup v1 and v2, cgroupfs (kubepods/...) and systemd (kubepods.slice/...) names alike.
kube_pids() { bounded 20 find /sys/fs/cgroup -path '*/kubepods*' -name cgroup.procs -exec cat {} + 2>/dev/null | sort -un | grep -vx 0; }

# What Docker runs for Kubernetes, in DOCKER_IDS; and for the record how many processes Kubernetes has.
list_containers() {
	DOCKER_IDS=
	_count=$(kube_pids | wc -l | tr -d ' ')
	note "kubernetes-processes count=$_count"
	# Drained or not, what is here now comes back by itself.
	if [ "$_count" != 0 ]; then PODS_BEFORE=yes; fi
	unit_state docker.service
	[ "$STATE" = active ] || return 0
	DOCKER_IDS=$(bounded 10 docker ps -q --no-trunc --filter label=io.kubernetes.pod.uid 2>/dev/null)
}
# Word splitting is meant: ids are hexadecimal.
end_by_docker() { [ -z "$DOCKER_IDS" ] || bounded $(( GRACE + 20 )) docker stop -t "$GRACE" $DOCKER_IDS >/dev/null 2>&1; }

end_by_containerd() {
	[ -S "$CONTAINERD_SOCKET" ] || return 0
	_ids=$(bounded 10 ctr -a "$CONTAINERD_SOCKET" -n k8s.io tasks ls -q 2>/dev/null)
	[ -n "$_ids" ] || return 0
	# The first that fails or is slow ends the asking: what counts is done by process id afterwards.
	uptime_s; _end=$(( NOW + 10 ))
	for _id in $_ids; do
		uptime_s; [ "$NOW" -lt "$_end" ] || break
		bounded 5 ctr -a "$CONTAINERD_SOCKET" -n k8s.io tasks kill -s SIGTERM "$_id" >/dev/null 2>&1 || break
	done
	uptime_s; _end=$(( NOW + GRACE ))
	while [ -n "$(kube_pids)" ] && [ "$NOW" -lt "$_end" ]; do sleep 0.2; uptime_s; done
	uptime_s; _end=$(( NOW + 15 ))
	for _id in $_ids; do
		uptime_s; [ "$NOW" -lt "$_end" ] || break
		bounded 5 ctr -a "$CONTAINERD_SOCKET" -n k8s.io tasks rm -f "$_id" >/dev/null 2>&1 || break
	done
}

end_kube_processes() {
	_sent=
	uptime_s; _end=$(( NOW + 60 ))
	while :; do
		_pids=$(kube_pids)
		[ -n "$_pids" ] || return 0
		uptime_s
		[ "$NOW" -lt "$_end" ] || break
		if [ -z "$_sent" ]; then
			_sent=$NOW
			for _pid in $_pids; do kill -TERM "$_pid" 2>/dev/null; done
		elif [ "$NOW" -ge $(( _sent + GRACE )) ]; then
			for _pid in $_pids; do kill -KILL "$_pid" 2>/dev/null; done
		fi
		sleep 0.1
	done
	cause "kubernetes-processes-left count=$(printf '%s\n' "$_pids" | wc -l | tr -d ' ')"
	for _pid in $_pids; do say "left: $_pid $(cat "/proc/$_pid/cmdline" 2>/dev/null | tr '\0' ' ')"; done
	return 1
}

# Shims outlive containerd; without their processes they only hold memory and mounts.
end_k8s_shims() {
	# One look at all command lines, then a closer one at the few that name a shim.
	for _file in $(grep -lsae containerd-shim /proc/[0-9]*/cmdline); do
		tr '\0' ' ' <"$_file" 2>/dev/null | grep -q '^[^ ]*containerd-shim[^ ]* .*-namespace k8s\.io ' || continue
		kill -KILL "$(basename "$(dirname "$_file")")" 2>/dev/null
	done
	return 0
}

end_containers() {
	# Listed while the kubelet still ran, since asking costs time in which pods are down: what it began after that is
	# found as a process.
	if [ -n "$DOCKER_IDS" ]; then
		end_by_docker
		[ -n "$(kube_pids)" ] || { end_k8s_shims; return 0; }
	elif [ -z "$(kube_pids)" ]; then
		end_k8s_shims; return 10
	fi
	list_containers; end_by_docker
	[ -z "$(kube_pids)" ] || { end_by_containerd; end_kube_processes; } || return 1
	end_k8s_shims
	return 0
}
# On a node whose pods run on containerd: what Docker still runs for Kubernetes beside them, by Docker alone.
dockers_pods() { DOCKER_IDS=$(bounded 10 docker ps -q --no-trunc --filter label=io.kubernetes.pod.uid 2>/dev/null); }
end_dockers_containers() {
	unit_state docker.service
	[ "$STATE" = active ] || return 10
	dockers_pods || { cause "docker-does-not-answer"; return 1; }
	[ -n "$DOCKER_IDS" ] || return 10
	end_by_docker
	dockers_pods || { cause "docker-does-not-answer"; return 1; }
	[ -z "$DOCKER_IDS" ] || bounded 30 docker kill $DOCKER_IDS >/dev/null 2>&1
	dockers_pods || { cause "docker-does-not-answer"; return 1; }
	[ -z "$DOCKER_IDS" ] || { cause "kubernetes-processes-left count=$(printf '%s\n' "$DOCKER_IDS" | wc -l | tr -d ' ')"; return 1; }
	return 0
}
DOCKER_IDS=
`;
