const YEAR_S = 31_536_000;

/** Remembers a choice for a year, for the server to read with each page. */
export function setCookie(name: string, value: string): void {
	// The Cookie Store API needs HTTPS; consoles in closed networks often have none.
	const attributes = `path=/; max-age=${YEAR_S}; samesite=lax`;
	Reflect.set(document, "cookie", `${name}=${encodeURIComponent(value)}; ${attributes}`);
}
