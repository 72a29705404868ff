/**
 * Where a run lies on the node, and what its files say. Scripts, runner and tests all take the names from here.
 *
 * /var/lib/gantry/                 0700 root
 *   lock                           flock(2)ed by whoever works on the node
 *   owner                          "<console id> <fencing number> <run id>", changed only under the lock
 *   docker-off                     while it exists, a drop-in keeps Docker's units from starting
 *   reserve                        64 MiB that a revert gives back before it needs them
 *   runs/<run id>/
 *     prepare.sh cutover.sh revert.sh
 *     staged/<n> snapshot/<n>      one file per FileChange, by its index in the plan
 *     snapshot/manifest            what the snapshot holds, with SHA-256, mode, owner and unit states
 *     decision -> commit | revert  the one decision: made by `ln -s`, never changed
 *     record.json                  the run as the console has it on record when it begins: what another console takes it up by
 *     log                          everything the scripts say; the console tails it by byte offset
 *     started.<unit> exit.<unit>   <unit> is prepare-<attempt>, cutover or revert; "<boot id> <uptime s>" and "<code> <boot id> <uptime s>"
 *     entered.<unit>               made once the script holds the lock
 *     ended.<unit>                 the code with which prepare or cutover came to its end, before the lock was free
 *     deadline                     "<boot id> <uptime s>" at which the revert timer fires
 *     final                        committed | reverted | revert-failed | cleaned
 */
export const GANTRY_DIR = "/var/lib/gantry";
export const RUNS_DIR = `${GANTRY_DIR}/runs`;
export const LOCK_FILE = `${GANTRY_DIR}/lock`;
export const OWNER_FILE = `${GANTRY_DIR}/owner`;
export const DOCKER_OFF_FILE = `${GANTRY_DIR}/docker-off`;
export const RESERVE_FILE = `${GANTRY_DIR}/reserve`;
export const REVERT_TIMER = "gantry-revert.timer";
export const REVERT_SERVICE = "gantry-revert.service";
export const BOOT_SERVICE = "gantry-boot.service";

/** Run ids are part of paths and unit names on the node: lower-case letters and digits only. */
export const RUN_ID_PATTERN = /^[a-z0-9]{8,32}$/;

export type UnitKind = "prepare" | "cutover";

export function runDir(runId: string): string {
	if (!RUN_ID_PATTERN.test(runId)) throw new RangeError(`not a run id: ${JSON.stringify(runId)}`);
	return `${RUNS_DIR}/${runId}`;
}

/** Suffix of `started.` and `exit.`: prepare may be tried again, a cutover never (safety.md 1). */
export function unitSuffix(kind: UnitKind, attempt: number): string {
	return kind === "prepare" ? `prepare-${attempt}` : "cutover";
}

/** Name of the transient unit that `systemd-run` starts. */
export function unitName(runId: string, kind: UnitKind, attempt: number): string {
	runDir(runId);
	return `gantry-${runId}-${unitSuffix(kind, attempt)}.service`;
}

/** Marker lines: `##gantry <run id> begin <step> <uptime s>`, `… end <step> ok|skip|fail <uptime s>`, `… note|fail <code> [key=value …]`. */
export const MARKER = "##gantry";
