import { NextIntlClientProvider } from "next-intl";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import type { RunView } from "@/lib/contracts/run.ts";
import { gridColumns } from "@/lib/run-grid.ts";
import { runView } from "@/lib/testing/run-view.ts";
import { MESSAGES } from "@/messages/catalogue.ts";
import { RunGridRow } from "./run-grid-row.tsx";

const STARTED = "2026-01-01T00:00:00.000Z";
const step = { id: "evict", position: 0, phase: "drain", where: "console", state: "running", startedAt: STARTED } as const;

/** What the cell of the eviction says after a minute, and its sign. */
function cell(waiting: RunView["waiting"]): { words: string; sign: string | undefined } {
	const run = runView({ state: "draining", waiting, steps: [{ ...step, durationMs: null, logLine: null }] });
	const page = (
		<NextIntlClientProvider locale="en" messages={MESSAGES.en} timeZone="UTC">
			<table>
				<tbody>
					<RunGridRow
						run={run}
						row={0}
						columns={gridColumns([run], "phases")}
						mode="phases"
						earlier={0}
						nowMs={Date.parse(STARTED) + 60_000}
						tabColumn={null}
						chosen={false}
						chosenStep={null}
						beside={false}
						onFocusCell={() => {}}
						onChoose={() => {}}
					/>
				</tbody>
			</table>
		</NextIntlClientProvider>
	);
	const [, found = ""] = /<button[^>]*data-step="drain"[^>]*>(.*?)<\/button>/.exec(renderToStaticMarkup(page)) ?? [];
	return { words: found.replaceAll(/<[^>]*>/g, ""), sign: /lucide-([a-z-]+)/.exec(found)?.[1] };
}

it("shows a step that does not go on as blocked, in words and by its sign", () => {
	expect(cell(null)).toEqual({ words: "Drain: running1:00 0/1", sign: "loader-circle" });
	const waiting = { code: "drain.blocked", values: { done: 0, total: 1, pod: "web/a", why: "budget", budget: "web", others: 0 } };
	expect(cell(waiting)).toEqual({ words: "Drain: blocked1:00 0/1", sign: "octagon-minus" });
});
