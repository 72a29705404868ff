"use client";

import { useTranslations } from "next-intl";
import { useTheme } from "next-themes";
import { useSingleKeys } from "@/components/shell/commands.tsx";
import { LANGUAGES, THEMES, useLanguage, useTimeSetting } from "@/components/shell/use-preferences.ts";
import { Card } from "@/components/ui/card.tsx";
import { useNow } from "@/components/ui/clock.tsx";
import { RadioGroup } from "@/components/ui/radio.tsx";
import { Switch } from "@/components/ui/switch.tsx";
import { useInBrowser } from "@/components/ui/time-zone.tsx";
import { formatExact } from "@/lib/format.ts";
import { localZone, TIME_CHOICES, zoneOf } from "@/lib/time-choice.ts";
import { NotificationSwitch } from "./notification-switch.tsx";

/** How this browser shows the console: nothing here changes it for anybody else. */
export function AppearanceCard() {
	const t = useTranslations("settings");
	const shell = useTranslations("shell");
	const { theme = "system", setTheme } = useTheme();
	const { locale, setLocale } = useLanguage();
	const { time, setTime } = useTimeSetting();
	const [singleKeys, setSingleKeys] = useSingleKeys();
	const inBrowser = useInBrowser();
	const now = useNow();
	return (
		<Card title={t("appearance")} description={t("appearanceText")}>
			<div className="flex flex-col gap-5">
				<RadioGroup
					legend={shell("theme")}
					inline
					// Only the browser knows what was chosen.
					value={inBrowser ? theme : "system"}
					onValueChange={setTheme}
					options={THEMES.map(({ theme: value, label }) => ({ value: value as string, label: shell(label) }))}
				/>
				<RadioGroup
					legend={shell("language")}
					inline
					value={locale}
					onValueChange={setLocale}
					options={LANGUAGES.map(({ locale: value, name }) => ({ value: value as string, label: <span lang={value}>{name}</span> }))}
				/>
				<RadioGroup
					legend={t("time")}
					inline
					value={time}
					onValueChange={setTime}
					options={TIME_CHOICES.map((value) => ({
						value,
						label: value === "utc" ? t("timeUtc") : t("timeLocal", { zone: inBrowser ? localZone() : "…" }),
						hint: now === 0 ? "…" : formatExact(now, locale, zoneOf(value)),
					}))}
				/>
				<Switch checked={singleKeys} onCheckedChange={setSingleKeys} label={shell("singleKeys")} hint={shell("singleKeysHint")} />
				<NotificationSwitch />
			</div>
		</Card>
	);
}
