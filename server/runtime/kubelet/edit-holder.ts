import type { IntendedChange } from "../containerd/types.ts";
import type { Splice } from "../splice.ts";
import { type Flag, parseFlags } from "./argv.ts";
import type { FlagRules } from "./flag-rules.ts";
import type { Holder } from "./holders.ts";
import type { Word } from "./mapped.ts";

export type HolderEdit = {
	readonly splices: readonly Splice[];
	/** What the holder's words shall be afterwards; the new file is read again and compared with it. */
	readonly words: readonly string[];
	readonly intended: readonly IntendedChange[];
};

export function wordTexts(words: readonly Word[]): string[] {
	return words.map((word) => word.value.text);
}

/** Takes flags out of a holder; at home the wanted ones get their value where they stand first, or are added behind the last word. */
export function editHolder(holder: Holder, role: "home" | "elsewhere", rules: FlagRules): HolderEdit {
	const texts = wordTexts(holder.words);
	const flags = parseFlags(texts).map((flag) => withValue(flag, texts, rules));
	const plan = new WordPlan(holder, texts);
	const done = new Set<string>();
	const intended: IntendedChange[] = [];
	for (const flag of flags) {
		const wanted = rules.wanted.get(flag.name);
		const key = `--${flag.name}`;
		if (wanted !== undefined && role === "home" && !done.has(flag.name)) {
			done.add(flag.name);
			if (flag.value === wanted && flag.to - flag.from === 1 && texts[flag.from] === `${key}=${wanted}`) continue;
			plan.replace(flag, `${key}=${wanted}`);
			intended.push({ key, from: flag.value ?? "", to: wanted });
		} else if (wanted !== undefined || rules.gone.has(flag.name)) {
			plan.remove(flag);
			intended.push({ key, from: flag.value ?? "", to: null });
		}
	}
	if (role === "home") {
		for (const [name, value] of rules.wanted) {
			if (done.has(name)) continue;
			plan.append(`--${name}=${value}`);
			intended.push({ key: `--${name}`, from: null, to: value });
		}
	}
	return { ...plan.finish(), intended };
}

/** Every flag of ours takes a value: written apart it is the next word, whatever that looks like (pflag takes it as well). */
function withValue(flag: Flag, texts: readonly string[], rules: FlagRules): Flag {
	const ours = (rules.wanted.has(flag.name) || rules.gone.has(flag.name)) && flag.name !== "experimental-dockershim";
	if (!ours || flag.value !== null || texts[flag.from]?.includes("=")) return flag;
	const next = texts[flag.to];
	return next === undefined || next.startsWith("--") || next.startsWith("$") ? flag : { ...flag, value: next, to: flag.to + 1 };
}

/** Collects what becomes of each word, and writes it as splices that leave the space between kept words alone. */
class WordPlan {
	private readonly fate: ("keep" | "gone" | string[])[];
	private readonly added: string[] = [];

	constructor(
		private readonly holder: Holder,
		private readonly texts: readonly string[],
	) {
		this.fate = texts.map(() => "keep");
	}

	remove(flag: Flag): void {
		for (let index = flag.from; index < flag.to; index += 1) this.fate[index] = "gone";
	}

	replace(flag: Flag, by: string): void {
		this.remove(flag);
		this.fate[flag.from] = [by];
	}

	append(word: string): void {
		this.added.push(word);
	}

	finish(): { splices: Splice[]; words: string[] } {
		const { words } = this.holder;
		const kept = this.texts.flatMap((text, index) => {
			const fate = this.fate[index];
			return fate === "keep" ? [text] : Array.isArray(fate) ? fate : [];
		});
		return { splices: this.splices(words), words: [...kept, ...this.added] };
	}

	private splices(words: readonly Word[]): Splice[] {
		const splices: Splice[] = [];
		const tail = this.added.join(" ");
		let lastKept = -1;
		for (let index = 0; index < words.length; index += 1) {
			const word = words[index];
			const fate = this.fate[index];
			if (!word || fate === undefined || fate === "gone") continue;
			// Words that go take the space behind them along, so that what follows stands where they stood.
			const first = lastKept + 1;
			if (first < index) splices.push({ start: words[first]?.start ?? 0, end: word.start, insert: "" });
			if (Array.isArray(fate)) splices.push({ start: word.start, end: word.end, insert: fate.join(" ") });
			lastKept = index;
		}
		const behind = words[words.length - 1]?.end;
		const last = words[lastKept];
		const leftover = words[lastKept + 1];
		if (behind === undefined) return tail ? [this.fill(tail)] : [];
		// A value without quotes gets them for its second word: `Environment=` ends at a space, and so does a shell's value.
		const quoted = tail !== "" && this.holder.bare;
		const close = quoted ? '"' : "";
		if (!last) splices.push({ start: leftover?.start ?? behind, end: behind, insert: tail + close });
		else if (leftover || tail) splices.push({ start: last.end, end: leftover ? behind : last.end, insert: (tail && ` ${tail}`) + close });
		return quoted ? [...splices, { start: this.holder.start, end: this.holder.start, insert: '"' }] : splices;
	}

	/** An empty value: the words go between its quotes, or get quotes. */
	private fill(tail: string): Splice {
		const { start, end, how, variable } = this.holder;
		return { start, end, insert: how === "environment" ? `"${variable}=${tail}"` : `"${tail}"` };
	}
}
