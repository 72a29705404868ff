import { isIP } from "node:net";
import type { NodeRow } from "./node-row.ts";

interface Subset {
	addresses?: { ip: string }[];
	notReadyAddresses?: { ip: string }[];
	ports?: { name?: string; port: number }[];
}

const originOf = (ip: string, port: number): string => `https://${ip.includes(":") ? `[${ip}]` : ip}:${port}`;

/** Origins out of the Endpoints object of the service `kubernetes`: every API server registers itself there. */
export function originsOf(subsets: readonly Subset[]): string[] {
	const origins = subsets.flatMap(({ addresses = [], notReadyAddresses = [], ports = [] }) => {
		const port = ports.find(({ name }) => name === "https" || name === undefined)?.port;
		return port === undefined
			? []
			: [...addresses, ...notReadyAddresses].filter(({ ip }) => isIP(ip) > 0).map(({ ip }) => originOf(ip, port));
	});
	return [...new Set(origins)].sort();
}

/**
 * Every origin at which this cluster's API may be reached: what it lists itself, and its control plane nodes at the port of `server`.
 * Sorted, without `server`.
 */
export function otherOrigins(server: string, listed: readonly string[], nodes: readonly NodeRow[]): string[] {
	const own = new URL(server);
	const port = Number(own.port || 443);
	const byRole = nodes
		.filter(({ controlPlaneLabel, internalIp }) => controlPlaneLabel && isIP(internalIp) > 0)
		.map(({ internalIp }) => originOf(internalIp, port));
	return [...new Set([...listed, ...byRole])].filter((origin) => origin !== own.origin).sort();
}
