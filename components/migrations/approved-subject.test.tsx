import { NextIntlClientProvider } from "next-intl";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { subjectChanges, subjectOf } from "@/lib/approval.ts";
import { policySchema } from "@/lib/contracts/plan.ts";
import type { Locale } from "@/lib/locale.ts";
import { MESSAGES } from "@/messages/catalogue.ts";
import { ApprovedSubject } from "./approved-subject.tsx";

const approved = subjectOf(policySchema.parse({}), []);
const now = subjectOf(policySchema.parse({ rollout: { pauseS: 60, canary: { nodes: 2 } } }), []);

/** What is read of what has changed, without its markup. */
function read(locale: Locale): string {
	const card = (
		<NextIntlClientProvider locale={locale} messages={MESSAGES[locale]} timeZone="UTC">
			<ApprovedSubject last={null} valid={false} changes={subjectChanges(approved, now)} digest="" nodes={0} />
		</NextIntlClientProvider>
	);
	return renderToStaticMarkup(card).replaceAll(/<[^>]*>/g, "");
}

it("calls a field of the policy that is another since as its form does", () => {
	expect(read("en")).toContain("Policy: Pause between batches and between control plane nodes, seconds: 0 → 60");
	expect(read("en")).toContain("Policy: Canaries · How many: – → 2");
	expect(read("zh-CN")).toContain("策略：批次之间及控制平面节点之间的暂停（秒）: 0 → 60");
	expect(read("zh-CN")).toContain("策略：金丝雀节点 · 数量: – → 2");
});
