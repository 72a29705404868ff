/**
 * How prepare.sh and cutover.sh run: an outer shell that takes the lock and outlives the inner one, so that a script
 * killed in the middle still leaves an exit code and, once armed, goes back at once. `flock -o` keeps the lock's
 * descriptor out of everything the script starts (safety rule 3).
 */
export const FORWARD = String.raw`
go_back() {
	# Armed: revert.sh takes the decision, ends us and does the rest (safety rules 1 and 3).
	machine_stopping && return
	# Where even this fails, the timer and the boot unit are still armed.
	bounded 15 systemctl start --no-block gantry-revert.service || cause "revert-not-started"
}

# The outer shell writes the exit, once the lock is free again for the script that follows.
end_script() { flush; write_file "$RUN/ended.$SUFFIX" "$1"; exit "$1"; }
before_step() {
	decision
	if [ -n "$DECISION" ]; then mark "stop decided-$DECISION"; end_script 76; fi
	if stopping_between; then mark "stop machine-stopping"; end_script 77; fi
}
after_failure() {
	boot_id; uptime_s; write_file "$RUN/exit.$SUFFIX" "1 $BOOT $UPTIME"
	if [ -n "$ARMED" ]; then go_back; fi
	exit 1
}

run_forward() { # SCRIPT SUFFIX
	SUFFIX=$2
	# A transient unit that is started again must not run twice (safety rule 9).
	ln -s once "$RUN/once.$SUFFIX" 2>/dev/null || exit 0
	open_log
	boot_id; uptime_s
	write_file "$RUN/started.$SUFFIX" "$BOOT $UPTIME" || exit 1
	flock -n -o "$BASE/lock" /bin/sh "$RUN/$1" locked "$SUFFIX"; _rc=$?
	[ -f "$RUN/exit.$SUFFIX" ] && exit "$_rc"
	if read -r _code 2>/dev/null <"$RUN/ended.$SUFFIX"; then
		boot_id; uptime_s; write_file "$RUN/exit.$SUFFIX" "$_code $BOOT $UPTIME"
		exit "$_rc"
	fi
	if [ -L "$RUN/entered.$SUFFIX" ]; then cause "script-ended code=$_rc"; else cause "node-locked"; fi
	boot_id; uptime_s; write_file "$RUN/exit.$SUFFIX" "$_rc $BOOT $UPTIME"
	decision
	if [ -L "$RUN/entered.$SUFFIX" ] && [ -e "$RUN/deadline" ] && [ -z "$DECISION" ]; then go_back; fi
	exit "$_rc"
}
enter() { SUFFIX=$1; open_log; ln -s entered "$RUN/entered.$SUFFIX" 2>/dev/null; ARMED=; }
`;
