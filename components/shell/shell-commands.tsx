"use client";

import { useRouter, useSearchParams } from "next/navigation";
import { useTheme } from "next-themes";
import { useTimeChoice } from "@/components/ui/time-zone.tsx";
import type { CommandId } from "@/lib/commands.ts";
import { useCommand } from "./commands.tsx";
import { DESTINATIONS } from "./navigation.ts";
import { useLanguage, useTimeSetting } from "./use-preferences.ts";
import { useSignOut } from "./use-sign-out.ts";

/** What can be done on every page. Draws nothing. */
export function ShellCommands({ onPalette, onHelp }: { onPalette: () => void; onHelp: () => void }) {
	const router = useRouter();
	const cluster = useSearchParams().get("cluster");
	const { theme, setTheme } = useTheme();
	const { locale, setLocale } = useLanguage();
	const { setTime } = useTimeSetting();
	const time = useTimeChoice();
	const signOut = useSignOut();
	const query = cluster ? `?cluster=${encodeURIComponent(cluster)}` : "";
	useCommand("palette.open", onPalette);
	useCommand("help.open", onHelp);
	useCommand("search.focus", focusSearch);
	useCommand("migration.new", () => router.push(`/migrations/new${query}`));
	useCommand("theme.light", theme === "light" ? null : () => setTheme("light"));
	useCommand("theme.dark", theme === "dark" ? null : () => setTheme("dark"));
	useCommand("theme.system", theme === "system" ? null : () => setTheme("system"));
	useCommand("language.en", locale === "en" ? null : () => setLocale("en"));
	useCommand("language.zh-CN", locale === "zh-CN" ? null : () => setLocale("zh-CN"));
	useCommand("time.utc", time === "utc" ? null : () => setTime("utc"));
	useCommand("time.local", time === "local" ? null : () => setTime("local"));
	useCommand("session.sign-out", () => void signOut());
	return DESTINATIONS.map(({ href, label, scoped }) => (
		<Offer key={href} id={`go.${label}`} run={() => router.push(scoped ? `${href}${query}` : href)} />
	));
}

function Offer({ id, run }: { id: CommandId; run: () => void }) {
	useCommand(id, run);
	return null;
}

/** The page's first search box that is seen. */
function focusSearch(): void {
	const boxes = [...document.querySelectorAll<HTMLInputElement>("main input[type=search]")];
	const box = boxes.find((one) => one.checkVisibility());
	box?.focus();
	box?.select();
}
