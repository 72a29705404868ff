import { BOOT_SERVICE, REVERT_SERVICE, REVERT_TIMER } from "../plan/layout.ts";
import type { NodeSession } from "../ssh/session.ts";
import { type NodeOwner, parseOwner } from "./owner.ts";
import type { Reply } from "./reply.ts";
import { runValues } from "./run-values.ts";
import { nodeScript, runScript } from "./script.ts";

/** At most so many bytes of the log come with one status. */
export const LOG_CHUNK_BYTES = 262_144;

/** A moment on the node: seconds since its machine started, meaningful within one boot only. */
export interface NodeMoment {
	bootId: string;
	uptimeS: number;
}

export interface ScriptExit extends NodeMoment {
	code: number;
}

/** What `systemctl show` says; `job` = a job is queued or running for the unit. */
export interface UnitStatus {
	loadState: string;
	activeState: string;
	subState: string;
	job: boolean;
}

/** What lies in a run folder, as read in one round trip. interpret.ts says what it means. */
export interface NodeRunStatus {
	runId: string;
	now: NodeMoment;
	epochS: number;
	owner: NodeOwner | null;
	/** By suffix: `prepare-<attempt>`, `cutover`, `revert`. */
	started: Record<string, NodeMoment>;
	exits: Record<string, ScriptExit>;
	decision: "none" | "commit" | "revert";
	/** "" where the run is not final. */
	final: string;
	deadline: NodeMoment | null;
	/** Length of the revert timer as it is armed, in seconds. */
	timerS: number | null;
	/** By unit name; null where systemd did not answer. */
	units: Record<string, UnitStatus> | null;
	/** A person goes back by hand after a commit, outside any unit. */
	byHand: boolean;
	/** The installed unit file of the trigger names this run. */
	triggers: { revert: boolean; boot: boolean };
	log: {
		/** 0 and "" where there is no log yet. */
		size: number;
		inode: string;
		/** Bytes from `logOffset`, at most 256 KiB; empty where the log is shorter. */
		bytes: Buffer;
		offset: number;
		/** SHA-256 of the bytes before `logOffset`, where `withPrefixHash` was asked for and the log is that long. */
		prefixSha256: string | null;
	};
}

export interface StatusOptions {
	/** Bytes of the log that the caller holds. Default 0. */
	logOffset?: number;
	/** Also hash what lies before `logOffset`: the proof that a log cut short by a crash and grown again is not the one remembered. */
	withPrefixHash?: boolean;
	/** False: no bytes of the log. */
	withLog?: boolean;
	timeoutMs?: number;
	signal?: AbortSignal;
}

/** Reads a run on the node in one round trip. Throws `remote.no-run`, `remote.script-failed`, SshError. */
export async function readStatus(session: NodeSession, runId: string, options: StatusOptions = {}): Promise<NodeRunStatus> {
	const logOffset = options.logOffset ?? 0;
	if (!Number.isSafeInteger(logOffset) || logOffset < 0) throw new RangeError(`not a byte offset: ${logOffset}`);
	const script = nodeScript(
		{
			...runValues(runId),
			offset: logOffset,
			most: options.withLog === false ? 0 : LOG_CHUNK_BYTES,
			prefix: options.withPrefixHash ? 1 : 0,
		},
		STATUS_BODY,
	);
	const reply = await runScript(session, script, {
		timeoutMs: options.timeoutMs ?? 30_000,
		...(options.signal ? { signal: options.signal } : {}),
	});
	return parseStatus(runId, logOffset, reply);
}

/*
 * The order matters: `started` before the units before `exit`. A unit that is over when looked at has its `exit` in the
 * folder by the time that is read, so a script that ends meanwhile never reads as lost; and `exit` before the log's size,
 * so that the size seen beside an `exit` is the whole log.
 */
const STATUS_BODY = String.raw`
[ -d "$dir" ] || refuse remote.no-run
boot_id; uptime_s
say "now $BOOT $UPTIME"
say "epoch $(date +%s)"
line_of "$base/owner"; say "owner $LINE"
names="gantry-$run-cutover.service gantry-$run-revert.service ${REVERT_TIMER} ${REVERT_SERVICE} ${BOOT_SERVICE}"
cd "$dir" || refuse remote.no-run
for file in started.*; do
	case $file in
		started.prepare-*[!0-9]*) continue ;;
		started.prepare-[0-9]*) suffix=$(printf '%s' "$file" | cut -d. -f2); names="$names gantry-$run-$suffix.service" ;;
		started.cutover|started.revert) ;;
		*) continue ;;
	esac
	[ -e "$file" ] || continue
	line_of "$file"; say "started $file $LINE"
done
shown=$(bounded 10 systemctl show -p Id -p LoadState -p ActiveState -p SubState -p Job $names 2>/dev/null) || shown=
printf '%s\n' "$shown" | sed 's/^/unit /'
names_run /run/systemd/system/${REVERT_SERVICE} && say "trigger revert"
names_run /etc/systemd/system/${BOOT_SERVICE} && say "trigger boot"
for file in exit.*; do
	[ -e "$file" ] || continue
	line_of "$file"; say "exit $file $LINE"
done
decision; say "decision $DECISION"
line_of final; say "final $LINE"
[ -e by-hand ] && say "by-hand"
line_of deadline; say "deadline $LINE"
line_of timer-seconds; say "timer $LINE"
if [ -f log ]; then
	size=$(wc -c <log); size=$((size + 0))
	set -- $(ls -i log)
	say "log $size $1"
	if [ "$prefix" = 1 ] && [ "$size" -ge "$offset" ]; then say "prefix $(head -c "$offset" log | sha256sum | cut -d' ' -f1)"; fi
	left=$((size - offset))
	[ "$left" -le "$most" ] || left=$most
	if [ "$left" -gt 0 ]; then tail -c "+$((offset + 1))" log | head -c "$left" | encode log; fi
fi
`;

/** Reads the answer of the status script; a line that is not as agreed counts as absent. */
export function parseStatus(runId: string, logOffset: number, reply: Reply): NodeRunStatus {
	const [logSize = "", inode = ""] = (reply.first("log") ?? "").split(" ");
	const timer = reply.first("timer") ?? "";
	const decision = reply.first("decision") ?? "";
	const triggers = reply.all("trigger");
	return {
		runId,
		now: parseMoment(reply.first("now") ?? "") ?? { bootId: "", uptimeS: 0 },
		epochS: Number(reply.first("epoch") ?? 0) || 0,
		owner: parseOwner(reply.first("owner") ?? ""),
		started: collect(reply.pairs("started"), "started.", parseMoment),
		exits: collect(reply.pairs("exit"), "exit.", parseExit),
		decision: decision === "commit" || decision === "revert" ? decision : "none",
		final: (reply.first("final") ?? "").trim(),
		deadline: parseMoment(reply.first("deadline") ?? ""),
		timerS: /^\d+$/.test(timer) ? Number(timer) : null,
		units: parseUnits(reply.all("unit")),
		byHand: reply.first("by-hand") !== undefined,
		triggers: { revert: triggers.includes("revert"), boot: triggers.includes("boot") },
		log: {
			size: Number(logSize) || 0,
			inode,
			bytes: reply.bytes("log") ?? Buffer.alloc(0),
			offset: logOffset,
			prefixSha256: reply.first("prefix") ?? null,
		},
	};
}

/** "<boot id> <uptime s>". */
export function parseMoment(line: string): NodeMoment | null {
	const [bootId, uptime, more] = line.trim().split(/\s+/);
	if (!bootId || !uptime || more !== undefined || !/^\d+(\.\d+)?$/.test(uptime)) return null;
	return { bootId, uptimeS: Number(uptime) };
}

/** "<code> <boot id> <uptime s>". */
export function parseExit(line: string): ScriptExit | null {
	const [code, bootId, uptime, more] = line.trim().split(/\s+/);
	if (!code || more !== undefined || !/^\d{1,3}$/.test(code)) return null;
	const moment = parseMoment(`${bootId ?? ""} ${uptime ?? ""}`);
	return moment ? { code: Number(code), ...moment } : null;
}

/** Blocks of `Key=value` lines with an empty line between units; the order of keys is systemd's own. */
export function parseUnits(rows: string[]): Record<string, UnitStatus> | null {
	const units: Record<string, UnitStatus> = {};
	let block = new Map<string, string>();
	for (const row of [...rows, ""]) {
		if (row !== "") {
			const at = row.indexOf("=");
			if (at > 0) block.set(row.slice(0, at), row.slice(at + 1));
			continue;
		}
		const id = block.get("Id");
		if (id) {
			units[id] = {
				loadState: block.get("LoadState") ?? "",
				activeState: block.get("ActiveState") ?? "",
				subState: block.get("SubState") ?? "",
				job: !["", "0"].includes(block.get("Job") ?? ""),
			};
		}
		block = new Map();
	}
	return Object.keys(units).length > 0 ? units : null;
}

function collect<T>(pairs: [string, string][], prefix: string, parse: (line: string) => T | null): Record<string, T> {
	const found: Record<string, T> = {};
	for (const [file, line] of pairs) {
		const value = parse(line);
		if (value !== null && file.startsWith(prefix)) found[file.slice(prefix.length)] = value;
	}
	return found;
}
