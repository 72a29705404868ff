import { z } from "zod";

/** Of a path with one id. */
export const idParams = z.object({ id: z.string().min(1).max(64) });

/** `withHistory=1`: what was recorded of it goes with it. */
export const withHistoryQuery = z.object({ withHistory: z.literal("1").optional() });
