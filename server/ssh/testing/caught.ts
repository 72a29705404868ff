import { expect } from "vitest";
import { SshError, type SshErrorCode } from "../errors.ts";

/** The SshError that `promise` is rejected with; fails the test for anything else, and for an error that names one of `secrets`. */
export async function caught(promise: Promise<unknown>, code: SshErrorCode, secrets: readonly string[] = []): Promise<SshError> {
	const error: unknown = await promise.then(
		() => "no error",
		(reason: unknown) => reason,
	);
	if (!(error instanceof SshError)) throw new Error(`expected ${code}, got ${String(error)}`, { cause: error });
	expect(error.code, error.message).toBe(code);
	const said = [error.message, error.stack, JSON.stringify(error), JSON.stringify(error.values), String(error.cause)].join("\n");
	for (const secret of secrets) expect(said).not.toContain(secret);
	return error;
}
