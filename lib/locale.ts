export const LOCALES = ["en", "zh-CN"] as const;
export type Locale = (typeof LOCALES)[number];

/** Read by the server with each page, written by the language switch. */
export const LOCALE_COOKIE = "gantry-locale";

/** The stored choice where it is one of ours, else the first language of `acceptLanguage` that we have, else English. */
export function chooseLocale(stored: string | undefined, acceptLanguage: string | null): Locale {
	const known = LOCALES.find((locale) => locale === stored);
	if (known) return known;
	const wanted = (acceptLanguage ?? "")
		.split(",")
		.map((part) => {
			const [tag = "", ...parameters] = part.trim().split(";");
			const quality = parameters.map((one) => /^\s*q=([\d.]+)\s*$/.exec(one)?.[1]).find((one) => one !== undefined);
			return { tag: tag.toLowerCase(), quality: quality === undefined ? 1 : Number(quality) };
		})
		.filter(({ tag, quality }) => tag !== "" && quality > 0)
		.sort((one, other) => other.quality - one.quality);
	for (const { tag } of wanted) {
		if (tag === "zh" || tag.startsWith("zh-")) return "zh-CN";
		if (tag === "en" || tag.startsWith("en-")) return "en";
	}
	return "en";
}
