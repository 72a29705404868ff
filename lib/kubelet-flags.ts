import { textOfBase64 } from "./base64.ts";
import type { Facts } from "./contracts/facts.ts";

type KubeletFlag = NonNullable<Facts["kubelet"]["flags"]>[number];

/** The running kubelet's flags in their order, each with the last of its places that names it, which is the one that counts. */
export function kubeletFlags({ argv, flagPlaces }: Pick<Facts["kubelet"], "argv" | "flagPlaces">): KubeletFlag[] {
	// A line that is commented out says nothing.
	const places = flagPlaces.map(({ file }) => ({
		path: file.path,
		text: (textOfBase64(file.contentBase64 ?? "") ?? "").replaceAll(/^[ \t]*[#;].*$/gm, ""),
	}));
	const flags: KubeletFlag[] = [];
	const words = argv.slice(1);
	for (let at = 0; at < words.length; at++) {
		const begun = at;
		const word = words[at] ?? "";
		if (!word.startsWith("-")) continue;
		const equals = word.indexOf("=");
		const name = equals < 0 ? word : word.slice(0, equals);
		const next = words[at + 1];
		const apart = equals < 0 && next !== undefined && !next.startsWith("-");
		if (apart) at++;
		const value = equals < 0 ? (apart ? next : null) : word.slice(equals + 1);
		flags.push({ at: begun, name, value, from: places.findLast(({ text }) => names(text, name))?.path ?? null });
	}
	return flags;
}

/** True where the flag stands there as a word, alone or before its value. */
function names(text: string, flag: string): boolean {
	for (let at = text.indexOf(flag); at >= 0; at = text.indexOf(flag, at + 1)) {
		const [before, after] = [text[at - 1] ?? " ", text[at + flag.length] ?? " "];
		if (/[\s"'=]/.test(before) && /[\s"'=\\]/.test(after)) return true;
	}
	return false;
}
