import type { Fault } from "../fault.ts";

/** Shorter than every limit, longer than those of a call, and past the node's own timer. */
const SILENT_S = [8, 150, 3_600] as const;

export const NETWORK_FAULTS: readonly Fault[] = [
	{
		name: "reset",
		family: "network",
		what: "every SSH connection is reset, three times within 5 s",
		async inject(world) {
			await world.ssh.reset();
			world.later(async () => {
				for (let time = 0; time < 2; time++) {
					await world.wait(0.5 + world.random() * 2);
					await world.ssh.reset();
				}
			});
		},
	},
	{
		name: "black-hole",
		family: "network",
		what: "packets are dropped and nothing is closed, for 8 s, 150 s or an hour",
		async inject(world) {
			const silentS = world.oneOf(SILENT_S);
			await world.ssh.silence();
			world.later(async () => {
				await world.wait(silentS);
				await world.ssh.heal();
			});
		},
	},
	{
		name: "refused",
		family: "network",
		what: "nobody listens on the SSH port for a minute",
		inject: (world) => world.ssh.refuse(),
		heal: (world) => world.ssh.heal(),
	},
	{
		name: "latency",
		family: "network",
		what: "500 ms each way on SSH and API from the moment on",
		async inject(world) {
			await world.ssh.delay(500);
			await world.api.delay(500);
		},
	},
	{
		name: "loss",
		family: "network",
		what: "20 % of the packets on SSH and API are lost, and repeated as TCP does it, from the moment on",
		async inject(world) {
			await world.ssh.lose(0.2);
			await world.api.lose(0.2);
		},
	},
	{
		name: "sshd-restarted",
		family: "network",
		what: "sshd ends every session and takes new ones",
		inject: (world) => world.node.restartSshd(),
	},
	{
		name: "host-key-changed",
		family: "network",
		what: "the node answers with another key; a person accepts it after 5 min or after an hour",
		async inject(world) {
			const afterS = world.oneOf([300, 3_600]);
			const { accept } = await world.node.changeHostKey();
			world.later(async () => {
				await world.wait(afterS);
				accept();
			});
		},
	},
];
