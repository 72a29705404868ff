import type { Fault } from "../fault.ts";
import { isForward } from "../moments.ts";

/** Seconds for which nobody is there: back at once, soon, and past the node's own timer. */
const AWAY_S = [0, 20, 3_600] as const;
/** Longer than a lease, and longer than the node's timer. */
const FROZEN_S = [45, 3_600] as const;
const STOP_LIMIT_S = 5;

export const CONSOLE_FAULTS: readonly Fault[] = [
	{
		name: "killed",
		family: "console",
		what: "SIGKILL; another begins at once, after 20 s or after an hour",
		async inject(world) {
			await world.consoles.kill();
			const awayS = world.oneOf(AWAY_S);
			world.later(async () => {
				await world.wait(awayS);
				await world.consoles.start();
			});
		},
	},
	{
		name: "power-cut",
		family: "console",
		what: "its machine loses power in the middle of the next write to its database, which is cut or garbled; another begins after 20 s or an hour",
		async inject(world) {
			const awayS = world.oneOf(AWAY_S.slice(1));
			world.later(async () => {
				await world.consoles.losePower(world.random);
				await world.wait(awayS);
				await world.consoles.start();
			});
		},
	},
	{
		name: "terminated",
		family: "console",
		what: "SIGTERM, and it must end within 5 s; another begins at once",
		async inject(world) {
			world.later(async () => {
				const tookS = await world.consoles.stop();
				if (tookS > STOP_LIMIT_S) world.wrong(`the console took ${tookS} s to end`);
				await world.consoles.start();
			});
		},
	},
	{
		name: "frozen",
		family: "console",
		what: "SIGSTOP past its lease, another takes over, then SIGCONT: it must write nothing by what it held",
		async inject(world) {
			const frozenS = world.oneOf(FROZEN_S);
			world.consoles.freeze();
			world.later(async () => {
				await world.wait(frozenS);
				await world.consoles.start({ shared: true });
				await world.wait(20);
				world.consoles.thaw();
			});
		},
	},
	{
		name: "two-at-once",
		family: "console",
		what: "a second console with another database begins with the same node: refused, and told who holds it",
		// Before the first has taken the node's lock nobody holds it.
		appliesTo: (moment, scenario) => scenario === "migrate" && isForward(moment) && !(moment.step === "connect" && moment.edge === "begin"),
		prepare: (world) => world.consoles.planStranger(),
		async inject(world) {
			world.later(async () => {
				const { state, code, values } = await world.consoles.startStranger();
				if (state === "done") world.wrong("the second console took the node over as well");
				const refused = code === "remote.locked-by" && values["console"] === "console-a";
				// Once the first is through, the node is not what the second has planned for.
				if (!refused && code !== "run.facts-changed") world.wrong(`the second console was told ${code} ${JSON.stringify(values)}`);
			});
		},
	},
	{
		name: "disk-full",
		family: "console",
		what: "no room for the database for a minute",
		inject: (world) => world.consoles.fillDisk(),
		heal: (world) => world.consoles.makeRoom(),
	},
	{
		name: "database-locked",
		family: "console",
		what: "another process holds the database for 5 to 25 s",
		async inject(world) {
			const heldS = 5 + Math.floor(world.random() * 20);
			await world.consoles.lockDatabase();
			world.later(async () => {
				await world.wait(heldS);
				await world.consoles.unlockDatabase();
			});
		},
	},
];
