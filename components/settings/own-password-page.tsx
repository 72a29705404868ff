"use client";

import { useTranslations } from "next-intl";
import { Brand } from "@/components/shell/brand.tsx";
import { LanguageSwitch, ThemeSwitch } from "@/components/shell/preferences.tsx";
import { useSignOut } from "@/components/shell/use-sign-out.ts";
import { Button } from "@/components/ui/button.tsx";
import { PasswordForm } from "./password-form.tsx";

/** In place of every page, until whoever came in with a password that was handed to them has one of their own. */
export function OwnPasswordPage({ email }: { email: string }) {
	const t = useTranslations("settings");
	const shell = useTranslations("shell");
	const signOut = useSignOut();
	return (
		<main className="mx-auto flex min-h-dvh max-w-md flex-col justify-center gap-6 px-4 py-10">
			<p className="text-xl">
				<Brand />
			</p>
			<div className="flex flex-col gap-4 rounded-lg border bg-card p-5">
				<div>
					<h1 className="font-semibold text-base">{t("ownPassword")}</h1>
					<p className="mt-1 text-muted-foreground text-sm">{t("ownPasswordText", { email })}</p>
				</div>
				{/* A full load: the page behind is the server's to give now. */}
				<PasswordForm asksForOthers={false} onChanged={() => window.location.reload()}>
					<Button onClick={() => void signOut()}>{shell("signOut")}</Button>
				</PasswordForm>
			</div>
			<div className="flex gap-1">
				<LanguageSwitch />
				<ThemeSwitch />
			</div>
		</main>
	);
}
