/** One flag of a command line. `value` null where it has none (`--v` alone is true). */
export type Flag = {
	/** Without dashes, `_` written as `-`, as the kubelet itself compares them: "container-runtime-endpoint". */
	readonly name: string;
	readonly value: string | null;
	/** Indexes of its first word and of the word behind its last. */
	readonly from: number;
	readonly to: number;
};

/**
 * Reads flags out of words: `--a=b`, `--a b`, and `--a` alone where the next word is a flag as well. Words that belong to no flag are passed
 * over, so argv[0], `hyperkube kubelet` and `$VARIABLES` may be among them.
 */
export function parseFlags(words: readonly string[]): Flag[] {
	const flags: Flag[] = [];
	for (let at = 0; at < words.length; ) {
		const match = /^--([A-Za-z0-9][A-Za-z0-9_.-]*)(?:=([\s\S]*))?$/.exec(words[at] ?? "");
		const name = match?.[1]?.replaceAll("_", "-");
		if (name === undefined) {
			at += 1;
			continue;
		}
		const next = words[at + 1];
		const apart = match?.[2] === undefined && next !== undefined && !next.startsWith("-") && !next.startsWith("$");
		flags.push({ name, value: match?.[2] ?? (apart ? next : null), from: at, to: at + (apart ? 2 : 1) });
		at += apart ? 2 : 1;
	}
	return flags;
}

export type KubeletArgv = {
	/** argv[0]; empty where the kubelet does not run. */
	readonly program: string;
	readonly flags: readonly Flag[];
	/** The value that counts: the last one. Undefined where the flag is not there, null where it has no value. */
	get(name: string): string | null | undefined;
};

/** Reads a live command line (`/proc/<pid>/cmdline`), the kubelet's or cri-dockerd's. */
export function parseKubeletArgv(argv: readonly string[]): KubeletArgv {
	const flags = parseFlags(argv.slice(1));
	return { program: argv[0] ?? "", flags, get: (name) => flags.findLast((flag) => flag.name === name)?.value };
}

/** Whether two endpoints name one socket: with or without `unix://`, below /run or /var/run. */
export function sameSocket(a: string, b: string): boolean {
	return socketPath(a) === socketPath(b);
}

/** The path of a socket's address: "/run/containerd/containerd.sock" for `unix:///var/run/containerd/containerd.sock`. */
export function socketPath(address: string): string {
	return address
		.trim()
		.replace(/^unix:(?:\/\/)?(?=\/)/, "")
		.replace(/\/{2,}/g, "/")
		.replace(/^\/var\/run\//, "/run/");
}
