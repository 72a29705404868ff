import { NextIntlClientProvider } from "next-intl";
import type { ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import type { AuditEventView } from "@/lib/contracts/audit-page.ts";
import type { Locale } from "@/lib/locale.ts";
import { MESSAGES } from "@/messages/catalogue.ts";
import { AuditChanges } from "./audit-changes.tsx";
import { AuditTable } from "./audit-table.tsx";

const EVENT: AuditEventView = {
	id: 1,
	at: "2026-01-01T00:00:00Z",
	actorName: "ann",
	address: null,
	action: "migration.plan",
	targetKind: "cluster",
	targetId: "c1",
	targetName: "prod",
	outcome: "ok",
	values: {},
	changes: [
		{ field: "maxUnavailable", before: "1", after: "2" },
		{ field: "rollout.canary.nodes", before: "", after: "1" },
		{ field: "rollout.moon", before: "", after: "full" },
	],
};

/** What is read of it, without its markup. */
function read(locale: Locale, part: ReactNode): string {
	const page = (
		<NextIntlClientProvider locale={locale} messages={MESSAGES[locale]} timeZone="UTC">
			{part}
		</NextIntlClientProvider>
	);
	return renderToStaticMarkup(page).replaceAll(/<[^>]*>/g, "");
}

describe("a changed field is called as where it is entered, and by its stored path only where nothing names it", () => {
	it("in the row of its event", () => {
		const table = <AuditTable events={[EVENT]} onOpen={() => undefined} />;
		expect(read("en", table)).toContain("Nodes out at once, at most: 1 → 2Canaries · How many: – → 1rollout.moon: – → full");
		expect(read("zh-CN", table)).toContain("同时离线节点上限: 1 → 2金丝雀节点 · 数量: – → 1rollout.moon: – → full");
	});

	it("in the record of its event", () => {
		const record = <AuditChanges event={EVENT} />;
		expect(read("en", record)).toContain("Nodes out at once, at most12Canaries · How many–1rollout.moon–full");
		expect(read("zh-CN", record)).toContain("同时离线节点上限12金丝雀节点 · 数量–1rollout.moon–full");
	});
});
