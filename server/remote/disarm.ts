import { BOOT_SERVICE, REVERT_SERVICE, REVERT_TIMER } from "../plan/layout.ts";

/**
 * Shell words that take away both triggers of a run's revert. The unit files have one name for all runs, so only files that
 * name this run's folder are touched: an old console that repeats itself never disarms a later run. The file that proves
 * whose trigger it is goes last, so that a pass that was cut is repeated whole.
 */
export const DISARM_WORDS = String.raw`
revert_unit=/run/systemd/system/${REVERT_SERVICE}
timer_unit=/run/systemd/system/${REVERT_TIMER}
boot_unit=/etc/systemd/system/${BOOT_SERVICE}
armed() { names_run "$revert_unit"; }
# Another of us may take the same file away at once, for which BusyBox's rm -f fails: that it is gone is what counts.
gone() { rm -f "$1" 2>/dev/null; [ ! -e "$1" ] && [ ! -L "$1" ]; }
disarm() {
	reload=
	if armed; then
		bounded 20 systemctl stop ${REVERT_TIMER} >/dev/null 2>&1 || is_over ${REVERT_TIMER} || left="$left ${REVERT_TIMER}"
		gone "$timer_unit" && gone "$revert_unit" || left="$left $revert_unit"
		reload=1
	fi
	if names_run "$boot_unit"; then
		bounded 30 systemctl disable ${BOOT_SERVICE} >/dev/null 2>&1
		for link in /etc/systemd/system/*.wants/${BOOT_SERVICE}; do [ -L "$link" ] && rm -f "$link"; done
		gone "$boot_unit" || left="$left $boot_unit"
		reload=1
	fi
	if [ -n "$reload" ]; then
		bounded 60 systemctl daemon-reload >/dev/null 2>&1 || left="$left daemon-reload"
		bounded 10 systemctl reset-failed ${REVERT_SERVICE} >/dev/null 2>&1
	fi
	return 0
}
`;
