import { REGISTRY_FOLDER } from "../../runtime/containerd/registries.ts";
import { CRICTL_CONFIG, DOCKER_CERTIFICATES, INSTANCE_CONFIG, PACKAGE_LOCK_FILES } from "../commands.ts";

/** Files with bytes, mode, owner, label: one stat for all of them, base64 only for regular files up to 1 MiB. */
export const FILE_FACTS = `
# plain PATH: true where no part of it is a symlink and it has no . or .. in it.
plain() {
	case "$1/" in */./* | */../* | *//*) return 1 ;; esac
	walked=
	IFS=/
	for part in $1; do
		IFS=$nl
		[ -n "$part" ] || continue
		walked=$walked/$part
		[ ! -L "$walked" ] || return 1
	done
	IFS=$nl
	return 0
}

file_facts() {
	record files.flags "$flag_files"
	record files.containerd "$containerd_files"
	record files.docker "$docker_files"
	record files.extra "$gantry_extra_files"
	cni_files=
	set +f
	for file in "$cni_conf"/*.conf "$cni_conf"/*.conflist "$cni_conf"/*.json; do
		[ ! -e "$file" ] && [ ! -L "$file" ] || cni_files="$cni_files$file$nl"
	done
	registry_files=
	for file in ${REGISTRY_FOLDER}/*/hosts.toml; do
		[ ! -e "$file" ] && [ ! -L "$file" ] || registry_files="$registry_files$file$nl"
	done
	certificates=
	for file in ${DOCKER_CERTIFICATES}/*/*; do
		[ ! -f "$file" ] || certificates="$certificates$file$nl"
	done
	set -f
	record files.cni "$cni_files"
	record files.registries "$registry_files"
	record docker.certificates "$certificates"
	wanted="$containerd_config
$daemon_json
$kubelet_config
${INSTANCE_CONFIG}
${CRICTL_CONFIG}
/var/lib/kubelet/kubeadm-flags.env
/etc/default/kubelet
/etc/sysconfig/kubelet
/etc/kubernetes/kubelet.env
$flag_files
$containerd_files
$docker_files
$cni_files
$registry_files
$gantry_extra_files"
	present=
	seen=$nl
	reals=
	for file in $wanted; do
		case $seen in *"$nl$file$nl"*) continue ;; esac
		seen=$seen$file$nl
		if [ -e "$file" ]; then
			present="$present$file$nl"
			plain "$file" || reals="$reals$file$tab$(readlink -f "$file")$nl"
		elif [ -L "$file" ]; then
			reals="$reals$file$tab$(readlink "$file")\${tab}dangling$nl"
		elif ! plain "$file"; then
			reals="$reals$file$tab$(readlink -f "$file")$nl"
		fi
	done
	record files.asked "$seen"
	record files.present "$present"
	record files.real "$reals"

	locks=
	for file in ${PACKAGE_LOCK_FILES.join(" \\\n\t\t")}; do
		[ ! -f "$file" ] || locks="$locks$file$nl"
	done
	label=-
	[ ! -e /sys/fs/selinux/enforce ] || label=%C
	large=
	if [ -n "$present$locks" ]; then
		capture 10 stat -L -c "%F$tab%a$tab%u$tab%g$tab%s$tab%D$tab%i$tab$label$tab%n" $present $locks
		record files.stat "$captured"
		for line in $captured; do
			IFS=$tab
			set -- $line
			IFS=$nl
			case $1 in regular*) ;; *) continue ;; esac
			case $nl$present in *"$nl$9$nl"*) ;; *) continue ;; esac
			if [ "$5" -gt 1048576 ]; then
				large="$large$9$nl"
			else
				run "file:$9" 5 base64 "$9"
			fi
		done
	fi
	[ -z "$large" ] || run files.large 60 sha256sum $large
}
`;
