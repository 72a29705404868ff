import { createHash } from "node:crypto";
import type { Recorded } from "../truth.ts";

/** Everything that a reboot must leave as it is, by name: files with their hashes, units, what runs and what is on record. */
export type Footprint = ReadonlyMap<string, string>;

/** What the node prints of itself, `name<TAB>value` a line. */
export function readFootprint(text: string): Map<string, string> {
	const found = new Map<string, string>();
	for (const line of text.split("\n")) {
		const at = line.indexOf("\t");
		if (at > 0) found.set(line.slice(0, at), line.slice(at + 1));
	}
	return found;
}

/** What the console has on record, every event and every step of it. */
export function recordedFootprint({ migration, runs }: Recorded): Map<string, string> {
	const found = new Map([["record migration", migration as string]]);
	for (const { id, log, events, ...run } of runs) {
		found.set(`record run ${id}`, JSON.stringify(run));
		found.set(`record log ${id}`, `${log.length} ${createHash("sha256").update(log).digest("hex")}`);
		for (const [at, event] of events.entries()) found.set(`record event ${id} ${at}`, JSON.stringify(event));
	}
	return found;
}

/** What is not as it was, in words. */
export function differences(before: Footprint, after: Footprint): string[] {
	const names = new Set([...before.keys(), ...after.keys()]);
	return [...names].toSorted().flatMap((name) => {
		const [was, is] = [before.get(name), after.get(name)];
		return was === is ? [] : [`${name}: ${was ?? "not there"} became ${is ?? "not there"}`];
	});
}
