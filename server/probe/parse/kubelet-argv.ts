import { parseKubeletArgv } from "../../runtime/kubelet/argv.ts";

/** The value that a program's command line gives a flag (the last one wins), "true" for a bare one, null where it is not given. */
export function flagValue(argv: readonly string[], name: string): string | null {
	const value = parseKubeletArgv(argv).get(name);
	return value === undefined ? null : (value ?? "true");
}
