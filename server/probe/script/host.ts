import { GANTRY_DIR, RUNS_DIR } from "../../plan/layout.ts";
import {
	KERNEL_MODULES,
	MODULE_FOLDERS,
	OPTIONAL_COMMANDS,
	PACKAGE_PID_FILES,
	REQUIRED_COMMANDS,
	SYSCTL_FOLDERS,
	SYSCTLS,
	TOUCHED_FOLDERS,
	UPGRADE_UNITS,
} from "../commands.ts";

const words = (list: readonly string[]): string => list.join(" \\\n\t\t");
const within = (folders: readonly string[]): string => words(folders.map((folder) => `${folder}/*.conf`));
/** An assignment in a file of sysctl.d: dots or slashes between the parts, a leading "-" for one that may fail. */
const ASSIGNMENT = `^[[:space:]]*-?[[:space:]]*(${SYSCTLS.map((name) => name.replaceAll(".", "[./]")).join("|")})[[:space:]]*=`;

/** The machine: what /proc and /etc say (one grep for all of it), mounts and space, locks, commands, folders, reserved addresses, our own traces. */
export const HOST_FACTS = `
# names DIR: the names below a folder as lines, into $names. Names with control characters are left out.
names() {
	names=
	set +f
	for file in "$1"/*; do
		[ -e "$file" ] || [ -L "$file" ] || continue
		case $file in *[[:cntrl:]]*) continue ;; esac
		names="$names\${file##*/}$nl"
	done
	set -f
}

host_facts() {
	record uid "$(id -u)"
	record epoch "$(date +%s)"
	record machine "$(uname -m)"
	run systemd.version 10 systemctl --version
	run systemd.state 10 systemctl is-system-running

	set +f
	set -- /etc/os-release /etc/machine-id /proc/sys/kernel/hostname /proc/sys/kernel/osrelease /proc/sys/kernel/random/boot_id \\
		/proc/1/comm /proc/1/stat /proc/uptime /proc/swaps /proc/locks /sys/fs/selinux/enforce /sys/module/apparmor/parameters/enabled \\
		${GANTRY_DIR}/owner ${RUNS_DIR}/*/final /var/lib/cni/networks/*/[0-9a-f]*
	set -f
	run lines 10 grep -sH '' "$@"

	# What pods' traffic needs of the kernel, now and when the machine starts.
	run sysctls 5 grep -sH '' ${words(SYSCTLS.map((name) => `/proc/sys/${name.replaceAll(".", "/")}`))}
	set +f
	run sysctls.kept 5 grep -sHE '${ASSIGNMENT}' ${within(SYSCTL_FOLDERS)} /etc/sysctl.conf
	run modules.kept 5 grep -sHE '^[[:space:]]*(${KERNEL_MODULES.join("|")})[[:space:]]*$' ${within(MODULE_FOLDERS)} /etc/modules
	set -f
	run modules 5 grep -sE '^(${KERNEL_MODULES.join("|")}) ' /proc/modules
	kernel=
	for name in ${words(KERNEL_MODULES)}; do
		[ ! -d "/sys/module/$name" ] || kernel="$kernel$name$nl"
	done
	record modules.there "$kernel"

	# Mounts of pods, layers and network namespaces are many and say nothing about the host.
	run mounts 5 awk '$2 !~ /\\/(pods|netns)\\/|\\/overlay2\\/|\\/overlay\\/|\\/containers\\/|\\/io\\.containerd\\./ { split($4, option, ","); print $2, $3, option[1] }' /proc/mounts

	spaces=
	parents=
	for place in "$containerd_root" ${GANTRY_DIR} "$docker_root" /var/lib/kubelet /etc /usr/local/bin /; do
		parent_of "$place"
		spaces="$spaces$place$tab$parent$nl"
		parents="$parents$parent$nl"
	done
	record space.places "$spaces"
	capture 10 df -P -k $parents
	record space.blocks "$captured"
	record space.blocks.rc "$captured_status"
	run space.inodes 10 df -P -i $parents

	# ftype=0 on XFS leaves overlayfs without what it needs.
	parent_of "$containerd_root"
	case $(stat -f -c %T "$parent" 2>/dev/null) in
		xfs)
			find_command xfs_info
			mount_point=$(stat -c %m "$parent" 2>/dev/null)
			[ -z "$found" ] || [ -z "$mount_point" ] || run xfs 5 "$found" "$mount_point"
			;;
	esac

	if [ "$docker_state" = active ] || [ "$kubelet_state" = active ]; then
		find_command iptables
		if [ -n "$found" ]; then
			run forward 5 "$found" -w -S FORWARD
		else
			find_command iptables-save
			[ -z "$found" ] || run forward.saved 5 "$found" -t filter
		fi
	fi

	held=
	for file in ${words(PACKAGE_PID_FILES)}; do
		pid=
		[ ! -f "$file" ] || { read -r pid <"$file"; } 2>/dev/null
		case $pid in
			'' | *[!0-9]*) ;;
			*) [ ! -d "/proc/$pid" ] || held="$held$file$nl" ;;
		esac
	done
	record held "$held"

	run upgrades 10 systemctl show -p Id,ActiveState ${words(UPGRADE_UNITS)}

	paths=
	for name in ${words(REQUIRED_COMMANDS)} \\
		${words(OPTIONAL_COMMANDS)}; do
		find_command "$name"
		paths="$paths$name$tab$found$nl"
	done
	record commands "$paths"

	folders=
	for folder in ${words(TOUCHED_FOLDERS)}; do
		parent_of "$folder"
		if [ -w "$parent" ]; then folders="$folders$folder\${tab}1$tab$parent$nl"; else folders="$folders$folder\${tab}0$tab$parent$nl"; fi
	done
	record writable "$folders"

	signs=
	[ ! -e /etc/needrestart ] || signs="\${signs}needrestart$nl"
	[ ! -x /usr/bin/unattended-upgrade ] || signs="\${signs}unattended-upgrade$nl"
	[ ! -e /run/ostree-booted ] || signs="\${signs}ostree$nl"
	[ ! -e /etc/selinux/config ] || signs="\${signs}selinux-config$nl"
	[ ! -e ${GANTRY_DIR}/docker-off ] || signs="\${signs}docker-off$nl"
	[ ! -S /run/docker/containerd/containerd.sock ] || signs="\${signs}embedded-containerd$nl"
	[ ! -S /run/docker/containerd/docker-containerd.sock ] || signs="\${signs}embedded-containerd$nl"
	[ ! -e /etc/kubernetes/kubelet.conf ] || signs="\${signs}kubelet-conf$nl"
	[ ! -d /run/systemd/system ] || signs="\${signs}systemd-booted$nl"
	record signs "$signs"

	plugins=
	IFS=,
	for folder in $cni_bin; do
		IFS=$nl
		names "$folder"
		plugins=$plugins$names
	done
	IFS=$nl
	record cni.plugins "$plugins"
	names /var/lib/cni/cache/results
	record cni.cached "$names"
	# Not those of a sandbox that is being made: its container comes after its address.
	[ ! -d /var/lib/cni/networks ] || run cni.settled 5 find /var/lib/cni/networks -type f -mmin +10

	names ${RUNS_DIR}
	record gantry.runs "$names"
	if [ -n "$names" ]; then
		set +f
		set -- ${RUNS_DIR}/*/decision
		set -f
		run gantry.decisions 5 ls -ld "$@"
	fi

	find_command crictl
	record crictl.path "$found"
	[ -z "$found" ] || run crictl.version 10 "$found" --version
}
`;
