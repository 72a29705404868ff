/** Starting the kubelet and seeing that it stays up: `start` returned 0 with an unknown flag (safety rule 13). */
export const KUBELET = String.raw`
main_pid() { PID=$(bounded 10 systemctl show -p MainPID kubelet.service 2>/dev/null | cut -d= -f2); [ -n "$PID" ] || PID=0; }
restarts() { RESTARTS=$(bounded 10 systemctl show -p NRestarts kubelet.service 2>/dev/null | cut -d= -f2); }
# 0 healthy, 2 nothing to ask or to ask with; without a proxy, whatever the environment says.
healthz() {
	[ -n "$HEALTHZ" ] || return 2
	if command -v curl >/dev/null 2>&1; then bounded 5 curl -q -g -fsS --noproxy '*' -o /dev/null "$HEALTHZ" 2>/dev/null
	elif command -v wget >/dev/null 2>&1; then http_proxy='' bounded 5 wget -q -O /dev/null "$HEALTHZ" 2>/dev/null
	else return 2; fi
}
# Words of the live command line, one a line.
kubelet_words() { cat "/proc/$PID/cmdline" 2>/dev/null | tr '\0' '\n'; }
kubelet_words_as_planned() {
	_words=$(kubelet_words)
	while read -r _word; do
		[ -z "$_word" ] || printf '%s\n' "$_words" | grep -qxF -e "$_word" || { cause "kubelet-word-missing word=$_word"; return 1; }
	done <<-MUST
	$KUBELET_MUST
	MUST
	while read -r _word; do
		[ -n "$_word" ] || continue
		if printf '%s\n' "$_words" | grep -qE -e "^$_word(=|$)"; then cause "kubelet-word-left word=$_word"; return 1; fi
	done <<-MUST_NOT
	$KUBELET_MUST_NOT
	MUST_NOT
	return 0
}

start_kubelet() {
	start_unit kubelet.service 30 || return 1
	main_pid; _pid=$PID; restarts; _restarts=$RESTARTS
	uptime_s; _stay=$(( NOW + 15 )); _healthy=
	while :; do
		sleep 0.5
		main_pid; restarts; uptime_s
		if [ "$PID" = 0 ] || [ "$PID" != "$_pid" ] || [ "$RESTARTS" != "$_restarts" ]; then
			cause "kubelet-restarts"
			last_words kubelet.service
			return 1
		fi
		if [ -z "$_healthy" ]; then healthz; case $? in 0) _healthy=yes ;; 2) _healthy=unknown; note "healthz-not-readable" ;; esac; fi
		if [ "$NOW" -ge "$_stay" ] && [ -n "$_healthy" ]; then break; fi
		in_time || { cause "kubelet-not-healthy"; last_words kubelet.service; return 1; }
	done
	note "kubelet-up pid=$PID"
}

# Static pods need no API server to come back; others do, and whether it answers is not this node's doing.
pods_came_back() {
	[ -n "$PODS_BEFORE" ] || return 0
	uptime_s; _end=$(( NOW + 40 ))
	while [ -z "$(kube_pids)" ]; do
		uptime_s
		if [ "$NOW" -ge "$_end" ]; then
			[ "$STATIC_PODS" = 0 ] || { cause "no-pod-came-back count=$STATIC_PODS"; last_words kubelet.service; return 1; }
			note "no-pod-yet"
			return 0
		fi
		sleep 0.5
	done
	return 0
}

# Which processors and memory a pod has stands in these files; snapshot kept copies of them (safety rule 20).
KUBELET_DIR=/var/lib/kubelet
policy_in() { POLICY=$(sed -n 's/.*"policyName" *: *"\([^"]*\)".*/\1/p' "$1" 2>/dev/null | sed -n 1p); }
managers_as_before() {
	for _manager in cpu_manager_state memory_manager_state; do
		policy_in "$RUN/evidence/$_manager"; _policy=$POLICY
		[ -n "$_policy" ] || continue
		policy_in "$KUBELET_DIR/$_manager"
		[ "$POLICY" = "$_policy" ] || { cause "resource-manager-changed path=$KUBELET_DIR/$_manager expected=$_policy found=$POLICY"; return 1; }
	done
	return 0
}

kubelet_as_planned() {
	unit_known kubelet.service
	[ "$STATE" = active ] || return 1
	main_pid; kubelet_words_as_planned >/dev/null
}
# With nothing of the other runtime left (safety rule 4). A kubelet that somebody started meanwhile, with the flags of
# before, is stopped first. SAME=yes: the runtime was never touched, and the pods that run are the right ones.
begin_kubelet() {
	if ! kubelet_as_planned; then
		case $STATE$JOB in inactive|failed) ;; *) stop_unit kubelet.service 15; case $? in 0|10) ;; *) return 1 ;; esac ;; esac
		if [ -z "$SAME$KEEP_PODS" ]; then
			_left=$(kube_pids | wc -l | tr -d ' ')
			[ "$_left" = 0 ] || { cause "kubernetes-processes-left count=$_left"; return 1; }
		fi
	fi
	start_kubelet && main_pid && kubelet_words_as_planned
}
`;
