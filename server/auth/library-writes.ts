import { AsyncLocalStorage } from "node:async_hooks";
import type { Db } from "../db/client.ts";
import type { Prisma } from "../db/generated/client.ts";

/** How a statement is written; `name` is its model and method, as "session.create". Gives what the statement gives. */
export type Writer = (name: string, statement: Prisma.PrismaPromise<unknown>) => Promise<unknown>;

const MODELS: readonly PropertyKey[] = ["session", "account"];
const WRITES: readonly PropertyKey[] = ["create", "update", "updateMany", "delete", "deleteMany"];

/**
 * What the library of the sign-in writes about sessions and accounts, in the hands of who asked it: so a line in the audit can be written in
 * the same transaction.
 */
export class LibraryWrites {
	/** For the library. */
	readonly db: Db;
	readonly #writer = new AsyncLocalStorage<Writer>();

	constructor(db: Db) {
		const models = new Map(MODELS.map((name) => [name, this.#handedOver(String(name), Reflect.get(db, name) as object)]));
		this.db = new Proxy(db, { get: (target, name) => models.get(name) ?? Reflect.get(target, name) });
	}

	/** While `work` lasts, and in no other request. */
	async by<T>(writer: Writer, work: () => Promise<T>): Promise<T> {
		return this.#writer.run(writer, work);
	}

	#handedOver(model: string, statements: object): object {
		return new Proxy(statements, {
			get: (target, name) => {
				const statement: unknown = Reflect.get(target, name);
				if (typeof statement !== "function" || !WRITES.includes(name)) return statement;
				return (query: unknown) => {
					const asked = Reflect.apply(statement, target, [query]) as Prisma.PrismaPromise<unknown>;
					const writer = this.#writer.getStore();
					return writer ? writer(`${model}.${String(name)}`, asked) : asked;
				};
			},
		});
	}
}
