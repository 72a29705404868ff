import { NextIntlClientProvider } from "next-intl";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import type { RunView } from "@/lib/contracts/run.ts";
import { runView } from "@/lib/testing/run-view.ts";
import { MESSAGES } from "@/messages/catalogue.ts";
import { BlockedFor } from "./blocked-for.tsx";

const SINCE = Date.parse("2026-01-01T00:00:00Z");
const NOW = SINCE + 370_000;

function said(run: Partial<RunView>, nowMs = NOW): string {
	return renderToStaticMarkup(
		<NextIntlClientProvider locale="en" messages={MESSAGES.en} timeZone="UTC">
			<BlockedFor run={runView({ state: "draining", ...run })} nowMs={nowMs} />
		</NextIntlClientProvider>,
	);
}
const waiting = (code: string, values: Record<string, number> = { sinceMs: SINCE }) => ({ code, values });

it("says for how long a drain has been blocked, and since when", () => {
	for (const code of ["drain.blocked", "drain.unreachable"]) expect(said({ waiting: waiting(code) })).toContain(">for 6:10<");
	expect(said({ waiting: waiting("drain.blocked") })).toMatch(/title="[^"]*2026/);
});

it("says nothing of a drain that goes on, nor where nobody knows the time", () => {
	expect(said({ waiting: waiting("drain.leaving") })).toBe("");
	expect(said({ waiting: waiting("drain.blocked", {}) })).toBe("");
	expect(said({ waiting: waiting("drain.blocked") }, 0)).toBe("");
});
