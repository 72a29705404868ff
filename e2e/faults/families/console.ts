import type { Fault } from "../fault.ts";

/** Seconds for which nobody is there: back at once, soon, and past the node's own timer. */
const AWAY_S = [0, 20, 3_600] as const;

export const CONSOLE_FAULTS: readonly Fault[] = [
	{
		name: "killed",
		family: "console",
		what: "SIGKILL; another one begins at once, after 20 s or after an hour",
		async inject(world) {
			await world.consoles.kill();
			const awayS = AWAY_S[Math.floor(world.random() * AWAY_S.length)] ?? 0;
			world.later(async () => {
				await world.wait(awayS);
				await world.consoles.start();
			});
		},
	},
];
