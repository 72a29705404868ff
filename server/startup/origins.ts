import { isIPv4 } from "node:net";
import { networkInterfaces } from "node:os";

interface Listening {
	host: string;
	port: number;
	/** As configured; others are not guessed beside them. */
	origins: readonly string[];
}

const LOOPBACK = ["127.0.0.1", "localhost", "::1"];

/**
 * The origins that people may open the console by: those configured, or every address it listens at. Never empty; the first is
 * the one to print. `addresses` are the machine's own.
 */
export function allowedOrigins({ host, port, origins }: Listening, addresses: readonly string[] = ownAddresses()): string[] {
	if (origins.length > 0) return [...new Set(origins)];
	return [...new Set(hostsOf(host, addresses).map((one) => originOf(one, port)))];
}

function hostsOf(host: string, addresses: readonly string[]): string[] {
	// Nobody answers at an address of the other kind, so it must not be printed as one to open.
	if (host === "0.0.0.0") return [...addresses.filter((address) => isIPv4(address)), "127.0.0.1", "localhost"];
	if (host === "::") return [...addresses, ...LOOPBACK];
	return LOOPBACK.includes(host) ? LOOPBACK : [host, ...LOOPBACK];
}

function originOf(host: string, port: number): string {
	return new URL(`http://${host.includes(":") ? `[${host}]` : host}:${port}`).origin;
}

function ownAddresses(): string[] {
	return Object.values(networkInterfaces()).flatMap((list) =>
		(list ?? []).filter((one) => !one.internal && !one.address.startsWith("fe80:")).map((one) => one.address),
	);
}
