import type { FieldChange } from "./contracts/audit.ts";
import type { Policy } from "./contracts/plan.ts";
import type { Pace } from "./contracts/rollout.ts";
import { fieldChanges } from "./field-changes.ts";

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

/** What differs, for the record. Empty where nothing does. */
export function paceChanges(before: Pace, after: Pace): FieldChange[] {
	return fieldChanges({ ...before, window: windowText(before.window) }, { ...after, window: windowText(after.window) });
}

function windowText(window: Pace["window"]): string | null {
	return window && `${window.from}-${window.to} ${window.timeZone}`;
}
