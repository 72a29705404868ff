import { NextIntlClientProvider } from "next-intl";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { approvalDigest, subjectOf } from "@/lib/approval.ts";
import type { ApprovalView } from "@/lib/contracts/approval.ts";
import { policySchema } from "@/lib/contracts/plan.ts";
import type { Locale } from "@/lib/locale.ts";
import { migrationView } from "@/lib/testing/migration-view.ts";
import { runView } from "@/lib/testing/run-view.ts";
import { MESSAGES } from "@/messages/catalogue.ts";
import { Approvers } from "./approvers.tsx";

const [at, endedAt] = ["2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z"];
const runs = [runView({})];
const given = policySchema.parse({});
const approved = approvalDigest(subjectOf(given, runs));
const approval = (id: number, by: string, digest = approved): ApprovalView => ({
	id,
	digest,
	subject: null,
	reason: "",
	ticket: "",
	by,
	at,
});

/** What is read of it. The newest approval is the first. */
function read(approvals: ApprovalView[], over: { policy?: typeof given; endedAt?: string }, locale: Locale = "en"): string {
	const migration = migrationView({ policy: given, endedAt: null, ...over });
	const page = (
		<NextIntlClientProvider locale={locale} messages={MESSAGES[locale]} timeZone="UTC">
			<Approvers detail={{ migration, runs, approvals }} />
		</NextIntlClientProvider>
	);
	return renderToStaticMarkup(page).replaceAll(/<[^>]*>/g, "");
}

it("names who approved it, each once, and goes on when it is over", () => {
	const approvals = [approval(3, "bo"), approval(2, "wang"), approval(1, "bo")];
	expect(read(approvals, {})).toBe("approved by bo, wang");
	expect(read(approvals.slice(1, 2), { endedAt })).toBe("approved by wang");
	expect(read(approvals.slice(1, 2), { endedAt }, "zh-CN")).toBe("审批人 wang");
	expect(read([], { endedAt })).toBe("");
});

it("names nobody while what would run is something else, and who it was once that is over", () => {
	const policy = policySchema.parse({ rollout: { pauseS: 60 } });
	expect(read([approval(1, "wang")], { policy })).toBe("");
	expect(read([approval(1, "wang")], { policy, endedAt })).toBe("approved by wang");
});
