// A format of Intl takes a thousand times as long to make as to use, and a table of ages uses one in each of its rows each second.
const made = new Map<string, unknown>();

function once<T>(kind: string, locale: string, options: object, make: () => T): T {
	const key = `${kind} ${locale} ${JSON.stringify(options)}`;
	let format = made.get(key) as T | undefined;
	if (format === undefined) {
		format = make();
		made.set(key, format);
	}
	return format;
}

/** As `new Intl.DateTimeFormat`, made once for the same options. */
export function dateTimeFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
	return once("date", locale, options, () => new Intl.DateTimeFormat(locale, options));
}

/** As `new Intl.NumberFormat`, made once for the same options. */
export function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
	return once("number", locale, options, () => new Intl.NumberFormat(locale, options));
}

/** As `new Intl.RelativeTimeFormat`, made once for the same options. */
export function relativeTimeFormat(locale: string, options: Intl.RelativeTimeFormatOptions): Intl.RelativeTimeFormat {
	return once("relative", locale, options, () => new Intl.RelativeTimeFormat(locale, options));
}
