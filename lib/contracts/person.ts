import { z } from "zod";
import { idSchema } from "./id.ts";

/** Somebody who may sign in. */
const personViewSchema = z.object({
	id: z.string(),
	name: z.string(),
	email: z.string(),
	createdAt: z.string(),
	/** Null where they never have, as far as the audit goes back. */
	signedInAt: z.string().nullable(),
	/** Browsers in which they are signed in now. */
	sessions: z.number().int(),
	/** They have not yet changed the password that was handed to them. */
	givenPassword: z.boolean(),
});
export type PersonView = z.infer<typeof personViewSchema>;

/** GET /people: by name. */
export const personListSchema = z.object({ people: z.array(personViewSchema) });

/** POST /people. DELETE /people/:id. POST /people/:id/reset-password {}. */
export const personInputSchema = z.object({
	name: z.string().trim().min(1).max(100),
	email: z.string().trim().toLowerCase().max(254).pipe(z.email()),
});
export type PersonInput = z.input<typeof personInputSchema>;

/** Told this once and kept nowhere: the password that a person signs in with once, to choose their own. */
export const givenPasswordSchema = z.object({ id: z.string(), password: z.string() });

/** GET /me: who is signed in, and to which version of the console. */
export const meSchema = z.object({ user: z.object({ id: idSchema, name: z.string(), email: z.string() }), version: z.string() });
