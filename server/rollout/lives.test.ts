import fc from "fast-check";
import { expect, it } from "vitest";
import { rolloutOrderSchema, rolloutSchema } from "../../lib/contracts/rollout.ts";
import { decide } from "./decide.ts";
import { Life, type LifeNode, type LifeSetting } from "./testing/life.ts";
import { brokenPromises } from "./testing/promises.ts";

/** Of each quarter: a machine with much else to do has time enough for one. */
const LIVES = 2_500;
/** So many looks with everything that may happen, and then so many more in which nothing does. */
const LOOKS = 25;
const LOOKS_TO_THE_END = 400;

const ZONES = ["a", "b", "c"];
const node = (index: number, controlPlane: boolean, zone: number): LifeNode => ({
	id: `n${index}`,
	name: `n${index}`,
	labels: { "topology.kubernetes.io/zone": ZONES[zone] ?? "" },
	controlPlane,
});
const anyNode = fc.record({ controlPlane: fc.nat({ max: 3 }).map((one) => one === 3), zone: fc.nat({ max: 2 }) });
const anyShare = fc.oneof(
	fc.integer({ min: 1, max: 3 }),
	fc.integer({ min: 1, max: 100 }).map((share) => `${share}%`),
);
const anyPolicy = fc
	.record({
		canary: fc.option(
			fc.record({
				nodes: anyShare,
				nodeIds: fc.oneof(fc.constant([]), fc.subarray(["n0", "n2", "n5"])),
				soakS: fc.constantFrom(0, 600, 7_200),
				ask: fc.boolean(),
			}),
		),
		batchSize: fc.option(anyShare),
		pauseS: fc.constantFrom(0, 0, 1_800),
		maxFailures: fc.integer({ min: 0, max: 3 }),
		onFailures: fc.constantFrom("hold", "hold", "roll-back"),
		askBeforeControlPlane: fc.boolean(),
		order: fc.constantFrom(...rolloutOrderSchema.options),
		orderLabel: fc.constant("topology.kubernetes.io/zone"),
		prepareConcurrency: fc.integer({ min: 1, max: 4 }),
		window: fc.oneof(
			fc.constant(null),
			fc.constantFrom(
				{ from: "11:00", to: "17:30", timeZone: "UTC" },
				{ from: "22:00", to: "04:00", timeZone: "UTC" },
				{ from: "19:00", to: "03:00", timeZone: "Asia/Shanghai" },
			),
		),
	})
	.map((policy) => rolloutSchema.parse(policy));
const anySetting: fc.Arbitrary<Omit<LifeSetting, "direction">> = fc
	.record({
		nodes: fc.array(anyNode, { minLength: 1, maxLength: 8 }),
		added: fc.array(anyNode, { maxLength: 2 }),
		policy: anyPolicy,
		maxUnavailable: anyShare,
		prepareOnly: fc.nat({ max: 7 }).map((one) => one === 7),
		seed: fc.nat(),
	})
	.map((given) => ({
		...given,
		nodes: given.nodes.map((one, index) => node(index, one.controlPlane, one.zone)),
		added: given.added.map((one, index) => node(100 + index, one.controlPlane, one.zone)),
	}));

const quarters = (["migrate", "migrate", "migrate", "rollback"] as const).map((direction, index) => ({ direction, quarter: index + 1 }));

it.each(quarters)(
	"keeps every promise at every look of 2500 rollouts and brings each to its end ($quarter, $direction)",
	({ direction }) => {
		const seen = { looks: 0, out: 0, controlPlane: 0, holds: 0, asks: 0, tries: 0, done: 0, ends: 0 };
		fc.assert(
			fc.property(anySetting, (setting) => {
				const life = new Life({ ...setting, direction });
				const gone = new Set<string>();
				const look = () => {
					const { rollout } = life;
					const actions = decide(rollout);
					const broken = brokenPromises(rollout, actions, gone);
					if (broken.length > 0) expect.fail(`${broken.join("; ")}\n${JSON.stringify({ actions, rollout }, null, "\t")}`);
					seen.looks += 1;
					for (const action of actions) {
						if (action.kind === "go-out") {
							const run = life.runs.find(({ id }) => id === action.runId);
							gone.add(action.runId);
							seen.out += 1;
							if (run?.controlPlane) seen.controlPlane += 1;
							if (run && run.attempt > 1) seen.tries += 1;
						}
						if (action.kind === "hold") seen.holds += 1;
						if (action.kind === "ask") seen.asks += 1;
						if (action.kind === "end") seen.ends += 1;
					}
					life.carryOut(actions);
				};
				for (let turn = 0; turn < LOOKS; turn += 1) {
					look();
					life.happens();
				}
				const isOver = () => ["done", "done-with-failures", "cancelled"].includes(life.state);
				for (let turn = 0; turn < LOOKS_TO_THE_END && !isOver(); turn += 1) {
					life.goesWell();
					look();
				}
				if (!isOver()) expect.fail(`it did not end\n${JSON.stringify(life.rollout, null, "\t")}`);
				if (life.state === "done") seen.done += 1;
			}),
			{ numRuns: LIVES },
		);
		// Rollouts in which hardly anything happens would show nothing.
		for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(LIVES / 20);
	},
);
