import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { AUDIT_ACTIONS } from "../../lib/audit-record.ts";

const sources = ["server", "app"].flatMap((folder) =>
	readdirSync(folder, { recursive: true, encoding: "utf8" })
		.filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
		.map((file) => readFileSync(join(folder, file), "utf8")),
);

// The filter of the audit page offers each of them: one that nobody writes finds nothing for ever.
it.each(AUDIT_ACTIONS)("somebody writes %s", (action) => {
	// As a property's value: `audit: "…"`, `action: "…"`, a table's entry. The same word as a key or an argument is an event's code.
	const written = new RegExp(`[:?]\\s*"${action.replaceAll(".", "\\.")}"`);
	expect(sources.some((source) => written.test(source))).toBe(true);
});
