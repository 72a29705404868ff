import { quote } from "../plan/shell/quote.ts";
import { ETCD_FACTS } from "./script/etcd.ts";
import { FILE_FACTS } from "./script/files.ts";
import { HOST_FACTS } from "./script/host.ts";
import { KUBELET_FACTS, KUBELET_PATHS } from "./script/kubelet.ts";
import { PRELUDE } from "./script/prelude.ts";
import { RUNTIME_FACTS } from "./script/runtimes.ts";
import { UNITS } from "./script/units.ts";

/** Version of the probe's output; the parser reads only its own. */
export const PROBE_OUTPUT_VERSION = 1;

// One function, called on the last line: a script cut off on its way does nothing, and no command can eat the rest of it from stdin.
// Docker, containerd and the rest are asked at the same time: each side of a pipe runs by itself, and the right side prints the left side's records after its own.
const body = `${PRELUDE}${UNITS}${KUBELET_PATHS}${ETCD_FACTS}${KUBELET_FACTS}${RUNTIME_FACTS}${FILE_FACTS}${HOST_FACTS}
docker_facts | {
	containerd_facts | {
		host_facts
		file_facts
		kubelet_facts
		cat
	}
	cat
}

ended=
{ IFS=' ' read -r ended rest </proc/uptime; } 2>/dev/null
record end "$started $ended"
printf '\\n'
`;

/**
 * The probe: a POSIX sh script that reads a node's facts and changes nothing. It runs as root and answers in one round trip;
 * `parseProbe` reads its stdout. `files` names further absolute paths whose bytes, mode, owner and label are wanted (the files a
 * snapshot holds). Throws RangeError for a path that is not absolute or holds control characters.
 */
export function probeScript(options: { readonly files?: readonly string[] } = {}): string {
	const files = options.files ?? [];
	for (const path of files) {
		if (!/^\/\P{Cc}*$/u.test(path)) throw new RangeError(`not an absolute path: ${JSON.stringify(path)}`);
	}
	return `gantry_extra_files=${quote(files.join("\n"))}\ngantry_probe() {${body}}\ngantry_probe </dev/null\n`;
}

/** The probe as it is run before a plan, with no further files. */
export const PROBE_SCRIPT = probeScript();
