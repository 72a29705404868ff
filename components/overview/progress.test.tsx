import { NextIntlClientProvider } from "next-intl";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import type { Locale } from "@/lib/locale.ts";
import { nodeCounts } from "@/lib/node-counts.ts";
import { MESSAGES } from "@/messages/catalogue.ts";
import { Progress } from "./progress.tsx";

/** What the overview says of a migration that is not under way. */
function read(locale: Locale, states: Record<string, number>): string {
	return renderToStaticMarkup(
		<NextIntlClientProvider locale={locale} messages={MESSAGES[locale]} timeZone="UTC">
			<Progress progress={undefined} counts={nodeCounts(states)} />
		</NextIntlClientProvider>,
	);
}

it("says of a draft whose nodes are all left out that there is nothing to do", () => {
	expect(read("en", { skipped: 3 })).toBe("nothing to do: all 3 nodes are left out");
	expect(read("en", { skipped: 1 })).toBe("nothing to do: its node is left out");
	expect(read("zh-CN", { skipped: 3 })).toBe("没有可执行的节点（3 个未纳入）");
	expect(read("en", { skipped: 1, queued: 2 })).toBe("0 of 3 done");
});
