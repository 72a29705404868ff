import { NextIntlClientProvider } from "next-intl";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import type { MigrationProgress } from "@/lib/contracts/overview.ts";
import type { Locale } from "@/lib/locale.ts";
import { nodeCounts } from "@/lib/node-counts.ts";
import { MESSAGES } from "@/messages/catalogue.ts";
import { Progress } from "./progress.tsx";

/** What the overview says of a migration; without its progress it is not under way. */
function read(locale: Locale, states: Record<string, number>, progress?: MigrationProgress): string {
	const markup = renderToStaticMarkup(
		<NextIntlClientProvider locale={locale} messages={MESSAGES[locale]} timeZone="UTC">
			<Progress progress={progress} counts={nodeCounts(states)} />
		</NextIntlClientProvider>,
	);
	return markup
		.replaceAll(/<[^>]*>/g, " ")
		.replaceAll(/ +/g, " ")
		.trim();
}

it("says what is blocked apart from what runs", () => {
	const progress = { id: "m1", total: 3, done: 0, running: 1, blocked: 2, unknown: 0, failed: 0, waiting: 0, ended: 0, left: null };
	expect(read("en", {}, progress)).toContain("1 running 2 blocked");
	expect(read("zh-CN", {}, progress)).toContain("1 个进行中 2 个受阻");
});

it("says of a draft whose nodes are all left out that there is nothing to do", () => {
	expect(read("en", { skipped: 3 })).toBe("nothing to do: all 3 nodes are left out");
	expect(read("en", { skipped: 1 })).toBe("nothing to do: its node is left out");
	expect(read("zh-CN", { skipped: 3 })).toBe("没有可执行的节点（3 个未纳入）");
	expect(read("en", { skipped: 1, queued: 2 })).toBe("0 of 3 done");
});
