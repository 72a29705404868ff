import { RuntimeError } from "../runtime/errors.ts";

/** What the work comes to, or `otherwise` where a file cannot be read or edited as it is meant: another check says so, with the place. */
export function unlessRefused<T>(work: () => T, otherwise: T): T {
	try {
		return work();
	} catch (error) {
		if (error instanceof RuntimeError) return otherwise;
		throw error;
	}
}
