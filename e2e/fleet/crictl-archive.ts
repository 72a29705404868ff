import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached, recipeKey, sha256Of } from "./cache.ts";
import { must } from "./process.ts";

/** An archive like the ones that cri-tools publishes: a tar.gz with one program, `crictl`, at its top. */
export interface CrictlArchive {
	path: string;
	archiveSha256: string;
	/** Of the program inside. */
	binarySha256: string;
	/** What the stand-in says of itself. */
	version: string;
}

/**
 * A stand-in for crictl, and named as one: Debian has no package of it. It speaks to the real containerd: the CRI's own
 * methods by curl (HTTP/2 and a one-field protobuf message), lists by `ctr`. It knows what Gantry and an operator in need
 * call: --version, version, info, pods, ps, images, stop, rm, stopp, rmp, with -q, -a, -o json where it matters.
 */
const VERSION = "v1.20.0+standin";
const STAND_IN = `#!/bin/sh
# crictl STAND-IN of the test fleet. Not cri-tools.
endpoint=
[ ! -r /etc/crictl.yaml ] || endpoint=$(sed -n 's/^runtime-endpoint:[[:space:]]*//p' /etc/crictl.yaml | tr -d "\\"'")
limit=10
while :; do
	case $1 in
	--version | -v) echo "crictl version ${VERSION}"; exit 0 ;;
	-r | --runtime-endpoint) endpoint=$2; shift 2 ;;
	--runtime-endpoint=*) endpoint=\${1#*=}; shift ;;
	-i | --image-endpoint | -c | --config) shift 2 ;;
	--image-endpoint=* | --config=*) shift ;;
	-t | --timeout) limit=\${2%s}; shift 2 ;;
	--timeout=*) limit=\${1#*=}; limit=\${limit%s}; shift ;;
	-D | --debug) shift ;;
	*) break ;;
	esac
done
command=$1
[ "$#" -eq 0 ] || shift
socket=\${endpoint#unix://}
socket=\${socket:-/run/containerd/containerd.sock}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
fatal() { echo "FATA[0000] $*" >&2; exit 1; }
octet() { printf "\\\\$(printf %03o "$1")"; }
message() {
	if [ -z "$1" ]; then printf '\\000\\000\\000\\000\\000'; return; fi
	printf '\\000\\000\\000\\000'; octet $((\${#1} + 2)); printf '\\012'; octet \${#1}; printf %s "$1"
}
unreachable() { fatal "connect endpoint 'unix://$socket', make sure you are running as root and the endpoint has been started: $(cat "$work/error")"; }
call() { # method id: 0, or 1 with the reason in $reason and the code in $code
	message "$2" | curl -sS --max-time "$limit" --http2-prior-knowledge --unix-socket "$socket" -H 'content-type: application/grpc' \\
		-H 'te: trailers' --data-binary @- -D "$work/headers" -o "$work/body" "http://localhost/runtime.$api.RuntimeService/$1" 2>"$work/error" ||
		unreachable
	code=$(tr -d '\\r' <"$work/headers" | sed -n 's/^grpc-status: *//p' | tail -n 1)
	reason=$(tr -d '\\r' <"$work/headers" | sed -n 's/^grpc-message: *//p' | tail -n 1)
	[ "$code" = 0 ]
}
ctr --connect-timeout 2s -a "$socket" version >"$work/version" 2>"$work/error" || unreachable
daemon=$(sed -n '/Server/,$s/ *Version: *//p' "$work/version" | head -n 1)
case $daemon in v1.[0-5].* | 1.[0-5].*) api=v1alpha2 ;; *) api=v1 ;; esac
# Asked of the daemon by ctr: it answers a call of an unknown service before it was read, which curl may lose.
case $(ctr -a "$socket" plugins ls | awk '$1 == "io.containerd.grpc.v1" && $2 == "cri" { print $NF }') in
ok) ;;
*) fatal "getting the runtime version: rpc error: code = Unimplemented desc = unknown service runtime.$api.RuntimeService" ;;
esac
rpc() { call "$1" "$2" || { echo "E $1 \\"$2\\": rpc error: code = $code desc = $reason" >&2; return 1; }; }
ctr() { command ctr -a "$socket" -n k8s.io "$@"; }
ids() { ctr containers ls -q "labels.\\"io.cri-containerd.kind\\"==$1"; }
field() { sed -n "s/^[[:space:]]*\\"$2\\": *\\"\\\\{0,1\\\\}\\\\([^\\",]*\\\\)\\"\\\\{0,1\\\\},\\\\{0,1\\\\}\\$/\\\\1/p" "$1" | head -n 1; }
condition() { case $(od -An -v -tx1 "$work/body" | tr -d ' \\n') in *"$1"1001*) echo true ;; *) echo false ;; esac; }
quiet= all= force= pod=
targets=
while [ "$#" -gt 0 ]; do
	case $1 in
	-q | --quiet) quiet=1 ;;
	-a | --all) all=1 ;;
	-aq | -qa) quiet=1 all=1 ;;
	-f | --force) force=1 ;;
	-fa | -af) force=1 all=1 ;;
	-p | --pod) pod=$2; shift ;;
	-o | --output) shift ;;
	-*) fatal "the stand-in does not know $command $1" ;;
	*) targets="$targets $1" ;;
	esac
	shift
done
status=0
case $command in
version)
	printf 'Version:  0.1.0\\nRuntimeName:  containerd\\nRuntimeVersion:  %s\\nRuntimeApiVersion:  %s\\n' "$daemon" "$api"
	;;
info)
	rpc Status "" || exit 1
	printf '{\\n  "status": {\\n    "conditions": [\\n      {"type": "RuntimeReady", "status": %s},\\n      {"type": "NetworkReady", "status": %s}\\n    ]\\n  }\\n}\\n' \\
		"$(condition 52756e74696d655265616479)" "$(condition 4e6574776f726b5265616479)"
	;;
pods | ps)
	kind=sandbox
	[ "$command" = pods ] || kind=container
	[ -n "$quiet" ] || case $command in
	pods) printf '%-20s %-10s %-40s %-20s\\n' "POD ID" STATE NAME NAMESPACE ;;
	ps) printf '%-20s %-10s %-20s %-20s %s\\n' CONTAINER STATE NAME "POD ID" POD ;;
	esac
	ctr tasks ls >"$work/tasks"
	for id in $(ids "$kind"); do
		case $(awk -v id="$id" '$1 == id { print $3 }' "$work/tasks") in
		RUNNING) pods=Ready ps=Running ;;
		*) pods=NotReady ps=Exited; [ "$command" = pods ] || [ -n "$all" ] || continue ;;
		esac
		ctr containers info "$id" >"$work/info" || continue
		sandbox=$(field "$work/info" io.kubernetes.cri.sandbox-id)
		[ -z "$pod" ] || case $sandbox in "$pod"*) ;; *) continue ;; esac
		if [ -n "$quiet" ]; then echo "$id"; continue; fi
		name=$(field "$work/info" io.kubernetes.pod.name)
		case $command in
		pods) printf '%-20.13s %-10s %-40s %-20s\\n' "$id" "$pods" "$name" "$(field "$work/info" io.kubernetes.pod.namespace)" ;;
		ps) printf '%-20.13s %-10s %-20s %-20.13s %s\\n' "$id" "$ps" "$(field "$work/info" io.kubernetes.container.name)" "$sandbox" "$name" ;;
		esac
	done
	;;
images) ctr images ls -q | grep -v '^sha256:' ;;
stopp | rmp)
	[ -z "$all" ] || targets=$(ids sandbox)
	for id in $targets; do
		id=$(ids sandbox | grep "^$id" | head -n 1)
		[ -n "$id" ] || { echo "E no such pod sandbox" >&2; status=1; continue; }
		if [ "$command" = stopp ] || [ -n "$force" ]; then
			rpc StopPodSandbox "$id" || { status=1; continue; }
		fi
		if [ "$command" = stopp ]; then echo "Stopped sandbox $id"; continue; fi
		# As the real one: a sandbox that is ready is removed by force only.
		if ctr tasks ls | grep -q "^$id .*RUNNING"; then echo "E pod sandbox $id is ready" >&2; status=1; continue; fi
		rpc RemovePodSandbox "$id" && echo "Removed sandbox $id" || status=1
	done
	;;
stop | rm)
	[ -z "$all" ] || targets=$(ids container)
	for id in $targets; do
		id=$(ids container | grep "^$id" | head -n 1)
		[ -n "$id" ] || { echo "E no such container" >&2; status=1; continue; }
		if [ "$command" = stop ] || [ -n "$force" ]; then rpc StopContainer "$id" || { status=1; continue; }; fi
		[ "$command" = stop ] || rpc RemoveContainer "$id" || { status=1; continue; }
		echo "$id"
	done
	;;
*) fatal "the stand-in does not know $command" ;;
esac
exit "$status"
`;

/** Makes the archive (once per machine) and returns where it lies and its sums. */
export async function crictlArchive(): Promise<CrictlArchive> {
	const folder = await cached(`crictl/${recipeKey(STAND_IN)}`, async (temporary) => {
		await mkdir(temporary, { recursive: true });
		await writeFile(join(temporary, "crictl"), STAND_IN);
		await chmod(join(temporary, "crictl"), 0o755);
		// Without times and names of this machine, so that the archive's sum follows from the script alone.
		const tar = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "-C", temporary];
		await must("tar", [...tar, "-cf", join(temporary, "crictl.tar"), "crictl"]);
		await must("gzip", ["-n", join(temporary, "crictl.tar")]);
	});
	const path = join(folder, "crictl.tar.gz");
	return { path, archiveSha256: await sha256Of(path), binarySha256: await sha256Of(join(folder, "crictl")), version: VERSION };
}
