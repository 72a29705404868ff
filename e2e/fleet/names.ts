import { FleetError } from "./process.ts";

/** The name of the fleet that `fleet:up` brings up when none is given. */
export const DEFAULT_FLEET = "gantry";

/** Where the fleets' shared cache lies: base roots, binaries, and the nodes' own disks. Outside the checkout. */
export function cacheFolder(): string {
	return process.env.GANTRY_CACHE || "/var/cache/gantry";
}

/** Everything the kernel or the file system knows a fleet by. Each name holds the fleet's, so that fleets never meet. */
export interface FleetNames {
	name: string;
	/** State, logs and keys; gone after `down`. */
	stateDir: string;
	/** The nodes' disks; they are too large for a tmpfs, so they lie in the cache. */
	disksDir: string;
	bridge: string;
	/** The cgroup below which every node has its own. */
	cgroup: string;
}

/**
 * Derives a fleet's names. Throws `fleet.bad_name` unless the name is 1 to 7 lowercase letters or digits, starting with
 * a letter: `vb-NAME-n99` must fit the kernel's 15 characters for a link. `cacheDir`: the one the fleet was brought up with.
 */
export function fleetNames(name: string, cacheDir = cacheFolder()): FleetNames {
	if (!/^[a-z][a-z0-9]{0,6}$/.test(name)) {
		throw new FleetError("fleet.bad_name", `a fleet's name is 1 to 7 lowercase letters or digits, starting with a letter; not "${name}"`);
	}
	return {
		name,
		stateDir: name === DEFAULT_FLEET ? "/run/gantry-fleet" : `/run/gantry-fleet-${name}`,
		disksDir: `${cacheDir}/fleets/${name}`,
		bridge: `gf-${name}`,
		cgroup: `gf-${name}`,
	};
}

/** The name of a node's machine, from which systemd-nspawn derives its link (`vb-…`). `index` counts from 1 to 99. */
export function machineName(fleet: string, index: number): string {
	return `${fleet}-n${index}`;
}
