/** The fleet that the browser tests bring up for themselves. */
export const FLEET_NAME = "browser";

/** A fleet that is up already, to be used instead and left up. */
export function givenFleet(): string | undefined {
	return process.env.GANTRY_FLEET || undefined;
}
