/** Real nodes take real time: what a simulated case waits an hour for is cut to this, in seconds. */
const LONGEST_WAIT_S = 45;

export function shortened(seconds: number): number {
	return Math.min(seconds, LONGEST_WAIT_S);
}
