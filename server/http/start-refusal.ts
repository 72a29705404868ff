import type { Message } from "../../lib/contracts/finding.ts";
import { HttpError } from "./problem.ts";

/** What a start that may not be comes to: 409 for the state that things are in, 422 for an override that nothing asks for. */
export function startRefusal({ code, values }: Message): HttpError {
	return new HttpError(code === "migration.without-api-refused" ? 422 : 409, code, values);
}
