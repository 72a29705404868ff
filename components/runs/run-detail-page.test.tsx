import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { NextIntlClientProvider } from "next-intl";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it, vi } from "vitest";
import type { MigrationView, RunView } from "@/lib/contracts/run.ts";
import { keys } from "@/lib/query-keys.ts";
import { migrationView } from "@/lib/testing/migration-view.ts";
import { runView } from "@/lib/testing/run-view.ts";
import { MESSAGES } from "@/messages/catalogue.ts";
import { RunDetailPage } from "./run-detail-page.tsx";

// What comes with the live stream and the router, which no test has.
vi.mock("next/navigation", () => ({ useRouter: () => ({}) }));
vi.mock("./server-clock.ts", () => ({ useServerNow: () => Date.parse("2026-01-01T00:10:00Z") }));
vi.mock("@/components/shell/watch/watcher.tsx", () => ({ useWatch: () => undefined }));
vi.mock("@/components/shell/watch/tab-title.tsx", () => ({ useTabTitle: () => undefined }));
vi.mock("./log/log-view.tsx", () => ({ LogView: () => null }));

/** What is read of a run's own page. */
function read(change: Partial<RunView>, migration: Partial<MigrationView> = {}): string {
	const queries = new QueryClient();
	const detail = { migration: migrationView(migration), findings: [], plan: null, facts: null, events: [], evidence: [] };
	queries.setQueryData(keys.runs.detail("r1"), { ...detail, run: runView(change) });
	const page = (
		<NextIntlClientProvider locale="en" messages={MESSAGES.en} timeZone="UTC">
			<QueryClientProvider client={queries}>
				<RunDetailPage runId="r1" />
			</QueryClientProvider>
		</NextIntlClientProvider>
	);
	return renderToStaticMarkup(page).replaceAll(/<[^>]*>/g, " ");
}

const blocked = { code: "drain.blocked", values: { done: 1, total: 2, pod: "default/web-1", why: "budget", budget: "web", others: 0 } };

it("says what a run waits for and what it came to, and lets it be called back while it can be", () => {
	const draining = read({ state: "draining", waiting: blocked });
	expect(draining).toContain("default/web-1");
	expect(draining).toContain("Cancel this node");
	const result = { code: "run.cancelled", values: { person: "ann" } };
	const over = read({ state: "cancelled", waiting: blocked, result });
	expect(over).not.toContain("default/web-1");
	expect(over).not.toContain("Cancel this node");
	// Nothing of a plan that nobody has started is under way.
	expect(read({ state: "queued" }, { state: "draft" })).not.toContain("Cancel this node");
	expect(read({ state: "queued" })).toContain("Cancel this node");
});

it("says when the node goes back by itself, while it may", () => {
	const revertAt = "2026-01-01T00:12:05Z";
	expect(read({ state: "cutover", revertAt })).toContain("goes back in 2:05");
	expect(read({ state: "done", revertAt })).not.toContain("goes back in");
});
