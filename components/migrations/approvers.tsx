"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { approversOf } from "@/lib/approval.ts";
import type { MigrationDetail } from "@/lib/contracts/migration.ts";

/** Who approved it, also once it is over; nothing where nobody did. */
export function Approvers({
	detail: { migration, runs, approvals },
}: {
	detail: Pick<MigrationDetail, "migration" | "runs" | "approvals">;
}) {
	const t = useTranslations("migration");
	const names = useMemo(() => approversOf({ migration, runs, approvals }), [migration, runs, approvals]);
	return names.length > 0 ? <span>{t("approvers", { names: names.join(", ") })}</span> : null;
}
