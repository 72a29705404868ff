"use client";

import { useRouter } from "next/navigation";
import { useLocale } from "next-intl";
import { useTimeChoice } from "@/components/ui/time-zone.tsx";
import { setCookie } from "@/lib/browser-cookie.ts";
import { LOCALE_COOKIE, LOCALES } from "@/lib/locale.ts";
import { TIME_COOKIE, type TimeChoice } from "@/lib/time-choice.ts";

const NAMES = { en: "English", "zh-CN": "简体中文" } as const;
/** Each by its own name: whoever needs it reads no other. */
export const LANGUAGES = LOCALES.map((locale) => ({ locale, name: NAMES[locale] }));

/** `label`: key in the area "shell". */
export const THEMES = [
	{ theme: "light", label: "themeLight" },
	{ theme: "dark", label: "themeDark" },
	{ theme: "system", label: "themeSystem" },
] as const;

/** The page is asked for again in the other language; what was typed into it stays. */
export function useLanguage(): { locale: string; setLocale: (locale: string) => void } {
	const router = useRouter();
	const locale = useLocale();
	return {
		locale,
		setLocale: (chosen) => {
			setCookie(LOCALE_COOKIE, chosen);
			router.refresh();
		},
	};
}

/** In which zone moments are told, remembered as the language is. */
export function useTimeSetting(): { time: TimeChoice; setTime: (time: TimeChoice) => void } {
	const router = useRouter();
	const time = useTimeChoice();
	return {
		time,
		setTime: (chosen) => {
			setCookie(TIME_COOKIE, chosen);
			router.refresh();
		},
	};
}
