import { createHash } from "node:crypto";
import type { FileFact } from "../../../lib/contracts/facts.ts";
import { type Mount, mountOf } from "./mounts.ts";
import type { Records } from "./records.ts";

export interface StatLine {
	readonly type: string;
	readonly mode: string;
	readonly uid: number;
	readonly gid: number;
	readonly sizeBytes: number;
	readonly device: number;
	readonly inode: number;
	readonly label: string | null;
}

export function readStats(records: Records): ReadonlyMap<string, StatLine> {
	const stats = new Map<string, StatLine>();
	for (const line of records.lines("files.stat")) {
		const [type, mode, uid, gid, size, device, inode, label, path] = line.split("\t");
		if (!type || !mode || !device || !inode || !path) continue;
		stats.set(path, {
			type,
			mode: mode.padStart(4, "0"),
			uid: Number(uid),
			gid: Number(gid),
			sizeBytes: Number(size),
			device: Number.parseInt(device, 16),
			inode: Number(inode),
			label: !label || label === "-" || label === "?" ? null : label,
		});
	}
	return stats;
}

function stateOf(type: string): FileFact["state"] {
	if (type.startsWith("regular")) return "file";
	return type === "directory" ? "directory" : "other";
}

/** Reads file facts by path. A path that the probe was not asked for reads "unreadable", never "absent". */
export function fileReader(records: Records, mounts: readonly Mount[]): (path: string) => FileFact {
	const stats = readStats(records);
	const asked = new Set(records.lines("files.asked"));
	const links = new Map(
		records.lines("files.real").map((line) => {
			const [path = "", real = "", mark = ""] = line.split("\t");
			return [path, { real: real || path, dangling: mark === "dangling" }] as const;
		}),
	);
	const hashes = new Map<string, string>();
	for (const line of records.lines("files.large")) {
		const match = /^([0-9a-f]{64}) [ *](.*)$/.exec(line);
		if (match?.[1] && match[2]) hashes.set(match[2], match[1]);
	}
	return (path) => {
		const link = links.get(path);
		const realPath = link?.real ?? path;
		const base = {
			path,
			realPath,
			isMountPoint: mounts.some((mount) => mount.point !== "/" && (mount.point === path || mount.point === realPath)),
			mode: "",
			uid: 0,
			gid: 0,
			label: null,
			sizeBytes: 0,
			sha256: "",
			contentBase64: null,
		};
		const stat = stats.get(path);
		if (!stat) {
			if (link?.dangling) return { ...base, state: "other" };
			// Present by its name, but stat could not read it.
			return { ...base, state: asked.has(path) && !records.lines("files.present").includes(path) ? "absent" : "unreadable" };
		}
		const known = { ...base, mode: stat.mode, uid: stat.uid, gid: stat.gid, label: stat.label, sizeBytes: stat.sizeBytes };
		const state = stateOf(stat.type);
		if (state !== "file") return { ...known, state };
		const hash = hashes.get(path);
		if (hash) return { ...known, state, sha256: hash };
		const read = records.command(`file:${path}`);
		if (read?.status !== 0) return { ...known, state: "unreadable" };
		const bytes = Buffer.from(read.stdout.toString("latin1"), "base64");
		return {
			...known,
			state,
			sizeBytes: bytes.length,
			sha256: createHash("sha256").update(bytes).digest("hex"),
			contentBase64: bytes.toString("base64"),
		};
	};
}

const FILESYSTEMS_WITH_THEIR_OWN_NUMBERS = new Set(["overlay", "btrfs", "zfs", "bcachefs"]);

/**
 * Which of the package managers' lock files someone holds for writing, by /proc/locks. Their device number is not stat's on file
 * systems that number per subvolume or layer; there the inode alone decides.
 */
export function heldLocks(
	paths: readonly string[],
	stats: ReadonlyMap<string, StatLine>,
	procLocks: readonly string[],
	mounts: readonly Mount[],
): string[] {
	const held = procLocks.flatMap((line) => {
		const match = /^\d+: (?!->)\S+\s+\S+\s+WRITE\s+-?\d+\s+([0-9a-f]+):([0-9a-f]+):(\d+)\s/.exec(line);
		return match
			? [{ major: Number.parseInt(match[1] ?? "", 16), minor: Number.parseInt(match[2] ?? "", 16), inode: Number(match[3]) }]
			: [];
	});
	return paths.filter((path) => {
		const stat = stats.get(path);
		if (!stat) return false;
		// The number's layout is glibc's makedev.
		const major = Math.floor(stat.device / 256) & 0xfff;
		const minor = (stat.device & 0xff) | (Math.floor(stat.device / 4096) & 0xfff00);
		const loose = FILESYSTEMS_WITH_THEIR_OWN_NUMBERS.has(mountOf(mounts, path)?.fsType ?? "");
		return held.some((lock) => lock.inode === stat.inode && (loose || (lock.major === major && lock.minor === minor)));
	});
}
