import type { FileFact } from "../../lib/contracts/facts.ts";
import { RuntimeError } from "./errors.ts";

/**
 * The text of a probed file, byte order mark and line ends as they are; null where there is no regular file.
 * Throws `file.encoding` where the bytes are no UTF-8: such a file cannot be edited and stay what it is.
 */
export function textOf(file: FileFact): string | null {
	if (file.state !== "file" || file.contentBase64 === null) return null;
	const bytes = Uint8Array.from(atob(file.contentBase64), (char) => char.charCodeAt(0));
	try {
		return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
	} catch (error) {
		throw new RuntimeError("file.encoding", { path: file.path }, { cause: error });
	}
}
