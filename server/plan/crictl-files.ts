import type { FileChange } from "../../lib/contracts/plan.ts";
import { crictlConfigText } from "../runtime/crictl/config.ts";
import { change, textOf } from "./change.ts";
import { CRICTL_PATH, type CrictlChoice } from "./crictl.ts";
import { containerdEndpoint } from "./endpoint.ts";
import type { MigrateInput } from "./migrate.ts";

/** crictl itself, where it is to be installed, and its configuration. */
export function crictlFiles(
	{ facts, policy, crictl }: Pick<MigrateInput, "facts" | "policy" | "crictl">,
	choice: CrictlChoice,
): FileChange[] {
	const files: FileChange[] = [];
	if (choice.install && crictl) {
		files.push({
			path: CRICTL_PATH,
			realPath: CRICTL_PATH,
			stage: "prepare",
			before: null,
			after: { sha256: crictl.binarySha256, contentBase64: null, mode: "0755", uid: 0, gid: 0 },
			source: { kind: "crictl-archive", archiveSha256: crictl.archiveSha256 },
			intended: [{ key: "crictl", from: null, to: crictl.binarySha256 }],
		});
	}
	if (!choice.configure) return files;
	const endpoint = containerdEndpoint(facts);
	const text = crictlConfigText({ endpoint, timeoutS: 10, debug: policy.crictlDebug });
	if (textOf(facts.crictl.config) !== text) {
		files.push(change(facts.crictl.config, "prepare", text, [{ key: "runtime-endpoint", from: null, to: endpoint }]));
	}
	return files;
}
