import type { FileChange } from "../../lib/contracts/plan.ts";
import { sha256Hex } from "./compile.ts";

/** A small text file that prepare puts where none was, and the way back takes away. */
export function newFile(path: string, text: string, intended: FileChange["intended"]): FileChange {
	const bytes = Buffer.from(text, "utf8");
	return {
		path,
		realPath: path,
		stage: "prepare",
		before: null,
		after: { sha256: sha256Hex(bytes), contentBase64: bytes.toString("base64"), mode: "0644", uid: 0, gid: 0 },
		source: { kind: "inline" },
		intended,
	};
}
