"use client";

import { useTranslations } from "next-intl";
import { Button } from "@/components/ui/button.tsx";

/** In a dialog that was opened for a plan which is another by now: leads back to what is there. */
export function PlanChanged({ onBack }: { onBack: () => void }) {
	const t = useTranslations("migration");
	return (
		<div role="alert" className="flex flex-col items-start gap-2 rounded-md border border-warning/50 bg-warning-soft px-3 py-2 text-sm">
			<p>{t("planChanged")}</p>
			<Button size="sm" onClick={onBack}>
				{t("backToReview")}
			</Button>
		</div>
	);
}
