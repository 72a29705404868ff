import { z } from "zod";

/** Of a row, as a request names it. */
export const idSchema = z.string().min(1).max(64);

/** What a route answers that made something of one row. */
export const createdSchema = z.object({ id: idSchema });
