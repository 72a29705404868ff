"use client";

import { Languages, Monitor, Moon, Sun } from "lucide-react";
import { useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import { useTheme } from "next-themes";
import { useEffect, useState } from "react";
import { buttonClass } from "@/components/ui/button.tsx";
import { Menu, MenuRadioGroup, MenuRadioItem } from "@/components/ui/menu.tsx";
import { LOCALE_COOKIE } from "@/lib/locale.ts";

const YEAR_S = 31_536_000;

/** The page is asked for again in the other language; what was typed into it stays. */
export function LanguageSwitch() {
	const t = useTranslations("shell");
	const locale = useLocale();
	const router = useRouter();
	return (
		<Menu
			trigger={
				<button type="button" className={buttonClass({ variant: "ghost", size: "icon" })} aria-label={t("language")} title={t("language")}>
					<Languages aria-hidden="true" />
				</button>
			}
		>
			<MenuRadioGroup
				label={t("language")}
				value={locale}
				onValueChange={(chosen) => {
					setCookie(LOCALE_COOKIE, chosen);
					router.refresh();
				}}
			>
				<MenuRadioItem value="en">
					<span lang="en">English</span>
				</MenuRadioItem>
				<MenuRadioItem value="zh-CN">
					<span lang="zh-CN">简体中文</span>
				</MenuRadioItem>
			</MenuRadioGroup>
		</Menu>
	);
}

function setCookie(name: string, value: string): void {
	// The Cookie Store API needs HTTPS; consoles in closed networks often have none.
	const attributes = `path=/; max-age=${YEAR_S}; samesite=lax`;
	Reflect.set(document, "cookie", `${name}=${encodeURIComponent(value)}; ${attributes}`);
}

export function ThemeSwitch() {
	const t = useTranslations("shell");
	const { theme, setTheme } = useTheme();
	const [mounted, setMounted] = useState(false);
	useEffect(() => setMounted(true), []);
	const Icon = !mounted || theme === "system" ? Monitor : theme === "dark" ? Moon : Sun;
	return (
		<Menu
			trigger={
				<button type="button" className={buttonClass({ variant: "ghost", size: "icon" })} aria-label={t("theme")} title={t("theme")}>
					<Icon aria-hidden="true" />
				</button>
			}
		>
			<MenuRadioGroup label={t("theme")} value={theme ?? "system"} onValueChange={setTheme}>
				<MenuRadioItem value="light">{t("themeLight")}</MenuRadioItem>
				<MenuRadioItem value="dark">{t("themeDark")}</MenuRadioItem>
				<MenuRadioItem value="system">{t("themeSystem")}</MenuRadioItem>
			</MenuRadioGroup>
		</Menu>
	);
}
