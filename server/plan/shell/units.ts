/**
 * Starting and stopping units. `systemctl stop` under a timeout leaves its job behind and wins later, so what the unit
 * and its job are counts, never that the command came back, and a unit that stays is killed (safety rule 7); a start
 * begins with `reset-failed` (rule 8); and a start that returns 0 says nothing, so *started* is what `is-active` says
 * (rule 6). Both are waited for in the command itself for a few seconds: it returns in the instant in which the job is
 * over, where a look now and then would see it late, with the pods down.
 */
export const UNITS = String.raw`
# One question for all that is asked of units: while it is put, pods are down. It is about all of the run's units at once, so
# that the next may take its answer from it, and about shutdown.target: that this is up or queued is what systemd itself
# calls stopping.
ask_units() {
	case " $SNAPSHOT_UNITS " in *" $1 "*) ASKED=$SNAPSHOT_UNITS ;; *) ASKED=$1 ;; esac
	SHOWN=$(bounded 10 systemctl show -p LoadState -p ActiveState -p Job $ASKED shutdown.target 2>/dev/null)
	uptime_cs; SHOWN_AT=$CS
	read_unit shutdown.target
	case $STATE in unknown) STOPPING_AT= ;; *) STOPPING_AT=$CS ;; esac
	case $STATE$JOB in inactive|failed|deactivating|unknown) STOPPING= ;; *) STOPPING=yes ;; esac
}
# From the last answer, which has a block for each unit in the order of the question. JOB is empty where none is queued or runs.
read_unit() {
	STATE=unknown; JOB=; LOAD=; _at=0; _block=0
	for _unit_asked in $ASKED shutdown.target; do
		if [ "$_unit_asked" = "$1" ]; then break; fi
		_at=$(( _at + 1 ))
	done
	while IFS='=' read -r _key _value; do
		if [ -z "$_key" ]; then _block=$(( _block + 1 )); continue; fi
		[ "$_block" = "$_at" ] || continue
		case $_key in
			ActiveState) STATE=$_value ;;
			LoadState) LOAD=$_value ;;
			Job) case $_value in ''|0) ;; *) JOB=$_value ;; esac ;;
		esac
	done <<-SHOWN
	$SHOWN
	SHOWN
}
unit_state() { ask_units "$1"; read_unit "$1"; }
# The same as of a fifth of a second ago, where nothing was done to a unit since.
unit_known() {
	uptime_cs
	if [ -n "$SHOWN_AT" ] && [ $(( CS - SHOWN_AT )) -lt 20 ]; then
		case " $ASKED " in *" $1 "*) read_unit "$1"; return ;; esac
	fi
	unit_state "$1"
}
SHOWN_AT=

# When a unit with Restart= last fell; empty where it does not wait for its next start.
last_fall() { FALL=$(bounded 10 systemctl show -p SubState -p InactiveEnterTimestampMonotonic "$1" 2>/dev/null | sort | tr '\n' ' '); case $FALL in *SubState=auto-restart*) ;; *) FALL= ;; esac; }

# What a unit said last, without the stacks that a Go program prints after the line that matters.
last_words() { bounded 10 journalctl -u "$1" -n 400 --no-pager -o cat 2>/dev/null | grep -vE '^(goroutine [0-9]+ |created by |[[:space:]]|[^ ]+\(.*\)$|$)' | tail -n 25; }

stop_unit() { # UNIT LIMIT
	unit_known "$1"
	case $STATE in inactive|failed) [ -n "$JOB" ] || return 10 ;; esac
	uptime_s; _end=$(( NOW + $2 )); _killed=
	SHOWN_AT=
	bounded 5 systemctl stop "$1"
	while :; do
		unit_state "$1"
		case $STATE in inactive|failed) [ -n "$JOB" ] || return 0 ;; esac
		uptime_s
		if [ "$NOW" -ge "$_end" ]; then
			if [ -n "$_killed" ]; then cause "unit-will-not-stop unit=$1 state=$STATE"; return 1; fi
			note "unit-killed unit=$1"
			bounded 10 systemctl kill -s KILL "$1"
			_killed=1; _end=$(( NOW + 15 ))
		fi
		sleep 0.05
	done
}

# systemd forgets the starts it has counted, beforehand and while the node still works: for each unit's next start that will do.
forget_starts() { bounded 10 systemctl reset-failed "$@" 2>/dev/null && FORGOTTEN=$*; }
FORGOTTEN=

start_unit() { # UNIT LIMIT
	unit_known "$1"
	if [ "$STATE" = active ] && [ -z "$JOB" ]; then return 0; fi
	uptime_s; _end=$(( NOW + $2 )); _falls=0; _fall=
	while [ -n "$JOB" ]; do
		uptime_s; [ "$NOW" -lt "$_end" ] || { cause "unit-has-job unit=$1"; return 1; }
		sleep 0.05; unit_state "$1"
	done
	_forgotten=; _others=
	for _other in $FORGOTTEN; do if [ "$_other" = "$1" ]; then _forgotten=yes; else _others="$_others $_other"; fi; done
	FORGOTTEN=$_others
	[ -n "$_forgotten" ] || bounded 10 systemctl reset-failed "$1" 2>/dev/null
	SHOWN_AT=
	bounded 5 systemctl start "$1" 2>/dev/null
	while :; do
		unit_state "$1"
		case $STATE in
			active) return 0 ;;
			failed) break ;;
			inactive) [ -n "$JOB" ] || break ;;
			activating)
				# With Restart=always it never reads failed: three falls are enough.
				last_fall "$1"
				if [ -n "$FALL" ] && [ "$FALL" != "$_fall" ]; then _fall=$FALL; _falls=$(( _falls + 1 )); fi
				[ "$_falls" -lt 3 ] || break ;;
		esac
		uptime_s; [ "$NOW" -lt "$_end" ] || break
		sleep 0.05
	done
	# A unit with Restart= is for an instant neither: one more look.
	sleep 0.5; unit_state "$1"; [ "$STATE" = active ] && return 0
	cause "unit-did-not-start unit=$1 state=$STATE"
	bounded 10 systemctl status --no-pager -n 0 "$1" 2>&1
	last_words "$1"
	return 1
}

# The kubelet as it was found, where its files would have started it otherwise: for this boot, as before.
AS_FOUND=/run/systemd/system/kubelet.service.d/99-gantry-as-found.conf
leave_as_found() { [ ! -e "$AS_FOUND" ] || rm -f "$AS_FOUND"; }
put_as_found() {
	[ -n "$KUBELET_AS_FOUND" ] || { leave_as_found; return; }
	mkdir -p /run/systemd/system/kubelet.service.d && write_file "$AS_FOUND" "$KUBELET_AS_FOUND" || { cause "cannot-write path=$AS_FOUND"; return 1; }
}

reload_units() { bounded 60 systemctl daemon-reload; }
`;
