import type { Facts } from "../../lib/contracts/facts.ts";
import { socketPath } from "../runtime/kubelet/argv.ts";

/** Where containerd answers the kubelet and crictl: at the socket that its own configuration names. */
export function containerdEndpoint(facts: Facts): string {
	return `unix://${socketPath(facts.containerd.socketPath)}`;
}
