import type { FlagPlace } from "../../../lib/contracts/facts.ts";
import type { IntendedChange } from "../containerd/types.ts";
import { RuntimeError } from "../errors.ts";
import { applySplices } from "../splice.ts";
import { type Flag, parseFlags } from "./argv.ts";
import { editHolder, wordTexts } from "./edit-holder.ts";
import { type FlagRules, flagRules } from "./flag-rules.ts";
import { effectiveHolders, type Holder, holdersOf, type ReadPlace, readPlaces } from "./holders.ts";

export const CONTAINERD_ENDPOINT = "unix:///run/containerd/containerd.sock";

export type KubeletFlagEdit = {
	/** The place's path, not resolved. */
	readonly path: string;
	readonly text: string;
	/** False where the file is created. */
	readonly existed: boolean;
	readonly intended: readonly IntendedChange[];
};

export type KubeletFlagPlan = {
	/** One entry a changed file. */
	readonly edits: readonly KubeletFlagEdit[];
	/** Whole words that the live command line must hold: `--container-runtime-endpoint=unix:///run/containerd/containerd.sock`. */
	readonly mustHave: readonly string[];
	/** Flag names that it must not hold, neither as a word (`--network-plugin`) nor as the begin of one (`--network-plugin=`). */
	readonly mustNotHave: readonly string[];
};

/**
 * Puts the flags of the target runtime into the one place that wins and takes them, and the source runtime's, out of all others. Other bytes
 * stay as they are. The unit and its drop-ins, where they are among `places`, tell which file is read and which variable comes last; else the
 * order of the places does. Throws `env.syntax`, `file.encoding`, `version.unreadable`, `kubelet.flags.no-place` (nowhere to write),
 * `kubelet.flags.quoting` (quotes that do not end, or that an edit would have to break), `kubelet.flags.unintended`.
 */
export function planKubeletFlags(input: {
	readonly places: readonly FlagPlace[];
	readonly kubeletVersion: string;
	readonly target: "containerd";
	/** Default CONTAINERD_ENDPOINT. */
	readonly endpoint?: string;
	/** A cgroup driver that the flags are to name; without one they stay as they are about it. */
	readonly cgroupDriver?: string | undefined;
}): KubeletFlagPlan {
	const endpoint = input.endpoint ?? CONTAINERD_ENDPOINT;
	if (!/^[A-Za-z0-9:/._-]+$/.test(endpoint)) throw new RuntimeError("kubelet.flags.quoting", { text: endpoint });
	const rules = flagRules(input.kubeletVersion, endpoint, input.cgroupDriver);
	const places = readPlaces(input.places);
	const holders = places.flatMap(({ place, text }, index) => (text === null ? [] : holdersOf(place, index, text)));
	const home = chooseHome(places, holders);
	const edits = places.flatMap(({ place, text }, index): KubeletFlagEdit[] => {
		if (text === null) return [];
		const own = holders.filter((holder) => holder.place === index);
		return editPlace(place, index, text, own, home, rules);
	});
	if (home === null) edits.push(addToFile(places, rules));
	return {
		edits,
		mustHave: [...rules.wanted].map(([name, value]) => `--${name}=${value}`),
		mustNotHave: [...rules.gone].map((name) => `--${name}`),
	};
}

function flagsOf(holder: Holder): Flag[] {
	return parseFlags(wordTexts(holder.words));
}

/** The holder that gets the wanted flags: where the last of them stands that counts, else where kubeadm or the installer keeps its own. */
function chooseHome(places: readonly ReadPlace[], holders: readonly Holder[]): Holder | null {
	const effective = effectiveHolders(places, holders);
	const order = effective ?? holders;
	// ExecStart's own words come first in the list, though a variable may stand before them: only what it says by name matters here.
	for (const name of ["container-runtime-endpoint", "container-runtime"]) {
		const holding = order.findLast((holder) => flagsOf(holder).some((flag) => flag.name === name));
		if (holding) return holding;
	}
	const kindOf = (holder: Holder) => places[holder.place]?.place.kind;
	const isUsual = (holder: Holder) => flagsOf(holder).length > 0 || (holder.empty && /^KUBELET_\w*ARGS$/.test(holder.variable));
	const variables = order.filter((holder) => holder.how !== "exec-start" && isUsual(holder));
	for (const kind of ["kubeadm-flags", "kubespray-env", "environment-file", "default", "sysconfig", "drop-in", "unit"]) {
		const [best] = variables.filter((holder) => kindOf(holder) === kind).sort((a, b) => flagsOf(b).length - flagsOf(a).length);
		if (best) return best;
	}
	return order.findLast((holder) => holder.how === "exec-start" && flagsOf(holder).length > 0) ?? null;
}

function editPlace(
	place: FlagPlace,
	index: number,
	text: string,
	holders: readonly Holder[],
	home: Holder | null,
	rules: FlagRules,
): KubeletFlagEdit[] {
	const results = holders.map((holder) => editHolder(holder, holder === home ? "home" : "elsewhere", rules));
	const after = applySplices(
		text,
		results.flatMap((result) => result.splices),
	);
	if (after === text) return [];
	const reread = holdersOf(place, index, after);
	const meant = results.map((result) => result.words);
	const found = reread.map((holder) => wordTexts(holder.words));
	const names = (list: readonly Holder[]) => list.map((holder) => holder.variable);
	if (JSON.stringify([meant, names(holders)]) !== JSON.stringify([found, names(reread)])) {
		throw new RuntimeError("kubelet.flags.unintended", { path: place.file.path });
	}
	return [{ path: place.file.path, text: after, existed: true, intended: results.flatMap((result) => result.intended) }];
}

/** No variable holds flags yet: a line for the file that a kubeadm unit reads, at its end, or the file itself. */
function addToFile(places: readonly ReadPlace[], rules: FlagRules): KubeletFlagEdit {
	const variables = { "kubeadm-flags": "KUBELET_KUBEADM_ARGS", default: "KUBELET_EXTRA_ARGS", sysconfig: "KUBELET_EXTRA_ARGS" } as const;
	for (const kind of ["kubeadm-flags", "default", "sysconfig"] as const) {
		const found = places.find(({ place, text }) => place.kind === kind && (text !== null || place.file.state === "absent"));
		if (!found) continue;
		const flags = [...rules.wanted].map(([name, value]) => `--${name}=${value}`);
		const before = found.text ?? "";
		const eol = before.includes("\r\n") ? "\r\n" : "\n";
		const gap = before === "" || before.endsWith("\n") ? "" : eol;
		return {
			path: found.place.file.path,
			text: `${before}${gap}${variables[kind]}="${flags.join(" ")}"${eol}`,
			existed: found.text !== null,
			intended: [...rules.wanted].map(([name, to]) => ({ key: `--${name}`, from: null, to })),
		};
	}
	throw new RuntimeError("kubelet.flags.no-place", { places: places.map(({ place }) => place.file.path).join(" ") });
}
