/**
 * Stand-ins for systemd's commands, with just the state our scripts look at. `$GANTRY_UNITS` holds a `<unit>.pid` for every
 * unit that was started and a `<unit>.armed` for every timer; `calls` is the record of what was asked. Docker, containerd and the kubelet run
 * unless there is a `<unit>.down`.
 */
export const SYSTEMCTL = String.raw`#!/bin/sh
U=$GANTRY_UNITS
printf 'systemctl %s\n' "$*" >>"$U/calls"
alive() { [ -s "$U/$1.pid" ] && kill -0 "$(cat "$U/$1.pid")" 2>/dev/null && ! grep -q '^State:.Z' "/proc/$(cat "$U/$1.pid")/status" 2>/dev/null; }
state_of() {
	ACTIVE=inactive SUB=dead LOAD=not-found
	case $1 in docker.service|containerd.service|kubelet.service) [ -e "$U/$1.down" ] || { ACTIVE=active SUB=running LOAD=loaded; } ;; esac
	if [ -e "$U/$1.armed" ]; then ACTIVE=active SUB=waiting LOAD=loaded; fi
	if alive "$1"; then
		ACTIVE=active SUB=running LOAD=loaded
		case $1 in gantry-revert.service|gantry-boot.service) ACTIVE=activating SUB=start ;; esac
	fi
}
verb= signal= keys=
units=
while [ $# -gt 0 ]; do
	case $1 in
		-p) keys="$keys $2"; shift ;;
		-s) signal=$2; shift ;;
		-*) ;;
		*) if [ -z "$verb" ]; then verb=$1; else units="$units $1"; fi ;;
	esac
	shift
done
set -- $units
case $verb in
	show)
		first=1
		for unit; do
			[ -n "$first" ] || echo
			first=
			state_of "$unit"
			case "$keys " in *' Id '*) echo "Id=$unit" ;; esac
			case "$keys " in *' LoadState '*) echo "LoadState=$LOAD" ;; esac
			case "$keys " in *' ActiveState '*) echo "ActiveState=$ACTIVE" ;; esac
			case "$keys " in *' SubState '*) echo "SubState=$SUB" ;; esac
		done ;;
	start|restart)
		case $1 in
			*.timer) grep -q '^OnActiveSec=' "/run/systemd/system/$1" || exit 5; sed -n 's/^OnActiveSec=//p' "/run/systemd/system/$1" >"$U/$1.armed" ;;
			*)
				command=$(sed -n 's/^ExecStart=//p' "/run/systemd/system/$1")
				[ -n "$command" ] || { echo "Unit $1 not found." >&2; exit 5; }
				alive "$1" || exec gantry-spawn "$1" $command ;;
		esac ;;
	stop) rm -f "$U/$1.armed" ;;
	kill) alive "$1" && kill -s "$signal" -- "-$(cat "$U/$1.pid")" ;;
	list-units) for file in "$U"/*.pid; do [ -e "$file" ] && printf '  %s loaded active running a unit\n' "$(basename "$file" .pid)"; done ;;
	disable|daemon-reload|reset-failed) exit 0 ;;
	*) echo "stand-in: no verb $verb" >&2; exit 64 ;;
esac
`;

/** Starts a unit's process in a session of its own, as PID 1 would: nothing of the caller's is inherited. */
const SPAWN = String.raw`#!/bin/sh
unit=$1; shift
rm -f "$GANTRY_UNITS/$unit.pid"
setsid sh -c 'echo $$ >"$0.part"; mv "$0.part" "$0"; exec "$@"' "$GANTRY_UNITS/$unit.pid" "$@" </dev/null >/dev/null 2>&1 9>&- &
while [ ! -e "$GANTRY_UNITS/$unit.pid" ]; do sleep 0.01; done
`;

const SYSTEMD_RUN = String.raw`#!/bin/sh
printf 'systemd-run %s\n' "$*" >>"$GANTRY_UNITS/calls"
case $1 in --unit=*) unit=$(printf '%s' "$1" | cut -d= -f2) ;; *) echo "stand-in: only --unit=" >&2; exit 64 ;; esac
shift
[ "$1" = /bin/sh ] || { echo "stand-in: only /bin/sh FILE" >&2; exit 64; }
[ ! -e "$GANTRY_UNITS/refuse" ] || { echo "Failed to start transient service unit: refused" >&2; exit 1; }
[ ! -e "$GANTRY_UNITS/swallow" ] || exit 0
case $unit in *.service) ;; *) unit=$unit.service ;; esac
if [ -s "$GANTRY_UNITS/$unit.pid" ] && kill -0 "$(cat "$GANTRY_UNITS/$unit.pid")" 2>/dev/null; then
	echo "Failed to start transient service unit: Unit $unit already exists." >&2; exit 1
fi
gantry-spawn "$unit" "$@"
echo "Running as unit: $unit"
`;

/** By name of the command. `sync` only records: the machine's real one would wait for every other writer. */
export const STAND_INS: Record<string, string> = {
	systemctl: SYSTEMCTL,
	"systemd-run": SYSTEMD_RUN,
	"gantry-spawn": SPAWN,
	journalctl: "#!/bin/sh\necho last words of the unit\n",
	sync: '#!/bin/sh\necho sync >>"$GANTRY_UNITS/calls"\n',
};

/** Tools of busybox that go before the machine's own, for the strictest shell of the three. */
export const BUSYBOX_TOOLS = [
	"base64",
	"basename",
	"cat",
	"chmod",
	"cut",
	"date",
	"dirname",
	"grep",
	"head",
	"ln",
	"ls",
	"mkdir",
	"mv",
	"printf",
	"readlink",
	"rm",
	"sed",
	"sha256sum",
	"sleep",
	"tail",
	"timeout",
	"wc",
];
