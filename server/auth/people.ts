import { randomBytes } from "node:crypto";
import type { z } from "zod";
import type { PersonView, personInputSchema } from "../../lib/contracts/person.ts";
import { naturalCompare } from "../../lib/format.ts";
import type { Db } from "../db/client.ts";
import { alone, type Commit } from "../db/commit.ts";
import { Prisma } from "../db/generated/client.ts";
import { ifNotThere } from "../db/not-there.ts";
import { Queue } from "../db/queue.ts";
import type { EventHub } from "../events/hub.ts";
import type { OpenStreams } from "../events/open-streams.ts";
import { InventoryError } from "../inventory/errors.ts";
import { newId } from "../inventory/ids.ts";
import type { Auth } from "./auth.ts";

export interface PeopleOptions {
	db: Db;
	auth: Auth;
	hub: EventHub;
	streams: Pick<OpenStreams, "checkSessions">;
}

/** A person as the audit names them. */
interface Named {
	name: string;
	email: string;
}

/** Who may sign in: better-auth's users, with a password each. `commit`: writes the record of a change with it. */
export class People {
	readonly #turns = new Queue();

	constructor(private readonly options: PeopleOptions) {}

	/** One after another with resets and removals: what takes several steps over a password is not overtaken by them, nor undoes them. */
	inTurn<T>(work: () => Promise<T>): Promise<T> {
		return this.#turns.run(work);
	}

	/** By name. */
	async list(): Promise<PersonView[]> {
		const { db } = this.options;
		const [users, signIns] = await Promise.all([
			db.user.findMany({
				select: {
					id: true,
					name: true,
					email: true,
					createdAt: true,
					givenPassword: true,
					_count: { select: { sessions: { where: { expiresAt: { gt: new Date() } } } } },
				},
			}),
			db.auditEvent.groupBy({ by: ["actorId"], where: { action: "session.sign-in", outcome: "ok" }, _max: { at: true } }),
		]);
		const signedInAt = new Map(signIns.map((one) => [one.actorId, one._max.at]));
		return users
			.map(({ _count, createdAt, ...user }) => ({
				...user,
				createdAt: createdAt.toISOString(),
				signedInAt: signedInAt.get(user.id)?.toISOString() ?? null,
				sessions: _count.sessions,
			}))
			.sort((one, other) => naturalCompare(one.name, other.name) || naturalCompare(one.email, other.email));
	}

	/** Makes an account and returns the password to hand over, which is kept nowhere. Throws `people.email-taken`. */
	async add(
		{ name, email }: z.output<typeof personInputSchema>,
		commit: Commit<[id: string]> = alone(this.options.db),
	): Promise<{ id: string; password: string }> {
		const { db } = this.options;
		const [id, password] = [newId(), madeUp()];
		const account = { id: newId(), accountId: id, providerId: "credential", password: await this.#hash(password) };
		try {
			// One statement: nobody is there without a way to sign in.
			const data = { id, name, email, emailVerified: true, givenPassword: true, accounts: { create: account } };
			await commit([db.user.create({ data, select: { id: true } })], id);
		} catch (error) {
			if (!(error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002")) throw error;
			throw new InventoryError("people.email-taken", { email });
		}
		this.#changed();
		return { id, password };
	}

	/**
	 * Removes a person and signs them out everywhere, at once. Whoever removes is there and stays: so the last one is never removed,
	 * not even where two remove each other in the same moment. Throws `people.oneself`, `inventory.not-found`.
	 */
	async remove(id: string, by: string, commit: Commit<[was: Named]> = alone(this.options.db)): Promise<Named> {
		const { db } = this.options;
		const person = await this.#other(id, by);
		const stays = db.user.findUniqueOrThrow({ where: { id: by }, select: { id: true } });
		// Sessions and accounts go with it.
		const removed = db.user.delete({ where: { id }, select: { id: true } });
		await this.inTurn(() => commit([stays, removed], person)).catch(ifNotThere(notFound(id)));
		this.#signedOut();
		return person;
	}

	/**
	 * Puts a made-up password in the place of a person's own, signs them out everywhere, and returns it to be handed over. Throws
	 * `people.oneself`, `inventory.not-found`.
	 */
	async resetPassword(
		id: string,
		by: string,
		commit: Commit<[whose: Named]> = alone(this.options.db),
	): Promise<Named & { password: string }> {
		const { db } = this.options;
		const person = await this.#other(id, by);
		const password = madeUp();
		const hash = await this.#hash(password);
		const account = await db.account.findFirst({ where: { userId: id, providerId: "credential" }, select: { id: true } });
		// Where there is none, the password would open nothing.
		if (!account) throw notFound(id);
		const writes = [
			db.account.update({ where: account, data: { password: hash }, select: { id: true } }),
			db.user.update({ where: { id }, data: { givenPassword: true }, select: { id: true } }),
			db.session.deleteMany({ where: { userId: id } }),
		];
		await this.inTurn(() => commit(writes, person)).catch(ifNotThere(notFound(id)));
		this.#signedOut();
		return { ...person, password };
	}

	async #other(id: string, by: string): Promise<Named> {
		if (id === by) throw new InventoryError("people.oneself");
		const person = await this.options.db.user.findUnique({ where: { id }, select: { name: true, email: true } });
		if (!person) throw notFound(id);
		return person;
	}

	async #hash(password: string): Promise<string> {
		return (await this.options.auth.$context).password.hash(password);
	}

	#signedOut(): void {
		this.options.streams.checkSessions();
		this.#changed();
	}

	#changed(): void {
		this.options.hub.publish({ type: "changed", what: "people" });
	}
}

function madeUp(): string {
	return randomBytes(12).toString("base64url");
}

function notFound(id: string): InventoryError {
	return new InventoryError("inventory.not-found", { kind: "user", id });
}
