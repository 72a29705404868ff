import type { Ulimit } from "./daemon.ts";

/** Limits that may hold for containerd itself too: a service's limits are what its containers begin with (systemd.exec, Process Properties). */
const DIRECTIVES: Readonly<Record<string, string>> = {
	nofile: "LimitNOFILE",
	nproc: "LimitNPROC",
	core: "LimitCORE",
	memlock: "LimitMEMLOCK",
};
/** With fewer open files than this a daemon with many containers fails itself. */
const LEAST_FILES = 16_384;
/** Before it a limit is one number for both (systemd's NEWS, 228). */
const SOFT_AND_HARD = 228;

export interface CarriedUlimits {
	/** Lines of a unit's [Service] section. */
	lines: string[];
	carried: Ulimit[];
	left: { limit: Ulimit; because: "daemon-itself" | "systemd-too-old" | "exists" }[];
}

/** Docker's default ulimits as limits of containerd's unit. `own` are the directives that somebody has set for it. */
export function unitLimits(ulimits: readonly Ulimit[], systemdVersion: number, own: ReadonlySet<string>): CarriedUlimits {
	const result: CarriedUlimits = { lines: [], carried: [], left: [] };
	for (const limit of ulimits) {
		const directive = DIRECTIVES[limit.name];
		const tooFew = limit.name === "nofile" && limit.hard >= 0 && limit.hard < LEAST_FILES;
		if (!directive || tooFew) result.left.push({ limit, because: "daemon-itself" });
		else if (own.has(directive)) result.left.push({ limit, because: "exists" });
		else if (limit.soft !== limit.hard && systemdVersion < SOFT_AND_HARD) result.left.push({ limit, because: "systemd-too-old" });
		else {
			const [soft, hard] = [number(limit.soft), number(limit.hard)];
			result.lines.push(`${directive}=${soft === hard ? soft : `${soft}:${hard}`}`);
			result.carried.push(limit);
		}
	}
	return result;
}

/** As Docker writes it on a command line. */
export function shownUlimit({ name, soft, hard }: Ulimit): string {
	return soft === hard ? `${name}=${soft}` : `${name}=${soft}:${hard}`;
}

/** Docker's -1 is no limit. */
function number(value: number): string {
	return value < 0 ? "infinity" : String(value);
}

/** A drop-in with these lines. */
export function limitsDropIn(lines: readonly string[]): string {
	return `# Written by Gantry: the ulimits that Docker gives to containers.\n[Service]\n${lines.join("\n")}\n`;
}
