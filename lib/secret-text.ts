/** What stands in the place of a secret. ASCII, so that it fits into any bytes. */
export const HIDDEN = "***hidden***";

const QUOTED = String.raw`"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'[^'\n]*'`;
/** Keys whose value is a secret, in TOML, JSON and quoted YAML: a registry's `auth`, `password`, `identitytoken` and their like. */
const KEYED = new RegExp(
	String.raw`((?:^|[^\w-])["']?(?:[\w-]*(?:password|passwd|secret|token)|auth)["']?[ \t]*[=:][ \t]*)(${QUOTED})`,
	"gi",
);
const HEADER = new RegExp(String.raw`(authorization["']?[ \t]*[=:][ \t]*\[?[ \t]*)(${QUOTED})`, "gi");
/** The password in an address such as a proxy's: everything up to the last `@` before the host. */
const ADDRESS = /([a-z][a-z0-9+.-]*:\/\/[^\s/:@"']*:)[^\s/"']+@/gi;
/** A flag on a command line. */
const FLAG = /(--[\w-]*(?:password|token)=)[^\s"']+/gi;

/**
 * The text without the secrets that registries and proxies are configured with, for showing it: the rest stays as it is. By their
 * keys and their place, so a secret under another name is not known to be one.
 */
export function withoutSecrets(text: string): string {
	const hide = (whole: string, before: string, value: string) => {
		const quote = /^("""|'''|"|')/.exec(value)?.[0] ?? "";
		return value.length === 2 * quote.length ? whole : `${before}${quote}${HIDDEN}${quote}`;
	};
	return text.replaceAll(KEYED, hide).replaceAll(HEADER, hide).replaceAll(ADDRESS, `$1${HIDDEN}@`).replaceAll(FLAG, `$1${HIDDEN}`);
}
