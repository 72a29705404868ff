import type { IntendedChange } from "../containerd/types.ts";
import { applySplices, type Splice } from "../splice.ts";
import { splitWords } from "./mapped.ts";
import { parseUnitFile } from "./unit-file.ts";

/** What makes a unit wait for another, or not start without it (systemd.unit). */
const DEPENDENCIES: ReadonlySet<string> = new Set(["After", "Wants", "Requires", "BindsTo", "Requisite", "PartOf", "Upholds"]);

/**
 * Takes units out of the dependencies that a unit file or a drop-in names; every other byte stays, an emptied list included: systemd
 * takes it for none. `removed` names each unit once. Throws `kubelet.flags.quoting` where a quote does not end.
 */
export function withoutDependencies(
	text: string,
	units: ReadonlySet<string>,
): { readonly text: string; readonly removed: readonly string[]; readonly intended: readonly IntendedChange[] } {
	const removed = new Set<string>();
	const intended: IntendedChange[] = [];
	const splices = parseUnitFile(text).flatMap(({ section, key, value }): Splice[] => {
		if (section !== "Unit" || !DEPENDENCIES.has(key)) return [];
		const words = splitWords(value);
		const gone = words.filter((word) => units.has(word.value.text));
		if (gone.length === 0) return [];
		const kept = words.filter((word) => !gone.includes(word)).map((word) => word.value.text);
		intended.push({ key, from: words.map((word) => word.value.text).join(" "), to: kept.join(" ") });
		return gone.map((word) => {
			removed.add(word.value.text);
			const at = words.indexOf(word);
			const next = words[at + 1]?.start;
			const previous = words[at - 1]?.end;
			// One gap goes with the word, unless a line ends in it.
			if (next !== undefined && !text.slice(word.end, next).includes("\n")) return { start: word.start, end: next, insert: "" };
			if (previous !== undefined && !units.has(words[at - 1]?.value.text ?? "") && !text.slice(previous, word.start).includes("\n"))
				return { start: previous, end: word.end, insert: "" };
			return { start: word.start, end: word.end, insert: "" };
		});
	});
	return { text: applySplices(text, splices), removed: [...removed], intended };
}
