/**
 * The first part of the probe: how a record is written and how a command is run.
 * A record is a line "@<nonce> <key>" and what follows it, up to the next such line. The nonce is the kernel's, drawn on
 * the node for this run, so that nothing that lies on the node can forge or break a record.
 */
export const PRELUDE = `
LC_ALL=C
PATH="$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/bin"
export LC_ALL PATH
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
nl='
'
tab=$(printf '\\t')
IFS=$nl
set -f

nonce=
{ read -r nonce </proc/sys/kernel/random/uuid; } 2>/dev/null
[ -n "$nonce" ] || nonce="$$-$(date +%s)"
started=
{ IFS=' ' read -r started rest </proc/uptime; } 2>/dev/null
printf 'gantry-probe 1 %s' "$nonce"

# record KEY TEXT
record() {
	printf '\\n@%s %s\\n%s' "$nonce" "$1" "$2"
}

# run KEY SECONDS COMMAND...: the command's output as one record, its exit status and errors as another. No input, no
# temporary file; killed at the limit (status 137).
run() {
	run_key=$1
	run_limit=$2
	shift 2
	record "$run_key" ''
	{ run_errors=$( { timeout -s KILL "$run_limit" "$@" </dev/null >&4; } 2>&1 ); run_status=$?; } 4>&1
	record "$run_key.rc" "$run_status$nl$run_errors"
}

# capture SECONDS COMMAND...: into $captured and $captured_status; errors are part of the text.
capture() {
	captured=$(timeout -s KILL "$@" </dev/null 2>&1)
	captured_status=$?
}

# flag NAME SHORT WORDS...: into $flag the value of the last --NAME VALUE, --NAME=VALUE or -SHORT VALUE; empty where none.
flag() {
	flag_name=$1
	flag_short=$2
	flag=
	flag_next=
	shift 2
	for word in "$@"; do
		if [ -n "$flag_next" ]; then
			flag=$word
			flag_next=
			continue
		fi
		case $word in
			"--$flag_name="* | "-$flag_name="* | "-$flag_short="*) flag=\${word#*=} ;;
			"--$flag_name" | "-$flag_name" | "-$flag_short") flag_next=1 ;;
		esac
	done
}

# parent_of PATH: into $parent the path itself or its nearest parent that exists.
parent_of() {
	parent=$1
	while [ -n "$parent" ] && [ ! -e "$parent" ]; do
		parent=\${parent%/*}
	done
	[ -n "$parent" ] || parent=/
}

# find_command NAME: into $found its path, empty where there is none. Without a process.
find_command() {
	found=
	IFS=:
	for folder in $PATH; do
		if [ -f "$folder/$1" ] && [ -x "$folder/$1" ]; then
			found=$folder/$1
			break
		fi
	done
	IFS=$nl
}
`;
