/**
 * A control plane node's own pods, and the etcd member among them, asked on the node without the API server (safety rule 18).
 * Before: every member is well and the others are enough without this one. After: the pods that ran before run on the other
 * runtime, and the member is back and has caught up.
 */
export const CONTROL_PLANE = String.raw`
etcd_curl() {
	if [ -n "$ETCD_CERT" ]; then set -- --cacert "$ETCD_CA" --cert "$ETCD_CERT" --key "$ETCD_KEY" "$@"; fi
	bounded 6 curl -q -g -s -f --noproxy '*' --connect-timeout 2 -m 4 "$@" 2>/dev/null
}
etcd_status() { etcd_curl -d '{}' "$1$ETCD_API/maintenance/status"; }
etcd_healthy() { case $(etcd_curl "$1/health") in *'"health":'*true*) return 0 ;; esac; return 1; }
# field NAME JSON: into $FIELD a field's digits or text; empty where there is none.
field() {
	FIELD=
	case $2 in *"\"$1\":"*) ;; *) return 1 ;; esac
	FIELD=$(printf '%s\n' "$2" | tr ',{}' '\n\n\n' | sed -n "s/^\"$1\":\"\{0,1\}\([^\"]*\)\"\{0,1\}$/\1/p" | sed -n 1p)
	[ -n "$FIELD" ]
}
# What the member has applied: 3.4 says it by itself, 3.3 only what it has.
applied_of() { field raftAppliedIndex "$1" || field raftIndex "$1"; }

# One member a line, as the member of this node lists them: ID|learner or voter|NAME|CLIENT-URLS, these with blanks between them.
etcd_members() {
	# The answer has no end of line, and without one read leaves the last member out.
	{ etcd_curl -d '{}' "$ETCD_URL$ETCD_API/cluster/member/list"; echo; } | tr '{' '\n' | sed -n '/"ID":"[0-9]/p' | while IFS= read -r _line; do
		_role=voter
		case $_line in *'"isLearner":true'*) _role=learner ;; esac
		_id=$(printf '%s\n' "$_line" | sed 's/^.*"ID":"\([0-9]*\)".*$/\1/')
		_name=$(printf '%s\n' "$_line" | sed -n 's/^.*"name":"\([A-Za-z0-9._-]*\)".*$/\1/p')
		[ -n "$_name" ] || _name=$_id
		_urls=$(printf '%s\n' "$_line" | sed -n 's/^.*"clientURLs":\[//p' | tr '"' '\n' | sed -n '/^https\{0,1\}:\/\/[][A-Za-z0-9.:_-]*$/p' | tr '\n' ' ')
		printf '%s|%s|%s|%s\n' "$_id" "$_role" "$_name" "$_urls"
	done
}

# Every member well, all with the same leader, and a quorum without this one. The others' best index is what this member must reach afterwards.
etcd_may_go() {
	# Going back must stay possible where this very member is what is ill: the others lose nothing by it.
	if [ "$TARGET" = docker ] && ! etcd_healthy "$ETCD_URL"; then note "etcd-member-unhealthy member=$ETCD_URL"; return 0; fi
	_members=$(etcd_members)
	[ -n "$_members" ] || { cause "etcd-does-not-answer url=$ETCD_URL"; return 1; }
	say "etcd members (id, role, name, addresses):"; say "$_members"
	_voters=0; _well=0; _index=0; _self=; _leader=
	while IFS='|' read -r _id _role _name _urls; do
		[ "$_role" = learner ] || _voters=$(( _voters + 1 ))
		_ok=
		# Word splitting is meant: an address has no blanks.
		for _url in $_urls; do
			etcd_healthy "$_url" || continue
			_ok=yes
			_status=$(etcd_status "$_url")
			if applied_of "$_status" && [ "$FIELD" -gt "$_index" ]; then _index=$FIELD; fi
			if field leader "$_status" && [ "$FIELD" != 0 ]; then
				[ -n "$_leader" ] || _leader=$FIELD
				[ "$FIELD" = "$_leader" ] || { cause "etcd-leaders-differ member=$_name"; return 1; }
			fi
			break
		done
		if [ "$_role" = learner ] || [ -z "$_ok" ]; then cause "etcd-member-unhealthy member=$_name"; return 1; fi
		if [ "$_id" = "$ETCD_MEMBER" ]; then _self=yes; else _well=$(( _well + 1 )); fi
	done <<-MEMBERS
	$_members
	MEMBERS
	if [ -n "$ETCD_MEMBER" ] && [ -z "$_self" ]; then cause "etcd-member-changed member=$ETCD_MEMBER"; return 1; fi
	if [ -z "$_leader" ]; then cause "etcd-without-leader url=$ETCD_URL"; return 1; fi
	if [ "$_well" -lt $(( _voters / 2 + 1 )) ]; then
		if [ -z "$ETCD_MAY_LOSE_QUORUM" ]; then cause "etcd-no-quorum-without voters=$_voters"; return 1; fi
		note "etcd-without-quorum voters=$_voters"
	else
		note "etcd-quorum-without voters=$_voters healthy=$_well"
	fi
	write_file "$RUN/evidence/etcd-index" "$_index" || { cause "cannot-write path=$RUN/evidence/etcd-index"; return 1; }
}

# runs_on RUNTIME NAMESPACE CONTAINER: by the runtime itself; what the API shows of a static pod may be old.
runs_on() {
	if [ "$1" = docker ]; then
		[ -n "$(bounded 10 docker ps -q --filter "label=io.kubernetes.container.name=$3" --filter "label=io.kubernetes.pod.namespace=$2" 2>/dev/null)" ]
		return
	fi
	_ids=$(bounded 10 ctr -a "$CONTAINERD_SOCKET" -n k8s.io containers ls -q "labels.\"io.kubernetes.container.name\"==\"$3\",labels.\"io.kubernetes.pod.namespace\"==\"$2\"" 2>/dev/null)
	[ -n "$_ids" ] || return 1
	_tasks=$(bounded 10 ctr -a "$CONTAINERD_SOCKET" -n k8s.io tasks ls 2>/dev/null | awk '$3 == "RUNNING" { print $1 }')
	for _id in $_ids; do case "
$_tasks
" in *"
$_id
"*) return 0 ;; esac; done
	return 1
}

# What runs now must run again afterwards: a pod that was down before is nobody's measure.
static_pods_before() {
	_source=docker
	if [ "$TARGET" != containerd ] || [ -n "$COMPLETES" ]; then _source=containerd; fi
	_found=
	while read -r _namespace _container; do
		[ -n "$_container" ] || continue
		if runs_on "$_source" "$_namespace" "$_container"; then _found="$_found$_namespace $_container
"; else note "static-pod-not-running container=$_namespace/$_container"; fi
	done <<-STATIC
	$STATIC_CONTAINERS
	STATIC
	printf '%s' "$_found" >"$RUN/evidence/static-pods" || { cause "cannot-write path=$RUN/evidence/static-pods"; return 1; }
}

static_pods_back() {
	while read -r _namespace _container; do
		runs_on "$TARGET" "$_namespace" "$_container" || { WHY="static-pod-not-back container=$_namespace/$_container runtime=$TARGET"; return 1; }
	done <"$RUN/evidence/static-pods"
	return 0
}

# Back, the same member, with a leader, well, and as far as the others were before.
etcd_back() {
	[ -n "$ETCD_URL" ] && [ -f "$RUN/evidence/etcd-index" ] || return 0
	read -r _wanted <"$RUN/evidence/etcd-index" || _wanted=0
	_answer=$(etcd_status "$ETCD_URL")
	[ -n "$_answer" ] || { WHY="etcd-does-not-answer url=$ETCD_URL"; return 1; }
	if [ -n "$ETCD_MEMBER" ]; then field member_id "$_answer"; [ "$FIELD" = "$ETCD_MEMBER" ] || { WHY="etcd-member-changed member=$FIELD"; return 1; }; fi
	field leader "$_answer" && [ "$FIELD" != 0 ] || { WHY="etcd-without-leader url=$ETCD_URL"; return 1; }
	applied_of "$_answer" || FIELD=0
	[ "$FIELD" -ge "$_wanted" ] || { WHY="etcd-not-caught-up index=$FIELD wanted=$_wanted"; return 1; }
	etcd_healthy "$ETCD_URL" || { WHY="etcd-member-unhealthy member=$ETCD_URL"; return 1; }
}

# What etcd said last, for the record of a run that goes back.
etcd_last_words() {
	for _file in /var/log/pods/*_etcd-*/etcd/*.log; do [ -f "$_file" ] && bounded 5 tail -n 8 "$_file"; done 2>/dev/null
	return 0
}
`;
