import type { FileFact } from "../../lib/contracts/facts.ts";
import { textOf } from "../runtime/bytes.ts";
import { RuntimeError } from "../runtime/errors.ts";

/** The text of a probed file; null where there is none, or where its bytes are no UTF-8. */
export function textOrNull(file: FileFact): string | null {
	try {
		return textOf(file);
	} catch (error) {
		if (error instanceof RuntimeError) return null;
		throw error;
	}
}
