import type { Db } from "./client.ts";
import type { Prisma } from "./generated/client.ts";

type Write = Prisma.PrismaPromise<unknown>;
/** What the statements gave, one by one. */
export type Written<Writes extends readonly Write[]> = { -readonly [Each in keyof Writes]: Awaited<Writes[Each]> };

/**
 * Writes a change in one transaction, together with whatever has to be there exactly if the change is: who made it is on record so. `came`
 * is what the change comes to, for that record. A statement that finds nothing throws P2025, and then nothing is written.
 */
export type Commit<Came extends unknown[] = []> = <Writes extends readonly Write[]>(
	writes: readonly [...Writes],
	...came: Came
) => Promise<Written<Writes>>;

/** With nothing beside it: what the console does by itself, and what a test does. */
export function alone(db: Db): Commit<unknown[]> {
	return async <Writes extends readonly Write[]>(writes: readonly [...Writes]) => (await db.$transaction([...writes])) as Written<Writes>;
}
