import { z } from "zod";
import { timeZoneSchema } from "./rollout.ts";

/** When a migration is to start: the moment, and the zone that the person thought of it in. */
export const scheduleInputSchema = z.object({ startAt: z.iso.datetime(), timeZone: timeZoneSchema });
export type ScheduleInput = z.infer<typeof scheduleInputSchema>;

export const scheduleViewSchema = z.object({
	/** ISO 8601, UTC. */
	startAt: z.string(),
	timeZone: z.string(),
	/** Who scheduled it. */
	by: z.string(),
});
export type ScheduleView = z.infer<typeof scheduleViewSchema>;
