import { DEFAULT_CONTAINERD_CONFIG, DEFAULT_CONTAINERD_SOCKET, DEFAULT_DAEMON_JSON, PROBED_UNITS } from "../commands.ts";

/**
 * Units and live command lines, and the paths that follow from them: which files are configuration is decided by what
 * runs, not by what is usual.
 */
export const UNITS = `
capture 10 systemctl show -p Id,Names,LoadState,ActiveState,SubState,UnitFileState,FragmentPath,DropInPaths,NeedDaemonReload,MainPID,ExecStart,EnvironmentFiles,Requires,Requisite,Wants,BindsTo,After \\
	${PROBED_UNITS.join(" \\\n\t")}
units=$captured
record units "$units"
record units.rc "$captured_status"
[ "$captured_status" = 0 ] || units=

docker_pid=0 docker_state= containerd_pid=0 containerd_state= containerd_exec= cri_docker_pid=0 kubelet_pid=0 kubelet_state= kubelet_exec=
flag_files= containerd_files= docker_files=
while [ -n "$units" ]; do
	case $units in
		*"$nl$nl"*)
			block=\${units%%"$nl$nl"*}
			units=\${units#*"$nl$nl"}
			;;
		*)
			block=$units
			units=
			;;
	esac
	id= pid=0 state= exec= files=
	for line in $block; do
		value=\${line#*=}
		case $line in
			"Id="*) id=$value ;;
			"MainPID="*) pid=$value ;;
			"ActiveState="*) state=$value ;;
			"ExecStart="*) [ -n "$exec" ] || exec=$value ;;
			"FragmentPath=/"*) files="$files$nl$value" ;;
			"DropInPaths=/"*)
				IFS=' '
				for file in $value; do files="$files$nl$file"; done
				IFS=$nl
				;;
			"EnvironmentFile=/"* | "EnvironmentFiles=/"*) files="$files$nl\${value%% (*}" ;;
		esac
	done
	case $id in
		docker.service) docker_pid=$pid docker_state=$state docker_files=$files ;;
		cri-docker.service) cri_docker_pid=$pid ;;
		containerd.service) containerd_pid=$pid containerd_state=$state containerd_exec=$exec containerd_files=$files ;;
		kubelet.service) kubelet_pid=$pid kubelet_state=$state kubelet_exec=$exec flag_files=$files ;;
	esac
done

# argv_of KEY PID: the live command line as a record, and into $argv one word a line.
argv_of() {
	argv=
	case $2 in
		'' | 0 | *[!0-9]*) return ;;
	esac
	[ -r "/proc/$2/cmdline" ] || return
	run "argv.$1" 5 base64 "/proc/$2/cmdline"
	argv=$(tr '\\000' '\\n' <"/proc/$2/cmdline")
}
argv_of docker "$docker_pid"; docker_argv=$argv
argv_of cri-docker "$cri_docker_pid"; cri_docker_argv=$argv
argv_of containerd "$containerd_pid"; containerd_argv=$argv
argv_of kubelet "$kubelet_pid"; kubelet_argv=$argv
[ "$docker_pid$containerd_pid$kubelet_pid" = 000 ] ||
	run exe 5 ls -l "/proc/$docker_pid/exe" "/proc/$containerd_pid/exe" "/proc/$kubelet_pid/exe"
record pids "$docker_pid $containerd_pid $kubelet_pid"

# exec_of TEXT: into $exec_path and $exec_words what systemd prints as { path=… ; argv[]=… ; … }.
exec_of() {
	exec_path=\${1#*path=}
	exec_path=\${exec_path%% ;*}
	exec_words=\${1#*argv\\[\\]=}
	exec_words=\${exec_words%% ;*}
	case $1 in *path=*) ;; *) exec_path= exec_words= ;; esac
}

# What containerd would read if it were started now; its live command line where systemd has a variable there.
exec_of "$containerd_exec"
containerd_binary=$exec_path
IFS=' '
flag config c $exec_words
IFS=$nl
case $flag in '' | *'$'*) flag config c $containerd_argv ;; esac
containerd_config=\${flag:-${DEFAULT_CONTAINERD_CONFIG}}
flag address a $containerd_argv
containerd_address=$flag
containerd_root=
if [ -r "$containerd_config" ] && [ -f "$containerd_config" ]; then
	containerd_keys=$(awk '
		/^[ \\t]*\\[/ { section = $0; gsub(/[ \\t]/, "", section) }
		/^[ \\t]*address[ \\t]*=/ && section ~ /^\\[grpc\\]|server\\.v1\\.grpc.?\\]/ { print "address=" $0 }
		/^[ \\t]*root[ \\t]*=/ && section == "" { print "root=" $0 }
	' "$containerd_config" 2>/dev/null)
	for line in $containerd_keys; do
		value=\${line#*=*=}
		value=\${value#*[\\"\\']}
		value=\${value%%[\\"\\']*}
		case $line in
			"address="*) [ -n "$containerd_address" ] || containerd_address=$value ;;
			"root="*) containerd_root=$value ;;
		esac
	done
fi
flag root '' $containerd_argv
containerd_root=\${flag:-\${containerd_root:-/var/lib/containerd}}
containerd_address=\${containerd_address:-${DEFAULT_CONTAINERD_SOCKET}}
containerd_address=\${containerd_address#unix://}
[ -n "$containerd_binary" ] && [ -x "$containerd_binary" ] || { find_command containerd; containerd_binary=$found; }
record containerd.paths "$containerd_config$nl$containerd_address$nl$containerd_root$nl$containerd_binary"

exec_of "$kubelet_exec"
kubelet_binary=$exec_path
case $kubelet_binary in */kubelet) ;; *) kubelet_binary= ;; esac
[ -n "$kubelet_binary" ] && [ -x "$kubelet_binary" ] || { find_command kubelet; kubelet_binary=$found; }
record kubelet.binary "$kubelet_binary"

flag config-file '' $docker_argv
daemon_json=\${flag:-${DEFAULT_DAEMON_JSON}}
flag data-root g $docker_argv
docker_root=$flag
if [ -z "$docker_root" ]; then
	flag graph g $docker_argv
	docker_root=$flag
fi
if [ -z "$docker_root" ] && [ -f "$daemon_json" ] && [ -r "$daemon_json" ]; then
	for line in $(sed -n -e 's/.*"data-root" *: *"\\([^"]*\\)".*/\\1/p' -e 's/.*"graph" *: *"\\([^"]*\\)".*/\\1/p' "$daemon_json" 2>/dev/null); do
		docker_root=$line
	done
fi
docker_root=\${docker_root:-/var/lib/docker}
record docker.paths "$daemon_json$nl$docker_root"
`;
