import type { FleetNode } from "../../fleet/fleet.ts";
import { readFootprint } from "../reboots/footprint.ts";

/** Files of the whole configuration and of everything of ours, links, units, what the kubelet was started with. Nothing of it may change by a boot. */
const LOOK = String.raw`
for place in /etc /var/lib/gantry /var/lib/kubelet/config.yaml /var/lib/kubelet/kubeadm-flags.env; do
	find "$place" -xdev -type f -exec sha256sum {} + 2>/dev/null | sed 's/^\([0-9a-f]*\)  \(.*\)$/file \2\t\1/'
	find "$place" -xdev -type f -printf 'mode %p\t%m %u %g\n' 2>/dev/null
	find "$place" -xdev -type d -printf 'folder %p\t%m %u %g\n' 2>/dev/null
	find "$place" -xdev -type l -printf 'link %p\t%l\n' 2>/dev/null
done
find /run/systemd/system -name 'gantry-*' -printf 'trigger %p\tthere\n' 2>/dev/null
for unit in kubelet.service containerd.service docker.service docker.socket; do
	printf 'unit %s\t%s %s\n' "$unit" "$(systemctl is-active "$unit")" "$(systemctl is-enabled "$unit" 2>/dev/null)"
done
pid=$(systemctl show -p MainPID --value kubelet)
[ "$pid" = 0 ] || printf 'kubelet words\t%s\n' "$(tr '\0' ' ' <"/proc/$pid/cmdline")"
:`;

/** What of a node must be the same after another boot. */
export async function nodeFootprint(node: FleetNode): Promise<Map<string, string>> {
	return readFootprint(await node.must(LOOK, { timeoutMs: 60_000 }));
}
