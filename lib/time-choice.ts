export const TIME_CHOICES = ["local", "utc"] as const;
/** In which zone moments are told: the browser's, or the one that the nodes' logs and most change tickets are written in. */
export type TimeChoice = (typeof TIME_CHOICES)[number];

/** Read by the server with each page, written by the switch. */
export const TIME_COOKIE = "gantry-time";

/** The stored choice where it is one of ours, else local time. */
export function chooseTime(stored: string | undefined): TimeChoice {
	return TIME_CHOICES.find((choice) => choice === stored) ?? "local";
}

/** The zone to hand to the functions of lib/format.ts; undefined = the browser's. */
export function zoneOf(choice: TimeChoice): string | undefined {
	return choice === "utc" ? "UTC" : undefined;
}

/** The name of this machine's zone: `Asia/Shanghai`. */
export function localZone(): string {
	return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
