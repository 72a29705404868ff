import type { Fault } from "../fault.ts";
import { isForward, type Moment } from "../moments.ts";
import type { Scenario } from "../scenario.ts";
import type { BrokenStart } from "../world.ts";

function doesNotStart(what: BrokenStart, text: string, appliesTo?: (moment: Moment, scenario: Scenario) => boolean): Fault {
	return {
		name: `${what}-does-not-start`,
		family: "node",
		what: text,
		...(appliesTo ? { appliesTo } : {}),
		...(what === "containerd" || what === "kubelet" ? { slow: true } : {}),
		inject: (world) => world.node.breakStart(what),
	};
}

/** Steps of the cutover after it has armed the way back. */
const ARMED = /^(stop|end|put|start|release|verify)-(?!cluster)/;
const toContainerd = (moment: Moment, scenario: Scenario) => scenario === "migrate" && isForward(moment);

export const NODE_FAULTS: readonly Fault[] = [
	{
		name: "power-cut",
		family: "node",
		what: "the power goes and comes back at once",
		inject: async (world) => world.later(() => world.node.reboot({ orderly: false })),
	},
	{
		name: "reboot",
		family: "node",
		what: "an orderly reboot",
		inject: async (world) => world.later(() => world.node.reboot({ orderly: true })),
	},
	{
		name: "disk-full",
		family: "node",
		what: "no byte is left on its disk, after the next 0 to 15 writes, for 10 min",
		healsAfterS: 600,
		inject: (world) => world.node.fillDisk({ afterWrites: Math.floor(world.random() * 16) }),
		heal: (world) => world.node.makeRoom(),
	},
	{
		name: "read-only",
		family: "node",
		what: "its file system becomes read-only, for 10 min",
		healsAfterS: 600,
		inject: (world) => world.node.makeReadOnly(),
		heal: (world) => world.node.makeWritable(),
	},
	doesNotStart("containerd-as-changed", "containerd does not start with its new file", toContainerd),
	doesNotStart("containerd", "containerd does not start any more, whatever its file says"),
	doesNotStart("kubelet-as-changed", "the kubelet does not start with its new flags", toContainerd),
	doesNotStart("kubelet", "the kubelet does not start any more, whatever its flags say"),
	doesNotStart("docker", "Docker does not start any more"),
	{
		name: "cri-dead",
		slow: true,
		family: "node",
		what: "containerd starts, and its CRI does not answer",
		inject: (world) => world.node.breakCri(),
	},
	{
		name: "docker-does-not-stop",
		family: "node",
		what: "Docker does not end when it is told to",
		inject: (world) => world.node.deafenDocker(),
	},
	{
		name: "hangs",
		family: "node",
		what: "the next command of the step hangs for ever; a person cancels after 5 min",
		patienceS: 300,
		inject: (world) => world.node.hangNextCommand(),
	},
	{
		name: "hangs-unseen",
		slow: true,
		family: "node",
		what: "the same once the revert is armed, and nobody looks: the node's own timer is what ends it",
		// Before that nothing has changed, and only a person ends it.
		appliesTo: (moment) => ARMED.test(moment.step) && moment.edge === "begin",
		inject: (world) => world.node.hangNextCommand(),
	},
	{
		name: "script-killed",
		family: "node",
		what: "the OOM killer takes the run's script",
		inject: async (world) => world.later(() => world.node.killRunner(false)),
	},
	{
		name: "unit-killed",
		family: "node",
		what: "the OOM killer takes all that the run's unit holds",
		inject: async (world) => world.later(() => world.node.killRunner(true)),
	},
	{
		name: "sudo-expired",
		family: "node",
		what: "sudo's password expires; it is renewed after 10 min",
		needsSudo: true,
		healsAfterS: 600,
		inject: (world) => world.node.expirePassword(),
		heal: (world) => world.node.renewPassword(),
	},
];
