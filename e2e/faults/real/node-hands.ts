import type { AcceptedHostKey } from "../../../server/ssh/session.ts";
import type { FleetNode } from "../../fleet/fleet.ts";
import { BROKEN_STARTS } from "../broken-starts.ts";
import type { NodeHands } from "../world.ts";

const FULL = "/var/lib/gantry/foreign";
const NO_CRI = "/run/no-cri.toml";

/** A real node as faults lay hands on it: past sshd, as root inside the host. */
export function nodeHands(node: FleetNode, accept: (keys: AcceptedHostKey[]) => void): NodeHands {
	const dropIn = async (unit: string, text: string) => {
		const folder = `/etc/systemd/system/${unit}.d`;
		await node.must(`mkdir -p ${folder} && cat >${folder}/zz-broken.conf && systemctl daemon-reload`, { input: text });
	};
	const withoutDropIn = async (unit: string) => {
		await node.must(`rm -rf /etc/systemd/system/${unit}.d/zz-broken.conf && systemctl daemon-reload`);
	};
	const cannot = (what: string) => async (): Promise<never> => {
		throw new Error(`${what} is not done to real nodes`);
	};
	return {
		name: node.name,
		reboot: ({ orderly }) => (orderly ? node.reboot() : node.powerCut()),
		// A file system of its own for the runs' folder (see `smallDisk`): the machine's own disk is everybody's.
		fillDisk: async () => {
			await node.must(`dd if=/dev/zero of=${FULL} bs=4096 2>/dev/null; [ $(df --output=avail /var/lib/gantry | tail -n 1) = 0 ]`);
		},
		makeRoom: async () => {
			await node.must(`rm -f ${FULL}`);
		},
		makeReadOnly: async () => {
			await node.must("mount --bind /var /var && mount -o remount,ro,bind /var");
		},
		makeWritable: async () => {
			await node.exec("mount -o remount,rw,bind /var && umount -l /var");
		},
		restartSshd: async () => {
			await node.must("systemctl restart ssh; pkill -KILL -f '^sshd: ' || :");
		},
		changeHostKey: async () => {
			await node.must(
				"rm -f /etc/ssh/ssh_host_*; ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key && systemctl restart ssh; pkill -KILL -f '^sshd: ' || :",
			);
			const [algorithm = "", keyBase64 = ""] = (await node.must("cat /etc/ssh/ssh_host_ed25519_key.pub")).split(" ");
			return { accept: () => accept([{ algorithm, keyBase64 }]) };
		},
		breakStart: (what) => dropIn(BROKEN_STARTS[what].unit, `[Service]\nExecStartPre=/bin/sh -c '${BROKEN_STARTS[what].test}'\n`),
		mendStart: (what) => withoutDropIn(BROKEN_STARTS[what].unit),
		breakCri: async () => {
			await node.must(`printf 'version = 2\\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\\n' >${NO_CRI}`);
			await dropIn("containerd.service", `[Service]\nExecStart=\nExecStart=/usr/bin/containerd --config ${NO_CRI}\n`);
		},
		mendCri: () => withoutDropIn("containerd.service"),
		// A signal that dockerd does not know: it is killed when systemd has waited long enough.
		deafenDocker: () => dropIn("docker.service", "[Service]\nKillSignal=SIGWINCH\nTimeoutStopSec=20\n"),
		hangNextCommand: cannot("a command that hangs"),
		killRunner: async (whole) => {
			const units = "systemctl list-units --plain --no-legend --state=running 'gantry-*.service' | cut -d' ' -f1";
			await node.exec(`for unit in $(${units}); do systemctl kill --kill-who=${whole ? "all" : "main"} -s KILL "$unit"; done`);
		},
		expirePassword: cannot("a password that expires"),
		renewPassword: cannot("a password that expires"),
	};
}

/** For faults that fill the disk: the runs' folder gets a small one of its own, for this boot. */
export async function smallDisk(node: FleetNode, megabytes: number): Promise<void> {
	await node.must(`mkdir -p -m 700 /var/lib/gantry && mount -t tmpfs -o mode=700,size=${megabytes}m tmpfs /var/lib/gantry`);
}
