import type { Records } from "./records.ts";

export interface Mount {
	readonly point: string;
	readonly fsType: string;
	readonly readOnly: boolean;
}

/** /proc/mounts writes blanks and backslashes in a path as octal numbers. */
function unescaped(path: string): string {
	return path.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

export function readMounts(records: Records): Mount[] {
	return records.lines("mounts").flatMap((line) => {
		const [point, fsType, option] = line.split(" ");
		return point && fsType ? [{ point: unescaped(point), fsType, readOnly: option === "ro" }] : [];
	});
}

/** The mount that holds `path`: the longest mount point above it, the last one where several lie on each other. */
export function mountOf(mounts: readonly Mount[], path: string): Mount | null {
	let best: Mount | null = null;
	for (const mount of mounts) {
		const inside = mount.point === "/" || path === mount.point || path.startsWith(`${mount.point}/`);
		if (inside && (best === null || mount.point.length >= best.point.length)) best = mount;
	}
	return best;
}
