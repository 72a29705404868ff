import type { FlagPlace } from "../../../lib/contracts/facts.ts";
import { textOf } from "../bytes.ts";
import { parseEnvFile } from "./env-file.ts";
import { type Mapped, splitWords, type Word } from "./mapped.ts";
import { type Directive, parseUnitFile } from "./unit-file.ts";

/**
 * One piece of text that holds words of the kubelet's command line: a variable of an environment file, an item of `Environment=`, or
 * `ExecStart=` itself.
 */
export type Holder = {
	/** Index of its place. */
	readonly place: number;
	readonly how: "env-file" | "environment" | "exec-start";
	/** Name of the variable; empty for ExecStart. */
	readonly variable: string;
	readonly words: readonly Word[];
	/** The value as written in the file: what quotes would have to stand around. */
	readonly start: number;
	readonly end: number;
	/** Nothing is assigned: words can be written between its quotes. */
	readonly empty: boolean;
	/** Written without any quoting, so that a second word needs quotes around both. */
	readonly bare: boolean;
};

export type ReadPlace = { readonly place: FlagPlace; readonly text: string | null };

/** A file that two places name by a symlink is read, and so edited, once: at the first of them. Throws `file.encoding`. */
export function readPlaces(places: readonly FlagPlace[]): ReadPlace[] {
	return places.map((place, index) => {
		const again = places.slice(0, index).some((earlier) => earlier.file.realPath === place.file.realPath);
		return { place, text: again ? null : textOf(place.file) };
	});
}

/** Every holder of a file, in the order of the file. Throws `env.syntax`, `kubelet.flags.quoting`. */
export function holdersOf(place: FlagPlace, index: number, text: string): Holder[] {
	if (!isUnit(place)) {
		return parseEnvFile(text).map((item) => ({
			place: index,
			how: "env-file",
			variable: item.name,
			words: wordsOf(item.name, item.value),
			start: item.start,
			end: item.end,
			empty: item.value.text.trim() === "",
			bare: isBare(text.slice(item.start, item.end)),
		}));
	}
	return serviceDirectives(text).flatMap((directive): Holder[] => {
		if (directive.key === "Environment") return splitWords(directive.value).flatMap((item) => environmentItem(index, item, text));
		if (directive.key !== "ExecStart" || directive.value.text === "") return [];
		const words = splitWords(directive.value);
		const start = words[0]?.start ?? 0;
		return [
			{
				place: index,
				how: "exec-start",
				variable: "",
				words,
				start,
				end: words[words.length - 1]?.end ?? start,
				empty: false,
				bare: false,
			},
		];
	});
}

function environmentItem(place: number, item: Word, text: string): Holder[] {
	const equals = item.value.text.indexOf("=");
	if (equals <= 0) return [];
	const variable = item.value.text.slice(0, equals);
	const value: Mapped = {
		text: item.value.text.slice(equals + 1),
		starts: item.value.starts.slice(equals + 1),
		ends: item.value.ends.slice(equals + 1),
	};
	return [
		{
			place,
			how: "environment",
			variable,
			words: wordsOf(variable, value),
			start: item.start,
			end: item.end,
			empty: value.text.trim() === "",
			bare: isBare(text.slice(item.start, item.end)),
		},
	];
}

/** Other variables of the file (a PATH, a note with an odd quote) hold no words of ours. */
function wordsOf(variable: string, value: Mapped): Word[] {
	return value.text.includes("--") || /ARGS|OPTS/.test(variable) ? splitWords(value) : [];
}

function isBare(raw: string): boolean {
	return raw !== "" && !/["'\\$`]/.test(raw);
}

export function isUnit(place: FlagPlace): boolean {
	return place.kind === "unit" || place.kind === "drop-in";
}

function serviceDirectives(text: string): Directive[] {
	return parseUnitFile(text).filter((directive) => directive.section === "Service");
}

/**
 * The holders that the kubelet's command line is really made of, in its order; null where the places do not tell (no ExecStart of a kubelet
 * among them), and every holder has to be taken for one. Follows systemd: a drop-in's empty assignment resets, files win over
 * `Environment=`, a later assignment wins over an earlier one.
 */
export function effectiveHolders(places: readonly ReadPlace[], holders: readonly Holder[]): Holder[] | null {
	const units = places
		.map((item, index) => ({ ...item, index }))
		.filter(({ place, text }) => isUnit(place) && text !== null)
		.sort((a, b) => Number(a.place.kind === "drop-in") - Number(b.place.kind === "drop-in") || compareNames(a.place, b.place));
	const files: string[] = [];
	let exec: { index: number; ordinal: number } | null = null;
	for (const { text, index } of units) {
		let ordinal = 0;
		for (const { key, value } of serviceDirectives(text ?? "")) {
			if (key === "EnvironmentFile") {
				if (value.text === "") files.length = 0;
				else files.push(value.text.replace(/^-/, "").replace(/^(["'])(.*)\1$/, "$2"));
			} else if (key === "ExecStart" && value.text !== "") exec = { index, ordinal: ordinal++ };
			else if (key === "ExecStart") exec = null;
		}
	}
	if (!exec) return null;
	const { index, ordinal } = exec;
	const start = holders.filter((holder) => holder.place === index && holder.how === "exec-start")[ordinal];
	if (!start || !/(?:^|\/)(?:kubelet|hyperkube)$/.test(start.words[0]?.value.text.replace(/^[-@:+!]+/, "") ?? "")) return null;
	const unitOrder = units.map((unit) => unit.index);
	const found: Holder[] = [];
	for (const word of start.words) {
		const name = /^\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?$/.exec(word.value.text)?.[1];
		if (name === undefined) continue;
		const source = sourceOf(name, places, holders, files, unitOrder);
		if (source) found.push(source);
	}
	return [start, ...found];
}

function compareNames(a: FlagPlace, b: FlagPlace): number {
	const nameOf = (place: FlagPlace) => place.file.path.slice(place.file.path.lastIndexOf("/") + 1);
	return nameOf(a) < nameOf(b) ? -1 : Number(nameOf(a) > nameOf(b));
}

function sourceOf(
	name: string,
	places: readonly ReadPlace[],
	holders: readonly Holder[],
	files: readonly string[],
	unitOrder: readonly number[],
): Holder | undefined {
	const candidates = holders.filter((holder) => holder.variable === name);
	for (const path of files.toReversed()) {
		const inFile = candidates.findLast((holder) => {
			const real = places[holder.place]?.place.file.realPath;
			const named = places.some(({ place: { file } }) => file.realPath === real && (file.path === path || file.realPath === path));
			return holder.how === "env-file" && named;
		});
		if (inFile) return inFile;
	}
	for (const index of unitOrder.toReversed()) {
		const inUnit = candidates.findLast((holder) => holder.how === "environment" && holder.place === index);
		if (inUnit) return inUnit;
	}
	return undefined;
}
