import { mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exists } from "./cache.ts";
import { type FleetNames, fleetNames } from "./names.ts";
import { FleetError } from "./process.ts";
import { SUITES, type SuiteName } from "./suites.ts";

export interface NodeState {
	/** The node's name in the cluster and its host name. */
	name: string;
	/** Counts from 1; the machine's name, the address and the pods' subnet follow from it. */
	index: number;
	machine: string;
	address: string;
	podSubnet: string;
	suite: SuiteName;
	controlPlane: boolean;
	labels: Record<string, string>;
	/** Kept over a reset, as a reinstalled machine with the same firmware keeps it. */
	machineId: string;
	/** The read-only layers of its root, the topmost first: a reset takes the base that the fleet was brought up with. */
	layers: string[];
	/** Its disk is a file system of its own: see `BringUpOptions`. */
	ownDisk?: boolean;
}

/** What `down` needs after a crash of `up`. Written before the first thing is made. */
export interface FleetState {
	version: 1;
	name: string;
	cacheDir: string;
	/** The third number of 10.77.N.0/24. */
	subnet: number;
	/** The fleet's own cgroup in every hierarchy, as folders on this machine. */
	cgroups: string[];
	nodes: NodeState[];
}

/** The machine's address on the fleet's bridge: the API server's, and the nodes' gateway. */
export function gatewayOf(state: FleetState): string {
	return `10.77.${state.subnet}.1`;
}

/** Whether the node's host has cgroups without one controller: all are in the machine's other hierarchy, which its systemd does not know. */
export function hasNoControllers(state: FleetState, node: NodeState): boolean {
	return state.cgroups.length > 1 && SUITES[node.suite].unifiedOnly === true;
}

/** Writes the state by rename, so that a crash leaves the old or the new one. */
export async function saveState(state: FleetState): Promise<void> {
	const { stateDir } = fleetNames(state.name);
	await mkdir(stateDir, { recursive: true });
	const path = join(stateDir, "state.json");
	await writeFile(`${path}.new`, `${JSON.stringify(state, null, "\t")}\n`);
	await rename(`${path}.new`, path);
}

/** The state of a fleet that was brought up and not yet taken down; undefined where there is none. */
export async function loadState(names: FleetNames): Promise<FleetState | undefined> {
	const text = await readFile(join(names.stateDir, "state.json"), "utf8").catch(() => undefined);
	return text === undefined ? undefined : (JSON.parse(text) as FleetState);
}

const CLAIMS = "/run/gantry-fleet-subnets";

/**
 * Claims a subnet for the fleet: `mkdir` is atomic, so two fleets brought up together never share one. `taken` holds the
 * third numbers of 10.77.N.0/24 that this machine uses already. Throws `fleet.no_subnet` when none is left.
 */
export async function claimSubnet(name: string, taken: ReadonlySet<number>): Promise<number> {
	await mkdir(CLAIMS, { recursive: true });
	for (let subnet = 10; subnet < 250; subnet++) {
		if (taken.has(subnet)) continue;
		const claim = join(CLAIMS, String(subnet));
		try {
			await mkdir(claim);
		} catch {
			continue;
		}
		await writeFile(join(claim, "fleet"), name);
		return subnet;
	}
	throw new FleetError("fleet.no_subnet", `no subnet of 10.77.0.0/16 is free; claims are in ${CLAIMS}`);
}

/** The subnets that the fleet has claimed. */
export async function claimedSubnets(name: string): Promise<number[]> {
	const claims = (await exists(CLAIMS)) ? await readdir(CLAIMS) : [];
	const owners = await Promise.all(claims.map((claim) => readFile(join(CLAIMS, claim, "fleet"), "utf8").catch(() => undefined)));
	return claims.filter((_, position) => owners[position] === name).map(Number);
}

/** Gives back every subnet the fleet claimed; nothing happens where it claimed none. */
export async function releaseSubnets(name: string): Promise<void> {
	for (const subnet of await claimedSubnets(name)) await rm(join(CLAIMS, String(subnet)), { recursive: true, force: true });
	// Refused while another fleet's claim is there.
	await rmdir(CLAIMS).catch(() => undefined);
}
