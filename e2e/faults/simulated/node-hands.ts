import type { Process } from "../../simulator/kernel/process.ts";
import { newKeyPair } from "../../simulator/ssh/keys.ts";
import { BROKEN_STARTS } from "../broken-starts.ts";
import type { NodeHands } from "../world.ts";
import { OPS, type SimulatedWorld } from "./simulated-world.ts";

const RUN_CGROUP = /^\/system\.slice\/gantry-/;
/** The simulated machine as faults lay hands on it. */
export function nodeHands(simulated: SimulatedWorld): NodeHands {
	const { target } = simulated;
	const { machine, sshd, name } = target;
	let taken = 0;
	const dropIn = (unit: string) => `/etc/systemd/system/${unit}.d/zz-broken.conf`;
	const inRun = (process: Process) => RUN_CGROUP.test(process.cgroup);
	return {
		name,
		reboot: ({ orderly }) => machine.reboot({ orderly }),
		async fillDisk({ afterWrites }) {
			let left = afterWrites;
			const fill = () => {
				taken = machine.disk.availableBytes;
				machine.disk.otherBytes += taken;
			};
			simulated.onWrite = () => {
				left -= 1;
				if (left > 0) return;
				simulated.onWrite = () => {};
				fill();
			};
			if (left === 0) simulated.onWrite();
		},
		async makeRoom() {
			simulated.onWrite = () => {};
			machine.disk.otherBytes -= taken;
			taken = 0;
		},
		async makeReadOnly() {
			machine.disk.readOnly = true;
		},
		async makeWritable() {
			machine.disk.readOnly = false;
		},
		async restartSshd() {
			sshd?.cut();
		},
		async changeHostKey() {
			const key = newKeyPair(`root@${name}`);
			sshd?.changeHostKey(key);
			sshd?.cut();
			return { accept: () => simulated.accepted.set(name, [{ algorithm: key.algorithm, keyBase64: key.keyBase64 }]) };
		},
		async breakStart(what) {
			const { unit, test } = BROKEN_STARTS[what];
			machine.fs.put(dropIn(unit), `[Service]\nExecStartPre=/bin/sh -c "${test}"\n`);
			machine.units.reload();
		},
		async mendStart(what) {
			const path = dropIn(BROKEN_STARTS[what].unit);
			if (machine.fs.find(path)) machine.fs.removeTree(path.slice(0, path.lastIndexOf("/")));
			machine.units.reload();
		},
		async breakCri() {
			machine.containers.criBroken = true;
		},
		async mendCri() {
			machine.containers.criBroken = false;
		},
		async deafenDocker() {
			machine.units.unit("docker.service").main?.ignored.add(15);
		},
		async hangNextCommand() {
			machine.onExecute = (process) => {
				if (!inRun(process)) return;
				machine.onExecute = undefined;
				// Until something ends it.
				return process.scope.race(new Promise<never>(() => {}));
			};
		},
		async killRunner(whole) {
			const scripts = machine.processes.all().filter((process) => inRun(process as Process) && process.argv.includes("locked"));
			for (const process of scripts) {
				if (!whole) {
					(process as Process).signal(9);
					continue;
				}
				const unit = /gantry-[^/]+\.service$/.exec(process.cgroup)?.[0];
				if (unit) machine.units.kill(machine.units.unit(unit), 9);
			}
		},
		async expirePassword() {
			const account = machine.accounts.byName(OPS);
			if (account) account.expired = true;
		},
		async renewPassword() {
			const account = machine.accounts.byName(OPS);
			if (account) account.expired = false;
		},
	};
}
