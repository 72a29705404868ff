import { must, run } from "./process.ts";

/** Makes the fleet's bridge with this machine's address on it, like `10.77.10.1/24`. */
export async function bridgeUp(bridge: string, address: string): Promise<void> {
	await must("ip", ["link", "add", bridge, "type", "bridge", "forward_delay", "0"]);
	await must("ip", ["addr", "add", address, "dev", bridge]);
	await must("ip", ["link", "set", bridge, "up"]);
}

/** Removes the bridge. Idempotent. */
export async function bridgeDown(bridge: string): Promise<void> {
	if (await linkExists(bridge)) await must("ip", ["link", "del", bridge]);
}

/** Whether a link of that name exists. */
export async function linkExists(link: string): Promise<boolean> {
	return (await run("ip", ["link", "show", "dev", link])).code === 0;
}

/** The third numbers of 10.77.N.0/24 to which this machine has a route or an address already. */
export async function subnetsInUse(): Promise<Set<number>> {
	const text = (await must("ip", ["-4", "route", "show", "table", "all"])) + (await must("ip", ["-4", "addr", "show"]));
	return new Set([...text.matchAll(/\b10\.77\.(\d+)\./g)].map((match) => Number(match[1])));
}
