import type { Facts, FileFact, FlagPlace } from "../../lib/contracts/facts.ts";
import { textOf } from "../runtime/bytes.ts";
import type { IntendedChange } from "../runtime/containerd/types.ts";
import { withoutDependencies } from "../runtime/kubelet/unit-dependencies.ts";

export const DOCKER_UNITS: ReadonlySet<string> = new Set(["docker.service", "docker.socket", "cri-docker.service", "cri-docker.socket"]);
const OWN = "/etc/systemd/system";

/** A unit file or drop-in of the kubelet as it is to be. */
export interface FreedUnit {
	/** The file that is read; absent files are described by where the new one goes. */
	fact: FileFact;
	path: string;
	text: string;
	removed: readonly string[];
	intended: readonly IntendedChange[];
}

/**
 * The kubelet's unit and drop-ins without what makes it wait for Docker or not start without it. No drop-in takes a dependency away
 * (systemd.unit), so the file itself is changed; one that belongs to a package gets a copy in /etc, which systemd reads in its place.
 * `edited` are texts that the plan has changed already, by path. Throws `kubelet.flags.quoting`, `file.encoding`.
 */
export function freedUnits({ kubelet }: Facts, edited: ReadonlyMap<string, string> = new Map()): FreedUnit[] {
	return kubelet.flagPlaces.flatMap((place): FreedUnit[] => {
		if (place.kind !== "unit" && place.kind !== "drop-in") return [];
		const { file } = place;
		const text = edited.get(file.path) ?? textOf(file);
		if (text === null) return [];
		const freed = withoutDependencies(text, DOCKER_UNITS);
		if (freed.removed.length === 0) return [];
		const path = file.path.startsWith("/etc/") || edited.has(file.path) ? file.path : ownPath(place, kubelet.unit.name);
		const fact = path === file.path ? file : { ...file, path, realPath: path, state: "absent" as const, contentBase64: null };
		return [{ fact, path, ...freed }];
	});
}

function ownPath(place: FlagPlace, unit: string): string {
	const name = place.file.path.slice(place.file.path.lastIndexOf("/") + 1);
	return place.kind === "unit" ? `${OWN}/${unit}` : `${OWN}/${unit}.d/${name}`;
}
