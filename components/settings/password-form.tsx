"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, type ReactNode, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { useInBrowser } from "@/components/ui/time-zone.tsx";
import { changePassword, type PasswordChange } from "@/lib/session-client.ts";

export type AccountFailure = Exclude<PasswordChange, { kind: "ok" }>;

interface PasswordFormProps {
	onChanged: () => void;
	/** False where nobody can be signed in elsewhere yet. */
	asksForOthers?: boolean;
	/** Further buttons, after the form's own. */
	children?: ReactNode;
}

/** One's own password: the current one, the new one twice. */
export function PasswordForm({ onChanged, asksForOthers = true, children }: PasswordFormProps) {
	const t = useTranslations("settings");
	const awake = useInBrowser();
	const [busy, setBusy] = useState(false);
	const [differs, setDiffers] = useState(false);
	const [others, setOthers] = useState(true);
	const [failure, setFailure] = useState<AccountFailure | null>(null);

	async function submit(event: FormEvent<HTMLFormElement>) {
		event.preventDefault();
		const form = event.currentTarget;
		const data = new FormData(form);
		const [current, next, again] = ["current", "next", "again"].map((name) => String(data.get(name) ?? ""));
		setDiffers(next !== again);
		if (next !== again) return;
		setBusy(true);
		setFailure(null);
		const result = await changePassword(current ?? "", next ?? "", others);
		setBusy(false);
		if (result.kind !== "ok") return setFailure(result);
		form.reset();
		onChanged();
	}

	return (
		// Never by the browser itself, which would put the passwords in the address.
		<form method="post" onSubmit={submit} className="flex max-w-md flex-col gap-3" aria-label={t("changePassword")}>
			<Field label={t("currentPassword")} required>
				<Input name="current" type="password" autoComplete="current-password" required />
			</Field>
			<Field label={t("newPassword")} hint={t("newPasswordHint")} required>
				<Input name="next" type="password" autoComplete="new-password" minLength={10} maxLength={128} required />
			</Field>
			<Field label={t("newPasswordAgain")} error={differs ? t("passwordsDiffer") : undefined} required>
				<Input name="again" type="password" autoComplete="new-password" required />
			</Field>
			{asksForOthers ? <Checkbox checked={others} onCheckedChange={setOthers} label={t("endOthersToo")} hint={t("endOthersHint")} /> : null}
			<AccountFailureNote failure={failure} />
			<div className="flex flex-wrap gap-2">
				<Button type="submit" variant="primary" busy={busy} disabled={!awake}>
					{t("changePassword")}
				</Button>
				{children}
			</div>
		</form>
	);
}

/** Why something about one's own account did not happen. */
export function AccountFailureNote({ failure }: { failure: AccountFailure | null }) {
	const t = useTranslations("settings");
	if (failure === null) return null;
	return (
		<p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-danger text-sm">
			{failure.kind === "failed" ? t("accountFailed", { status: failure.status }) : t(`accountProblem.${failure.kind}`)}
		</p>
	);
}
