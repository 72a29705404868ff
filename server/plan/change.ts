import type { FileFact } from "../../lib/contracts/facts.ts";
import type { FileChange } from "../../lib/contracts/plan.ts";
import { sha256Hex } from "./compile.ts";
import { PlanError } from "./error.ts";

/** A file of the node with another text; owner and mode stay. */
export function change(fact: FileFact, stage: FileChange["stage"], text: string, intended: FileChange["intended"]): FileChange {
	const bytes = Buffer.from(text, "utf8");
	const owner = { mode: fact.mode || "0644", uid: fact.state === "file" ? fact.uid : 0, gid: fact.state === "file" ? fact.gid : 0 };
	return {
		path: fact.path,
		realPath: fact.realPath || fact.path,
		stage,
		before: fact.state === "file" ? { sha256: fact.sha256, contentBase64: fact.contentBase64, ...owner } : null,
		after: { sha256: sha256Hex(bytes), contentBase64: bytes.toString("base64"), ...owner },
		source: { kind: "inline" },
		intended,
	};
}

export function absentFile(path: string): FileFact {
	return {
		path,
		realPath: path,
		state: "absent",
		isMountPoint: false,
		mode: "",
		uid: 0,
		gid: 0,
		label: null,
		sizeBytes: 0,
		sha256: "",
		contentBase64: null,
	};
}

/** A file's text, null where it is absent. Throws PlanError `bytes-missing`, `not-utf8`. */
export function textOf(fact: FileFact): string | null {
	if (fact.state === "absent") return null;
	if (fact.contentBase64 === null) throw new PlanError("bytes-missing", { path: fact.path });
	try {
		// Edited as text, other bytes would come back as replacement characters. A byte order mark stays.
		return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(fact.contentBase64, "base64"));
	} catch {
		throw new PlanError("not-utf8", { path: fact.path });
	}
}
