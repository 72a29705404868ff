import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import { NextIntlClientProvider } from "next-intl";
import { getLocale, getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { Providers } from "@/components/shell/providers.tsx";
import { chooseTime, TIME_COOKIE } from "@/lib/time-choice.ts";
import "./globals.css";

export async function generateMetadata(): Promise<Metadata> {
	const t = await getTranslations("shell");
	return { title: { default: "Gantry", template: "%s · Gantry" }, description: t("description") };
}

export const viewport: Viewport = { width: "device-width", initialScale: 1 };

export default async function RootLayout({ children }: { children: ReactNode }) {
	const locale = await getLocale();
	const time = chooseTime((await cookies()).get(TIME_COOKIE)?.value);
	return (
		// next-themes sets the class before the first paint; only this element may differ from what the server sent.
		<html lang={locale} suppressHydrationWarning>
			<body>
				<NextIntlClientProvider>
					<Providers time={time}>{children}</Providers>
				</NextIntlClientProvider>
			</body>
		</html>
	);
}
