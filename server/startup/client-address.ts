import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";

/**
 * Makes `x-forwarded-for` of every request the client's address and nothing else, before anything reads it. The audit names it and
 * sign-in attempts are counted by it; but a browser may send this header itself, and what routes are called with has no socket.
 * `trustedProxies`: how many proxies stand in front, each of which appends the address it was called from.
 */
export function keepClientAddress(trustedProxies: number): void {
	subscribe("http.server.request.start", (message) => {
		const { request } = message as { request: IncomingMessage };
		const said = [request.headers["x-forwarded-for"] ?? []].flat().join(",");
		const address = clientAddress(said, request.socket.remoteAddress ?? "", trustedProxies);
		if (address) request.headers["x-forwarded-for"] = address;
		else delete request.headers["x-forwarded-for"];
		if (trustedProxies > 0) return;
		for (const name of ["forwarded", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"]) delete request.headers[name];
	});
}

/** The address that the outermost trusted proxy was called from; what stands before it is what the client says of itself. */
export function clientAddress(said: string, peer: string, trustedProxies: number): string {
	const chain = [...said.split(","), peer].map((one) => one.trim()).filter(Boolean);
	return (chain.at(-1 - trustedProxies) ?? chain[0] ?? "").replace(/^::ffff:(?=\d+\.)/, "");
}
