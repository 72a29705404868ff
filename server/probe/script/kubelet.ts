import { DEFAULT_CNI_BIN_DIR, DEFAULT_CNI_CONF_DIR, DEFAULT_KUBELET_CONFIG } from "../commands.ts";

/** The kubelet's own settings, and the paths that follow from them. The parser reads the files again, with a real parser, and believes that. */
export const KUBELET_PATHS = `
flag config '' $kubelet_argv
kubelet_config=\${flag:-${DEFAULT_KUBELET_CONFIG}}
healthz_address= healthz_port= static_pods=
if [ -f "$kubelet_config" ] && [ -r "$kubelet_config" ]; then
	kubelet_keys=$(sed -n \\
		-e 's/^[" ]*\\(healthzPort\\)[" ]*: *["'"'"']*\\([^]",'"'"' #]*\\).*$/\\1=\\2/p' \\
		-e 's/^[" ]*\\(healthzBindAddress\\)[" ]*: *["'"'"']*\\([^]",'"'"' #]*\\).*$/\\1=\\2/p' \\
		-e 's/^[" ]*\\(staticPodPath\\)[" ]*: *["'"'"']*\\([^]",'"'"' #]*\\).*$/\\1=\\2/p' \\
		"$kubelet_config" 2>/dev/null)
	for line in $kubelet_keys; do
		case $line in
			"healthzPort="*) healthz_port=\${line#*=} ;;
			"healthzBindAddress="*) healthz_address=\${line#*=} ;;
			"staticPodPath="*) static_pods=\${line#*=} ;;
		esac
	done
fi
flag healthz-port '' $kubelet_argv
[ -z "$flag" ] || healthz_port=$flag
flag healthz-bind-address '' $kubelet_argv
[ -z "$flag" ] || healthz_address=$flag
flag pod-manifest-path '' $kubelet_argv
[ -z "$flag" ] || static_pods=$flag
static_pods=\${static_pods%/}
record kubelet.paths "$kubelet_config$nl$static_pods"

flag cni-conf-dir '' $cri_docker_argv $kubelet_argv
cni_conf=\${flag:-${DEFAULT_CNI_CONF_DIR}}
flag cni-bin-dir '' $cri_docker_argv $kubelet_argv
cni_bin=\${flag:-${DEFAULT_CNI_BIN_DIR}}
`;

/** What has to be asked of the kubelet: its version, and its health at the address it serves. */
export const KUBELET_FACTS = `
kubelet_facts() {
	[ -z "$kubelet_binary" ] || run kubelet.version 10 "$kubelet_binary" --version
	if [ "$kubelet_state" = active ] && [ "$healthz_port" != 0 ]; then
		address=\${healthz_address:-127.0.0.1}
		case $address in
			0.0.0.0) address=127.0.0.1 ;;
			::) address='[::1]' ;;
			*:*) address="[$address]" ;;
		esac
		url="http://$address:\${healthz_port:-10248}/healthz"
		find_command curl; curl=$found
		find_command wget; wget=$found
		if [ -n "$curl" ]; then
			record kubelet.healthz.target "\${healthz_address:-127.0.0.1}$nl\${healthz_port:-10248}\${nl}curl"
			run kubelet.healthz 5 "$curl" -q -s -g -m 3 --noproxy '*' -o /dev/null -w '%{http_code}' "$url"
		elif [ -n "$wget" ]; then
			record kubelet.healthz.target "\${healthz_address:-127.0.0.1}$nl\${healthz_port:-10248}\${nl}wget"
			run kubelet.healthz 5 "$wget" -q -T 3 -O /dev/null "$url"
		fi
	fi
	if [ -n "$static_pods" ] && [ -d "$static_pods" ]; then
		names=
		manifests=
		set +f
		for file in "$static_pods"/*; do
			[ -f "$file" ] || continue
			names="$names\${file##*/}$nl"
			manifests="$manifests$file$nl"
		done
		set -f
		record kubelet.static-pods "$names"
		if [ -n "$manifests" ]; then
			for component in kube-apiserver etcd; do
				run "kubelet.static-pods.$component" 5 grep -lE "component\\"?: *\\"?$component\\"?,? *\\$|^ *- *\\"?([^ ]*/)?$component\\"? *\\$|\\"(/[^\\"]*/)?$component\\"|image\\"?: *\\"?([^ ]*/)?$component(-[a-z0-9]+)?[:@]" $manifests
			done
			for file in $manifests; do
				run "static-pod:$file" 5 base64 "$file"
			done
			etcd_facts
		fi
	fi
}
`;
