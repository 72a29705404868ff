import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { marked } from "./processes.ts";

/**
 * Takes down the fleets of real nodes that a stage brought up and did not take down itself, which is so when it was ended by
 * its time limit. A fleet is the stage's if one of its recorded processes carries the mark, so other people's stay up.
 */
export function takeDownFleets(mark: string, root: string): void {
	const pids = new Set(marked(mark).map(({ pid }) => pid));
	for (const name of fleetsWith(pids)) {
		process.stderr.write(`Taking down the fleet ${name} that was left up\n`);
		spawnSync("node_modules/.bin/tsx", ["e2e/fleet/cli.ts", "down", "--name", name], { cwd: root, stdio: "inherit", timeout: 180_000 });
	}
}

/**
 * The names of the fleets of which one of these processes is a part.
 * @param folder where the fleets keep their state, each in gantry-fleet[-NAME]
 */
export function fleetsWith(pids: ReadonlySet<number>, folder = "/run"): string[] {
	return list(folder)
		.filter((entry) => /^gantry-fleet(-[a-z][a-z0-9]*)?$/.test(entry))
		.filter((entry) => list(join(folder, entry, "pids")).some((file) => pids.has(recordedPid(join(folder, entry, "pids", file)))))
		.map((entry) => entry.replace(/^gantry-fleet-?/, "") || "gantry");
}

function list(folder: string): string[] {
	try {
		return readdirSync(folder);
	} catch {
		return [];
	}
}

function recordedPid(file: string): number {
	try {
		return Number(readFileSync(file, "utf8").split(" ", 1)[0]);
	} catch {
		return Number.NaN;
	}
}
