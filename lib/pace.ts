import type { Policy } from "./contracts/plan.ts";
import type { Pace } from "./contracts/rollout.ts";

/** The part of a policy that may be changed while its migration is under way. */
export function paceOf({ maxUnavailable, rollout }: Policy): Pace {
	const { batchSize, pauseS, maxFailures, prepareConcurrency, window } = rollout;
	return { maxUnavailable, batchSize, pauseS, soakS: rollout.canary?.soakS ?? 0, maxFailures, prepareConcurrency, window };
}

/** The policy with another pace; a soak without canaries has no effect. */
export function withPace(policy: Policy, { maxUnavailable, soakS, ...rest }: Pace): Policy {
	const { canary } = policy.rollout;
	return { ...policy, maxUnavailable, rollout: { ...policy.rollout, ...rest, canary: canary && { ...canary, soakS } } };
}

/** What differs, as one line for the record: `maxUnavailable 1 -> 20%, window none -> 22:00-04:00 Asia/Shanghai`. Empty where nothing does. */
export function paceChanges(before: Pace, after: Pace): string {
	const names = Object.keys(after) as (keyof Pace)[];
	return names
		.map((name) => ({ name, from: shown(before[name]), to: shown(after[name]) }))
		.filter(({ from, to }) => from !== to)
		.map(({ name, from, to }) => `${name} ${from} -> ${to}`)
		.join(", ");
}

function shown(value: Pace[keyof Pace]): string {
	if (value === null) return "none";
	return typeof value === "object" ? `${value.from}-${value.to} ${value.timeZone}` : String(value);
}
