import { RuntimeError } from "./errors.ts";

/** A release of Docker, containerd, kubelet or crictl; suffixes of a distribution are dropped, a pre-release is kept. */
export type Version = {
	readonly major: number;
	readonly minor: number;
	readonly patch: number;
	/** "rc.1", "beta.0"; empty for a release. */
	readonly pre: string;
};

const VERSION = /(?:^|[^0-9A-Za-z.+~-])v?(\d+)\.(\d+)(?:\.(\d+))?(?:[-~]((?:alpha|beta|rc)[.\d]*))?(?![0-9])/;

/**
 * Reads a version out of what programs and packages print: "19.3.13", "20.10.24+dfsg1", "v1.18.9", "1.4.13~ds1",
 * "containerd github.com/containerd/containerd 1.6.20~ds1 …", "Docker version 20.10.24+dfsg1, build 297e128", "containerd://1.4.3".
 * Returns null where there is none.
 */
export function readVersion(text: string): Version | null {
	const match = VERSION.exec(text.trim());
	if (!match) return null;
	return {
		major: Number(match[1]),
		minor: Number(match[2]),
		patch: Number(match[3] ?? 0),
		pre: match[4] ?? "",
	};
}

/** As `readVersion`; throws `version.unreadable` where there is none. */
export function parseVersion(text: string): Version {
	const version = readVersion(text);
	if (!version) throw new RuntimeError("version.unreadable", { text });
	return version;
}

export function formatVersion(version: Version): string {
	return `${version.major}.${version.minor}.${version.patch}${version.pre ? `-${version.pre}` : ""}`;
}

/** Negative, zero or positive, as `Array.prototype.sort` wants it. A pre-release comes before its release. */
export function compareVersions(a: Version, b: Version): number {
	const difference = a.major - b.major || a.minor - b.minor || a.patch - b.patch;
	if (difference !== 0) return difference;
	if (a.pre === b.pre) return 0;
	if (a.pre === "") return 1;
	if (b.pre === "") return -1;
	return a.pre.localeCompare(b.pre, "en", { numeric: true });
}

/** True where the version belongs to the line major.minor or a later one; pre-releases belong to their line. */
export function isAtLeast(version: Version, major: number, minor: number, patch = 0): boolean {
	if (version.major !== major) return version.major > major;
	if (version.minor !== minor) return version.minor > minor;
	return version.patch >= patch;
}
