"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { Button } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { changePassword, endOtherSessions, type PasswordChange } from "@/lib/session-client.ts";

type Failure = Exclude<PasswordChange, { kind: "ok" }>;

/** One's own password, and an end to one's sessions elsewhere. Both are recorded. */
export function AccountSecurity() {
	const t = useTranslations("settings");
	const [busy, setBusy] = useState<"password" | "others" | null>(null);
	const [differs, setDiffers] = useState(false);
	const [others, setOthers] = useState(true);
	const [failure, setFailure] = useState<Failure | null>(null);

	async function run(what: "password" | "others", work: () => Promise<PasswordChange>, done: string): Promise<boolean> {
		setBusy(what);
		setFailure(null);
		const result = await work();
		setBusy(null);
		if (result.kind === "ok") toast.success(done);
		else setFailure(result);
		return result.kind === "ok";
	}

	async function submit(event: FormEvent<HTMLFormElement>) {
		event.preventDefault();
		const form = event.currentTarget;
		const data = new FormData(form);
		const [current, next, again] = ["current", "next", "again"].map((name) => String(data.get(name) ?? ""));
		setDiffers(next !== again);
		if (next !== again) return;
		if (await run("password", () => changePassword(current ?? "", next ?? "", others), t("passwordChanged"))) form.reset();
	}

	return (
		<Card title={t("security")} description={t("securityText")}>
			<form onSubmit={submit} className="flex max-w-md flex-col gap-3" aria-label={t("changePassword")}>
				<Field label={t("currentPassword")} required>
					<Input name="current" type="password" autoComplete="current-password" required />
				</Field>
				<Field label={t("newPassword")} hint={t("newPasswordHint")} required>
					<Input name="next" type="password" autoComplete="new-password" minLength={10} maxLength={128} required />
				</Field>
				<Field label={t("newPasswordAgain")} error={differs ? t("passwordsDiffer") : undefined} required>
					<Input name="again" type="password" autoComplete="new-password" required />
				</Field>
				<Checkbox checked={others} onCheckedChange={setOthers} label={t("endOthersToo")} hint={t("endOthersHint")} />
				{failure ? (
					<p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-danger text-sm">
						{failure.kind === "failed" ? t("accountFailed", { status: failure.status }) : t(`accountProblem.${failure.kind}`)}
					</p>
				) : null}
				<div className="flex flex-wrap gap-2">
					<Button type="submit" variant="primary" busy={busy === "password"}>
						{t("changePassword")}
					</Button>
					<Button busy={busy === "others"} onClick={() => void run("others", endOtherSessions, t("othersEnded"))}>
						{t("endOthers")}
					</Button>
				</div>
			</form>
		</Card>
	);
}
