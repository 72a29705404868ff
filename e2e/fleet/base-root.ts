import { chmod, cp, mkdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { cached, recipeKey } from "./cache.ts";
import { debootstrap } from "./debootstrap.ts";
import { must } from "./process.ts";
import type { Suite } from "./suites.ts";

const PACKAGES = [
	..."systemd systemd-sysv dbus openssh-server iproute2 iptables procps kmod ca-certificates sudo".split(" "),
	..."docker.io containerd runc containernetworking-plugins conntrack socat ebtables ethtool util-linux curl".split(" "),
];

/** The people on every node. The passwords protect hosts that live on a bridge of one machine for minutes. */
export const ACCOUNTS = {
	/** Root: by key only. */
	root: { user: "root" },
	/** sudo asks for the password; ssh takes the password or the key. */
	ops: { user: "ops", password: "Fleet-ops-1;$x'y" },
	/** sudo without a password. */
	deploy: { user: "deploy", password: "Fleet-deploy-1" },
	/** No sudo at all. */
	guest: { user: "guest", password: "Fleet-guest-1" },
} as const;

/**
 * A script that the host runs before anything else at boot. The remounts give Docker and the kubelet their cgroups, which
 * systemd-nspawn mounts read-only (a plain `remount,rw` fails as busy; a bind remount does not). The bound files hold
 * the kernel settings that the kubelet insists on, so that it finds them right and the machine stays as it is.
 */
const BOOT_SCRIPT = `#!/bin/sh
mount -o remount,rw,bind /sys/fs/cgroup
for folder in /sys/fs/cgroup/*/; do
	mountpoint -q "$folder" && mount -o remount,rw,bind "$folder"
done
mount --make-rshared /
mkdir -p /run/fleet
bind() {
	[ -e "/proc/sys/$1" ] || return 0
	file="/run/fleet/$(echo "$1" | tr / .)"
	echo "$2" >"$file"
	mount --bind "$file" "/proc/sys/$1"
}
bind vm/overcommit_memory 1
bind kernel/panic 10
bind kernel/panic_on_oops 1
bind kernel/keys/root_maxkeys 1000000
bind kernel/keys/root_maxbytes 25000000
exit 0
`;

const BOOT_UNIT = `[Unit]
Description=Writable cgroups and the kubelet's kernel settings
DefaultDependencies=no
Before=sysinit.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/lib/fleet/boot

[Install]
WantedBy=sysinit.target
`;

const ADDRESS_SCRIPT = `#!/bin/sh
. /etc/fleet/address
n=0
until [ -e /sys/class/net/host0 ]; do
	n=$((n + 1))
	[ "$n" -lt 100 ] || exit 1
	sleep 0.1
done
ip link set host0 up
ip addr replace "$ADDRESS/24" dev host0
ip route replace default via "$GATEWAY"
`;

const ADDRESS_UNIT = `[Unit]
Description=The host's address
DefaultDependencies=no
After=fleet-boot.service
Before=network.target network-online.target sysinit.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/lib/fleet/address

[Install]
WantedBy=sysinit.target
`;

/**
 * Where the machine lacks CAP_SYS_RESOURCE no one may lower an OOM score, and runc fails on the sandbox's -998. This
 * stands in runc's place, sets a negative score in the bundle to 0 and runs the real one. `withoutCpu`: a pod's share of the processor, for
 * which there is no controller, is left out too.
 */
export function runcWrapper({ withoutCpu }: { withoutCpu: boolean }): string {
	const noCpu = withoutCpu ? ' -e \'s/"cpu":{[^}]*}/"cpu":{}/\'' : "";
	return `#!/bin/sh
bundle=.
previous=
create=
for argument; do
	case $argument in
	create | run) create=1 ;;
	--bundle=*) bundle=\${argument#--bundle=} ;;
	esac
	case $previous in --bundle | -b) bundle=$argument ;; esac
	previous=$argument
done
if [ -n "$create" ] && [ -f "$bundle/config.json" ]; then
	sed -i${noCpu && " -e"} 's/"oomScoreAdj":-[0-9]*/"oomScoreAdj":0/'${noCpu} "$bundle/config.json"
fi
exec /usr/lib/fleet/runc "$@"
`;
}

const SSHD = `PermitRootLogin prohibit-password
PasswordAuthentication yes
UseDNS no
MaxStartups 100:30:200
MaxSessions 100
`;

const MASKED = ["systemd-logind.service", "console-getty.service", "getty@.service", "getty.target", "getty-static.service"];

const FILES: Record<string, { text: string; mode?: number }> = {
	"usr/lib/fleet/boot": { text: BOOT_SCRIPT, mode: 0o755 },
	"usr/lib/fleet/address": { text: ADDRESS_SCRIPT, mode: 0o755 },
	"usr/lib/fleet/runc-wrapper": { text: runcWrapper({ withoutCpu: false }), mode: 0o755 },
	"etc/systemd/system/fleet-boot.service": { text: BOOT_UNIT },
	"etc/systemd/system/fleet-address.service": { text: ADDRESS_UNIT },
	"etc/ssh/sshd_config.d/fleet.conf": { text: SSHD },
	"etc/sudoers.d/fleet": { text: "ops ALL=(ALL:ALL) ALL\ndeploy ALL=(ALL:ALL) NOPASSWD: ALL\n", mode: 0o440 },
	"etc/resolv.conf": { text: "" },
};

/** Returns a root folder of the suite with everything a node needs but the Kubernetes part; builds it once per machine. */
export async function baseRoot(suite: Suite, progress: (line: string) => void): Promise<string> {
	const packages = [...PACKAGES, ...suite.packages];
	const recipe = { suite, packages, files: FILES, accounts: ACCOUNTS, masked: MASKED, version: 1 };
	const folder = await cached(`base/${suite.name}-${recipeKey(recipe)}`, async (temporary) => {
		progress(`building the base root of ${suite.name} (once per machine, one to two minutes)`);
		const root = join(temporary, "root");
		await debootstrap(suite, packages, root);
		await customise(root);
	});
	return join(folder, "root");
}

/** Returns a folder with nothing but a suite's containerd, to lie over the root of another. */
export async function containerdLayer(suite: Suite, progress: (line: string) => void): Promise<string> {
	const root = await baseRoot(suite, progress);
	const folder = await cached(`containerd/${basename(dirname(root))}`, async (temporary) => {
		const programs = join(temporary, "root/usr/bin");
		await mkdir(programs, { recursive: true });
		for (const name of ["containerd", "containerd-shim-runc-v2", "ctr"]) await cp(join(root, "usr/bin", name), join(programs, name));
	});
	return join(folder, "root");
}

async function customise(root: string): Promise<void> {
	const inRoot = (...command: string[]) => must("chroot", [root, ...command]);
	for (const [path, { text, mode }] of Object.entries(FILES)) {
		const target = join(root, path);
		await mkdir(join(target, ".."), { recursive: true });
		await rm(target, { force: true });
		await writeFile(target, text);
		await chmod(target, mode ?? 0o644);
	}
	for (const account of [ACCOUNTS.ops, ACCOUNTS.deploy, ACCOUNTS.guest]) {
		await inRoot("useradd", "--create-home", "--shell", "/bin/bash", account.user);
		await must("chroot", [root, "chpasswd"], { input: `${account.user}:${account.password}\n` });
	}
	await inRoot("systemctl", "mask", ...MASKED);
	await inRoot("systemctl", "enable", "fleet-boot.service", "fleet-address.service", "ssh.service", "docker.service", "containerd.service");
	// Every node has host keys and a machine id of its own; the package's first-boot leftovers would be shared by all.
	await must("sh", ["-c", 'rm -f "$1"/etc/ssh/ssh_host_* "$1"/var/cache/apt/archives/*.deb; : >"$1"/etc/machine-id', "sh", root]);
}
