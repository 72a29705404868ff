"use client";

import { Eye, EyeOff } from "lucide-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { useInBrowser } from "@/components/ui/time-zone.tsx";
import { type SignIn, signIn } from "@/lib/session-client.ts";
import { Brand } from "./brand.tsx";
import { LanguageSwitch, ThemeSwitch } from "./preferences.tsx";

const SENTENCES = { wrong: "wrong", "too-many": "tooMany", origin: "origin", offline: "offline" } as const;

/** `next` is where to go afterwards: an address within the console. */
export function LoginForm({ next }: { next: string }) {
	const t = useTranslations("auth");
	const [shown, setShown] = useState(false);
	const awake = useInBrowser();
	const [busy, setBusy] = useState(false);
	const [failure, setFailure] = useState<Exclude<SignIn, { kind: "ok" }> | null>(null);

	async function submit(event: FormEvent<HTMLFormElement>) {
		event.preventDefault();
		const data = new FormData(event.currentTarget);
		setBusy(true);
		setFailure(null);
		const result = await signIn(String(data.get("email") ?? "").trim(), String(data.get("password") ?? ""));
		// A full load: the pages behind are the server's to give now.
		if (result.kind === "ok") return window.location.assign(next);
		setBusy(false);
		setFailure(result);
	}

	return (
		<main className="mx-auto flex min-h-dvh max-w-sm flex-col justify-center gap-6 px-4 py-10">
			<div>
				<p className="text-xl">
					<Brand />
				</p>
				<p className="mt-2 text-muted-foreground text-sm">{t("intro")}</p>
			</div>
			{/* Never by the browser itself, which would put the password in the address. */}
			<form method="post" onSubmit={submit} className="flex flex-col gap-4 rounded-lg border bg-card p-5">
				<h1 className="font-semibold text-base">{t("title")}</h1>
				<Field label={t("email")}>
					<Input name="email" type="email" autoComplete="username" required autoFocus />
				</Field>
				<div className="relative">
					<Field label={t("password")}>
						<Input name="password" type={shown ? "text" : "password"} autoComplete="current-password" required className="pr-10" />
					</Field>
					<Button
						variant="ghost"
						size="icon-sm"
						className="absolute right-0.5 bottom-0.5"
						aria-label={shown ? t("hide") : t("show")}
						aria-pressed={shown}
						onClick={() => setShown(!shown)}
					>
						{shown ? <EyeOff aria-hidden="true" /> : <Eye aria-hidden="true" />}
					</Button>
				</div>
				{failure ? (
					<p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-danger text-sm">
						{failure.kind === "failed" ? t("failed", { status: failure.status }) : t(SENTENCES[failure.kind])}
					</p>
				) : null}
				<Button type="submit" variant="primary" busy={busy} disabled={!awake}>
					{t("submit")}
				</Button>
				<p className="text-muted-foreground text-xs">{t("first")}</p>
			</form>
			<div className="flex gap-1">
				<LanguageSwitch />
				<ThemeSwitch />
			</div>
		</main>
	);
}
