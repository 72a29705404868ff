import type { Fault } from "../fault.ts";
import type { PersonHands } from "../world.ts";

type Button = keyof PersonHands;
const PAIRS: readonly (readonly [Button, Button])[] = [
	["cancel", "cancel"],
	["cancel", "pause"],
	["pause", "resume"],
	["cancel", "resume"],
	["cancel", "retry"],
	["retry", "retry"],
];
const RETRY_EVERY_S = 15;
const RETRY_FOR_S = 300;

export const PERSON_FAULTS: readonly Fault[] = [
	{
		name: "cancel",
		family: "person",
		what: "a person cancels",
		inject: async (world) => world.later(() => world.person.cancel()),
	},
	{
		name: "pause",
		family: "person",
		what: "a person pauses, and lets it go on when it rests",
		inject: async (world) => world.later(() => world.person.pause()),
	},
	{
		name: "retry",
		family: "person",
		what: "a person cancels, and presses retry until it is taken",
		async inject(world) {
			world.later(async () => {
				await world.person.cancel();
				for (let s = 0; s < RETRY_FOR_S; s += RETRY_EVERY_S) {
					await world.person.retry();
					await world.wait(RETRY_EVERY_S);
				}
			});
		},
	},
	{
		name: "two-at-once",
		family: "person",
		what: "two people press at once",
		async inject(world) {
			const [first, second] = world.oneOf(PAIRS);
			world.later(async () => {
				await Promise.all([world.person[first](), world.person[second]()]);
			});
		},
	},
];
