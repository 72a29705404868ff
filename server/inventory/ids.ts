import { randomBytes } from "node:crypto";

/** Ids of rows: 16 lower-case hexadecimal digits, safe in paths and URLs. */
export function newId(): string {
	return randomBytes(8).toString("hex");
}
