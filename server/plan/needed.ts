import type { Known } from "../../lib/contracts/facts.ts";
import { formatVersion, parseVersion } from "../runtime/versions.ts";
import { PlanError } from "./error.ts";

/** A fact that no plan goes without. Throws PlanError `fact-unknown`. */
export function need<T>(fact: Known<T>, name: string): T {
	if (!fact.known) throw new PlanError("fact-unknown", { fact: name, reason: fact.reason });
	return fact.value;
}

/** `20.10.24+dfsg1` and `1.6.20~ds1` as the API shows them, without the distribution's suffix. */
export function release(version: string): string {
	return formatVersion(parseVersion(version));
}
