import { BlockList, isIP } from "node:net";

/**
 * True where `NO_PROXY` keeps an IP address from the proxy, as programs in Go read it (golang.org/x/net/http/httpproxy): entries between
 * commas are `*`, an address, or a network as CIDR; names say nothing of addresses, and an entry with a port speaks of that port alone.
 * Pure.
 */
export function keepsFromProxy(noProxy: string, address: string): boolean {
	const family = isIP(address);
	if (family === 0) return false;
	const type = family === 6 ? "ipv6" : "ipv4";
	const list = new BlockList();
	for (const entry of noProxy.split(",").map((each) => each.trim())) {
		if (entry === "*") return true;
		const [network = "", bits, more] = entry.split("/");
		if (isIP(network) !== family || more !== undefined) continue;
		if (bits === undefined) list.addAddress(network, type);
		else if (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32)) list.addSubnet(network, Number(bits), type);
	}
	return list.check(address, type);
}
