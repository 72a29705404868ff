import type { Facts } from "../../lib/contracts/facts.ts";

/** Where the kubelet says that it is healthy; "" where its configuration switches that off. Unknown for another reason: its default. */
export function healthzUrl({ healthz }: Facts["kubelet"]): string {
	if (!healthz.known) return healthz.reason === "disabled" ? "" : "http://127.0.0.1:10248/healthz";
	const { address, port } = healthz.value;
	return `http://${address.includes(":") ? `[${address}]` : address}:${port}/healthz`;
}
