/** How kubeadm names a client's certificate that may ask etcd for its health. */
const HEALTH_CLIENT = "healthcheck-client";
/** The API server's own, where the other is missing. */
const API_CLIENT = "/etc/kubernetes/pki/apiserver-etcd-client";

/** Paths of etcd's JSON gateway: from 3.4, of 3.3, of 3.2. */
export const ETCD_GATEWAYS = ["/v3", "/v3beta", "/v3alpha"] as const;

/** Pairs of certificate and key that may lie on the node, the best first; `ca` and the serving pair as the manifest names them. */
export function etcdClientPairs(ca: string, certFile: string, keyFile: string): { cert: string; key: string }[] {
	const folder = ca.slice(0, ca.lastIndexOf("/"));
	return [
		{ cert: `${folder}/${HEALTH_CLIENT}.crt`, key: `${folder}/${HEALTH_CLIENT}.key` },
		{ cert: `${API_CLIENT}.crt`, key: `${API_CLIENT}.key` },
		{ cert: certFile, key: keyFile },
	];
}

/**
 * The etcd member that a static pod of this node runs: who its members are, and what each says of itself (safety rule 18). Asked
 * by its JSON gateway, so that neither the API server nor a container's own tools are needed. The parser reads the manifest again,
 * with a real parser, and believes that.
 */
export const ETCD_FACTS = `
# etcd_ask ARGUMENTS...: into $captured what curl brought, empty where it failed; nothing of it is written down here.
etcd_ask() {
	case $etcd_url in https:*) set -- --cacert "$etcd_ca" --cert "$etcd_cert" --key "$etcd_key" "$@" ;; esac
	capture 5 "$curl" -q -g -s -S -f --noproxy '*' --connect-timeout 2 -m 4 "$@"
}

etcd_facts() {
	etcd_manifest=
	for file in $(timeout -s KILL 5 grep -lE "^ *- *\\"?([^ ]*/)?etcd\\"? *\\$|\\"(/[^\\"]*/)?etcd\\"|component\\"?: *\\"?etcd\\"?,? *\\$" $manifests </dev/null 2>/dev/null); do
		[ -n "$etcd_manifest" ] || etcd_manifest=$file
	done
	[ -n "$etcd_manifest" ] || return
	etcd_urls= etcd_ca= etcd_cert= etcd_key= etcd_serving_cert= etcd_serving_key=
	for line in $(sed -n \\
		-e "s/^.*--\\(listen-client-urls\\)=\\([^\\"' ]*\\).*\\$/\\1=\\2/p" \\
		-e "s/^.*--\\(trusted-ca-file\\)=\\([^\\"' ]*\\).*\\$/\\1=\\2/p" \\
		-e "s/^.*--\\(cert-file\\)=\\([^\\"' ]*\\).*\\$/\\1=\\2/p" \\
		-e "s/^.*--\\(key-file\\)=\\([^\\"' ]*\\).*\\$/\\1=\\2/p" "$etcd_manifest" 2>/dev/null); do
		case $line in
			"listen-client-urls="*) etcd_urls=\${line#*=} ;;
			"trusted-ca-file="*) etcd_ca=\${line#*=} ;;
			"cert-file="*) etcd_serving_cert=\${line#*=} ;;
			"key-file="*) etcd_serving_key=\${line#*=} ;;
		esac
	done
	# Its own loopback address where it listens there, else the first.
	etcd_url=
	IFS=,
	for url in $etcd_urls; do
		case $url in
			*//127.0.0.1:* | *//localhost:*) etcd_url=$url; break ;;
			*//0.0.0.0:*) [ -n "$etcd_url" ] || etcd_url=\${url%%//*}//127.0.0.1:\${url##*:} ;;
			*//\\[::]:*) [ -n "$etcd_url" ] || etcd_url=\${url%%//*}//[::1]:\${url##*:} ;;
			*) [ -n "$etcd_url" ] || etcd_url=$url ;;
		esac
	done
	IFS=$nl
	for pair in "\${etcd_ca%/*}/${HEALTH_CLIENT}.crt\${tab}\${etcd_ca%/*}/${HEALTH_CLIENT}.key" \\
		"${API_CLIENT}.crt\${tab}${API_CLIENT}.key" "$etcd_serving_cert$tab$etcd_serving_key"; do
		[ -z "$etcd_cert" ] || continue
		[ -f "\${pair%%"$tab"*}" ] && [ -f "\${pair#*"$tab"}" ] || continue
		etcd_cert=\${pair%%"$tab"*} etcd_key=\${pair#*"$tab"}
	done
	find_command curl; curl=$found
	record etcd.target "$etcd_manifest$nl$etcd_url$nl$etcd_ca$nl$etcd_cert$nl$etcd_key$nl$curl"
	[ -n "$curl" ] && [ -n "$etcd_url" ] || return
	case $etcd_url in https:*) [ -n "$etcd_cert" ] && [ -f "$etcd_ca" ] || return ;; esac
	IFS=' '
	for etcd_api in ${ETCD_GATEWAYS.join(" ")}; do
		IFS=$nl
		etcd_ask -d '{}' "$etcd_url$etcd_api/cluster/member/list"
		# 22: no such path, an older gateway.
		[ "$captured_status" = 22 ] || break
	done
	IFS=$nl
	record etcd.api "$etcd_api"
	record etcd.members "$captured"
	record etcd.members.rc "$captured_status"
	[ "$captured_status" = 0 ] || return
	# The members' own addresses; each by its own certificate, under the same authority.
	for url in $(printf '%s\\n' "$captured" | tr '{' '\\n' | sed -n 's/^.*"clientURLs":\\[//p' | tr '"' '\\n' | sed -n '/^https\\{0,1\\}:\\/\\/[][A-Za-z0-9.:_-]*$/p'); do
		etcd_ask "$url/health"
		record "etcd.health:$url" "$captured"
		record "etcd.health:$url.rc" "$captured_status"
		[ "$captured_status" = 0 ] || continue
		etcd_ask -d '{}' "$url$etcd_api/maintenance/status"
		record "etcd.status:$url" "$captured"
		record "etcd.status:$url.rc" "$captured_status"
	done
}
`;
