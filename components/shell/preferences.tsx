"use client";

import { Languages, Monitor, Moon, Sun } from "lucide-react";
import { useTranslations } from "next-intl";
import { useTheme } from "next-themes";
import { useEffect, useState } from "react";
import { buttonClass } from "@/components/ui/button.tsx";
import { Menu, MenuRadioGroup, MenuRadioItem } from "@/components/ui/menu.tsx";
import { LANGUAGES, THEMES, useLanguage } from "./use-preferences.ts";

/** The page is asked for again in the other language; what was typed into it stays. */
export function LanguageSwitch() {
	const t = useTranslations("shell");
	const { locale, setLocale } = useLanguage();
	return (
		<Menu
			trigger={
				<button type="button" className={buttonClass({ variant: "ghost", size: "icon" })} aria-label={t("language")} title={t("language")}>
					<Languages aria-hidden="true" />
				</button>
			}
		>
			<MenuRadioGroup label={t("language")} value={locale} onValueChange={setLocale}>
				{LANGUAGES.map(({ locale: value, name }) => (
					<MenuRadioItem key={value} value={value}>
						<span lang={value}>{name}</span>
					</MenuRadioItem>
				))}
			</MenuRadioGroup>
		</Menu>
	);
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
				{THEMES.map(({ theme: value, label }) => (
					<MenuRadioItem key={value} value={value}>
						{t(label)}
					</MenuRadioItem>
				))}
			</MenuRadioGroup>
		</Menu>
	);
}
