import { cookies, headers } from "next/headers";
import { getRequestConfig } from "next-intl/server";
import { chooseLocale, LOCALE_COOKIE } from "@/lib/locale.ts";
import { MESSAGES } from "../messages/catalogue.ts";

/** The language of a request: the cookie that the switch sets, else what the browser prefers. No language in any address. */
export default getRequestConfig(async () => {
	const locale = chooseLocale((await cookies()).get(LOCALE_COOKIE)?.value, (await headers()).get("accept-language"));
	return { locale, messages: MESSAGES[locale], timeZone: "UTC" };
});
