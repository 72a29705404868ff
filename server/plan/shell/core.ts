/**
 * What every script on the node begins with: its log, its marker lines, its one decision, its steps.
 * No `set -e` (safety rule 10): each result is tested in words, and a log on a full disk fails nothing.
 */
export const CORE = String.raw`
LC_ALL=C; export LC_ALL
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH
umask 022
BASE=/var/lib/gantry
RUN=$BASE/runs/$RUN_ID

# Seconds since the machine started: never jumps, unlike the clock.
uptime_s() { IFS='. ' read -r NOW _cs _rest </proc/uptime || { NOW=0; _cs=0; }; UPTIME=$NOW.$_cs; }
# The same in hundredths of a second. A leading zero alone would make the number octal.
uptime_cs() { uptime_s; _cs=1$_cs; CS=$(( NOW * 100 + _cs - 100 )); }
boot_id() { read -r BOOT </proc/sys/kernel/random/boot_id || BOOT=unknown; }
mark() { uptime_s; printf '##gantry %s %s %s\n' "$RUN_ID" "$*" "$UPTIME" 2>/dev/null || :; }
# A fact for the record, or the cause of a failure: a code and key=value words, rendered in the reader's language.
note() { printf '##gantry %s note %s\n' "$RUN_ID" "$*" 2>/dev/null || :; }
cause() { printf '##gantry %s cause %s\n' "$RUN_ID" "$*" 2>/dev/null || :; }
say() { printf '%s\n' "$*" 2>/dev/null || :; }

# A file is whole or not there: written beside it, then renamed.
write_file() { printf '%s\n' "$2" >"$1.part" 2>/dev/null && mv -f "$1.part" "$1"; }

# No external command may hang: seconds, then the command.
bounded() { _limit=$1; shift; timeout -k 5 "$_limit" "$@" </dev/null; }

# What was written lies on the disk. Waited for a minute at most: a sync that hangs in a file system elsewhere cannot be ended,
# and timeout would wait for it.
flush() {
	sync </dev/null >/dev/null 2>&1 & _sync=$!
	uptime_s; _until=$(( NOW + 60 ))
	# Gone, or ended and not yet asked for its result: then there is nothing to wait for.
	while _stat=$(cat "/proc/$_sync/stat" 2>/dev/null); do
		case $_stat in *') Z '*|*') X '*) break ;; esac
		uptime_s
		[ "$NOW" -lt "$_until" ] || { note "sync-incomplete"; return 1; }
		sleep 0.05
	done
	wait "$_sync" || { note "sync-incomplete"; return 1; }
}

decision() { DECISION=$(readlink "$RUN/decision" 2>/dev/null) || DECISION=; }

# While the machine goes down nothing is begun: the boot unit takes over (safety rule 11).
machine_stopping() { [ "$(bounded 5 systemctl is-system-running 2>/dev/null)" = stopping ]; }
# The same between two steps: what systemd said less than a second ago, asked about a unit, is not asked again. A start
# that it refuses meanwhile fails the step, and then it is asked.
stopping_between() {
	uptime_cs
	if [ -n "$STOPPING_AT" ] && [ $(( CS - STOPPING_AT )) -lt 100 ]; then [ -n "$STOPPING" ]; return; fi
	machine_stopping
}
STOPPING=; STOPPING_AT=

sha_of() {
	read -r SHA _rest <<-SUM
	$(sha256sum <"$1" 2>/dev/null)
	SUM
	[ -n "$SHA" ]
}

# Whoever sees the exit goes on at once: what it stands for lies on the disk by then.
end_script() {
	flush
	boot_id; uptime_s
	write_file "$RUN/exit.$SUFFIX" "$1 $BOOT $UPTIME"
	exit "$1"
}

# The log is opened for appending; where even that fails the script goes on without one.
open_log() {
	if ( : >>"$RUN/log" ) 2>/dev/null; then exec >>"$RUN/log" 2>&1; else exec >/dev/null 2>&1; fi
}

# step ID LIMIT FUNCTION: 0 done, 10 its effect already held, else failed.
step() {
	STEP=$1; STEP_LIMIT=$2
	before_step
	mark "begin $STEP"
	uptime_s; STEP_END=$(( NOW + STEP_LIMIT ))
	"$3"; _rc=$?
	case $_rc in
		0) mark "end $STEP ok" ;;
		10) mark "end $STEP skip" ;;
		*) mark "end $STEP fail"; after_failure ;;
	esac
}
# Seconds left of the step, at least 1.
left() { uptime_s; LEFT=$(( STEP_END - NOW )); [ "$LEFT" -ge 1 ] || LEFT=1; }
in_time() { uptime_s; [ "$NOW" -lt "$STEP_END" ]; }
`;
