import type { CountOrPercent } from "./contracts/rollout.ts";

/** At least one; a share is of `total` and rounded down, so that never more are out than was said. */
export function atMost(count: CountOrPercent, total: number): number {
	return Math.max(1, typeof count === "number" ? count : Math.floor((total * percent(count)) / 100));
}

/** At least one; a share is of `total` and rounded up: a part of a node is a node. */
export function atLeast(count: CountOrPercent, total: number): number {
	return Math.max(1, typeof count === "number" ? count : Math.ceil((total * percent(count)) / 100));
}

function percent(share: string): number {
	return Number(share.slice(0, -1));
}
