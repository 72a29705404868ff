/** Numbers of a version, whatever a distribution hangs on it: `1.6.20~ds1` → [1, 6, 20]. */
export function numbers(version: string): [number, number, number] {
	const [, major = "0", minor = "0", patch = "0"] = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(version) ?? [];
	return [Number(major), Number(minor), Number(patch)];
}

export function atLeast(version: string, major: number, minor: number): boolean {
	const [a, b] = numbers(version);
	return a > major || (a === major && b >= minor);
}
