import { NextIntlClientProvider } from "next-intl";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it, vi } from "vitest";
import type { MigrationDetail } from "@/lib/contracts/migration.ts";
import { migrationView } from "@/lib/testing/migration-view.ts";
import { runView } from "@/lib/testing/run-view.ts";
import { MESSAGES } from "@/messages/catalogue.ts";
import { OutBar } from "./out-bar.tsx";

// Its clock comes with the live stream, which no test has.
vi.mock("@/components/runs/server-clock.ts", () => ({ useServerNow: () => Date.parse("2026-01-01T00:10:00Z") }));

it("counts a blocked node apart from what runs, by a sign of its own", () => {
	const waiting = { code: "drain.blocked", values: {} };
	const runs = [runView({ id: "a", nodeId: "a", state: "draining", waiting }), runView({ id: "b", nodeId: "b", state: "draining" })];
	const detail = { migration: migrationView(), runs, unavailable: [] } as Partial<MigrationDetail> as MigrationDetail;
	const markup = renderToStaticMarkup(
		<NextIntlClientProvider locale="en" messages={MESSAGES.en} timeZone="UTC">
			<OutBar detail={detail} />
		</NextIntlClientProvider>,
	);
	const counts = [...markup.matchAll(/<li>(.*?)<\/li>/g)].map(([, item = ""]) => item);
	expect(counts.map((item) => item.replaceAll(/<[^>]*>/g, ""))).toEqual(["0 done", "1 running", "1 blocked"]);
	expect(counts.map((item) => /lucide-([a-z-]+)/.exec(item)?.[1])).toEqual(["circle-check", "loader-circle", "octagon-minus"]);
});
