/**
 * Releasing the addresses that ended sandboxes still hold. Nobody else does: four pods ended by hand came back with new
 * addresses and the old four stayed reserved for ever (domain.md 5, safety rule 19). CNI DEL from libcni's own cache
 * (kind cniCacheV1; dockershim keeps it in /var/lib/cni/cache/results, containerd in /var/lib/cni/results) needs no runtime; it is bounded and never a reason to fail.
 */
export const ADDRESSES = String.raw`
# json KEY: the raw value of a member of the object on stdin. json -: the items of an array, one a line.
json() {
	awk -v key="$1" '
		{ text = text " " $0 }
		function value_end(i,   c, depth, quoted) {
			depth = 0; quoted = 0
			for (; i <= length(text); i++) {
				c = substr(text, i, 1)
				if (quoted) { if (c == "\\") i++; else if (c == "\"") { quoted = 0; if (depth == 0) return i } ; continue }
				if (c == "\"") quoted = 1
				else if (c == "{" || c == "[") depth++
				else if (c == "}" || c == "]") { if (depth == 0) return i - 1; depth--; if (depth == 0) return i }
				else if (depth == 0 && (c == "," || c == " " || c == "\t")) return i - 1
			}
			return length(text)
		}
		function skip(i) { while (i <= length(text) && index(" \t\r,:", substr(text, i, 1))) i++; return i }
		END {
			i = skip(1) + 1
			while ((i = skip(i)) <= length(text) && !index("}]", substr(text, i, 1))) {
				e = value_end(i); item = substr(text, i, e - i + 1); i = e + 1
				if (key == "-") { print item; continue }
				i = skip(i); e = value_end(i)
				if (item == "\"" key "\"") { print substr(text, i, e - i + 1); exit }
				i = e + 1
			}
		}'
}
unquoted() { sed 's/^"//; s/"$//'; }

# Of the capability arguments a plugin gets only those it declares: others can make it fail (ipRanges without a subnet).
runtime_config() { # PLUGIN CAPABILITY-ARGS
	_members=
	for _capability in portMappings bandwidth ipRanges ips mac dns aliases infinibandGUID deviceID cgroupPath; do
		[ "$(printf '%s' "$1" | json capabilities | json "$_capability")" = true ] || continue
		_value=$(printf '%s' "$2" | json "$_capability")
		[ -z "$_value" ] || _members="$_members,\"$_capability\":$_value"
	done
	[ -z "$_members" ] || printf ',"runtimeConfig":{%s}' "$(printf '%s' "$_members" | cut -c2-)"
}

cni_del() { # CACHE-FILE
	_conf=$(json config <"$1" | unquoted | base64 -d 2>/dev/null) || return 1
	_name=$(printf '%s' "$_conf" | json name)
	_version=$(printf '%s' "$_conf" | json cniVersion)
	_id=$(json containerId <"$1" | unquoted); _if=$(json ifName <"$1" | unquoted)
	_args=$(json cniArgs <"$1" | json - | while read -r _pair; do printf '%s=%s;' "$(printf '%s' "$_pair" | json - | sed -n 1p | unquoted)" "$(printf '%s' "$_pair" | json - | sed -n 2p | unquoted)"; done | sed 's/;$//')
	# Not a pod's: another user of the same cache.
	case $_args in *K8S_POD_NAME=*) ;; *) return 0 ;; esac
	# Podman names its containers the same way: what still runs keeps its address.
	case $LIVE in *"$_id"*) return 0 ;; esac
	[ -n "$_id" ] && [ -n "$_if" ] && [ -n "$_name" ] || return 1
	_extra="\"name\":$_name"
	if [ -n "$_version" ]; then _extra="$_extra,\"cniVersion\":$_version"; fi
	case $_version in '"0.1'*|'"0.2'*|'"0.3'*|'') ;; *) _result=$(json result <"$1"); [ -z "$_result" ] || _extra="$_extra,\"prevResult\":$_result" ;; esac
	_capability_args=$(json capabilityArgs <"$1")
	_failed=0
	# In reverse order, as the runtime would (CNI specification, DEL).
	_plugins=$(printf '%s' "$_conf" | json plugins | json - | awk '{ line[NR] = $0 } END { for (i = NR; i > 0; i--) print line[i] }')
	while read -r _plugin; do
		[ -n "$_plugin" ] || continue
		_type=$(printf '%s' "$_plugin" | json type | unquoted)
		case $_type in */*|'') _failed=1; continue ;; esac
		_binary=
		_ifs=$IFS; IFS=:
		for _dir in $CNI_BIN_DIRS; do if [ -x "$_dir/$_type" ]; then _binary=$_dir/$_type; break; fi; done
		IFS=$_ifs
		[ -n "$_binary" ] || { _failed=1; continue; }
		_runtime=$(runtime_config "$_plugin" "$_capability_args")
		printf '%s' "$_plugin" | sed 's/[ \t]*}[ \t]*$//' | { cat; printf ',%s%s}' "$_extra" "$_runtime"; } |
			CNI_COMMAND=DEL CNI_CONTAINERID=$_id CNI_NETNS='' CNI_IFNAME=$_if CNI_PATH=$CNI_BIN_DIRS CNI_ARGS=$_args timeout -k 2 10 "$_binary" || _failed=1
	done <<-PLUGINS
	$_plugins
	PLUGINS
	[ "$_failed" = 0 ] && rm -f "$1"
}

# What the ended sandboxes left, before the other runtime makes new ones: only these are released, also later.
list_addresses() {
	for _path in /var/lib/cni/cache/results/* /var/lib/cni/results/* /run/netns/cni-*; do
		[ -e "$_path" ] && printf '%s\n' "$_path"
	done >"$RUN/addresses" 2>/dev/null
	return 0
}
release_addresses() {
	[ -f "$RUN/addresses" ] || return 10
	_done=0; _kept=0
	LIVE=$(cat /proc/[0-9]*/cgroup 2>/dev/null | grep -oE '[0-9a-f]{64}' | sort -u)
	if [ -n "$KEEP_PODS" ]; then
		# Whatever containerd knows is its own to release, running or not.
		_known=$(bounded 10 ctr -a "$CONTAINERD_SOCKET" -n k8s.io containers ls -q 2>/dev/null) || { note "addresses-released count=0 failed=0"; return 0; }
		LIVE="$LIVE $_known"
	fi
	_used=$(readlink /proc/[0-9]*/ns/net 2>/dev/null | sort -u)
	while IFS= read -r _path; do
		in_time || { note "addresses-out-of-time"; break; }
		case $_path in
			/run/netns/*)
				# A namespace that containerd mounted for a sandbox which no longer runs: nobody lives in it.
				[ -e "$_path" ] || continue
				printf '%s\n' "$_used" | grep -qxF "net:[$(stat -c %i "$_path" 2>/dev/null)]" && continue
				bounded 10 umount -l "$_path" 2>/dev/null; rm -f "$_path" 2>/dev/null ;;
			*)
				[ -f "$_path" ] || continue
				if cni_del "$_path"; then _done=$(( _done + 1 )); else _kept=$(( _kept + 1 )); say "CNI DEL failed: $_path"; fi ;;
		esac
	done <"$RUN/addresses"
	note "addresses-released count=$_done failed=$_kept"
	return 0
}
`;
