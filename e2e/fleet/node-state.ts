import type { FleetNode } from "./fleet.ts";

/** Folders that a run may write to, but for its own. */
const WATCHED = ["/etc", "/usr/local", "/var/lib/kubelet/*.*", "/var/lib/kubelet/config.yaml", "/root", "/run/systemd/system"];

/**
 * Everything below the watched folders, a line each: kind, mode, owner, path, and a file's SHA-256 or a link's target. Two
 * equal texts are two equal states, byte for byte.
 */
export function filesOf(node: FleetNode): Promise<string> {
	return node.must(
		`find ${WATCHED.join(" ")} -path /var/lib/kubelet/pods -prune -o -path /var/lib/kubelet/pki -prune -o \\( -type f -o -type l -o -type d \\) -print 2>/dev/null | LC_ALL=C sort -u |
while IFS= read -r path; do
	if [ -L "$path" ]; then echo "link $path $(readlink "$path")"
	elif [ -d "$path" ]; then echo "folder $(stat -c '%a %u:%g' "$path") $path"
	else echo "file $(stat -c '%a %u:%g' "$path") $path $(sha256sum <"$path")"; fi
done`,
		{ timeoutMs: 60_000 },
	);
}

/** Enablement and activity of the units that a run touches, and whatever bears our name. */
export function unitsOf(node: FleetNode): Promise<string> {
	return node.must(`for unit in kubelet.service containerd.service docker.service docker.socket; do
	echo "$unit $(systemctl is-enabled "$unit" 2>/dev/null) $(systemctl is-active "$unit") reload=$(systemctl show -p NeedDaemonReload "$unit" | cut -d= -f2)"
done
systemctl list-units --all --no-legend --plain 'gantry-*' | awk '{ print $1, $3 }'
systemctl list-unit-files --no-legend 'gantry-*' | awk '{ print $1, $2 }'`);
}

/** Addresses that the node's CNI holds reserved. */
export async function reservedAddresses(node: FleetNode): Promise<string[]> {
	return lines(await node.must("ls /var/lib/cni/networks/fleet 2>/dev/null | grep -E '^[0-9.]+$' || true"));
}

/** Pids of processes in pods' cgroups, as the node sees them; of those whose command line begins with `begin`, where given. */
export async function podProcesses(node: FleetNode, begin = ""): Promise<string[]> {
	const script = `find /sys/fs/cgroup -path '*/kubepods*' -name cgroup.procs -exec cat {} + 2>/dev/null | sort -un | grep -vx 0 |
while read -r pid; do case $(tr '\\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null) in '${begin}'*) echo "$pid" ;; esac; done`;
	return lines(await node.must(script));
}

function lines(text: string): string[] {
	return text.split("\n").filter(Boolean).sort();
}
