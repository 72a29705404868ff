"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { toast } from "@/components/ui/toast.ts";
import { endOtherSessions } from "@/lib/session-client.ts";
import { type AccountFailure, AccountFailureNote, PasswordForm } from "./password-form.tsx";

/** One's own password, and an end to one's sessions elsewhere. Both are recorded. */
export function AccountSecurity() {
	const t = useTranslations("settings");
	const [ending, setEnding] = useState(false);
	const [failure, setFailure] = useState<AccountFailure | null>(null);

	async function endOthers() {
		setEnding(true);
		setFailure(null);
		const result = await endOtherSessions();
		setEnding(false);
		if (result.kind === "ok") toast.success(t("othersEnded"));
		else setFailure(result);
	}

	return (
		<Card title={t("security")} description={t("securityText")}>
			<div className="flex max-w-md flex-col gap-3">
				<PasswordForm onChanged={() => toast.success(t("passwordChanged"))}>
					<Button busy={ending} onClick={() => void endOthers()}>
						{t("endOthers")}
					</Button>
				</PasswordForm>
				<AccountFailureNote failure={failure} />
			</div>
		</Card>
	);
}
