import type { AuditAction } from "../../lib/audit-record.ts";
import type { AuditLog, AuditRecord } from "../audit/audit.ts";
import type { Writer } from "../auth/library-writes.ts";
import type { Prisma } from "../db/generated/client.ts";

interface Options {
	audit: Pick<AuditLog, "commit">;
	/** The library's statements by name, and what each of them does. */
	done: Record<string, AuditAction>;
	line: (action: AuditAction) => AuditRecord;
	/** What has to be written or to hold with it. */
	beside: (action: AuditAction) => Prisma.PrismaPromise<unknown>[];
}

/** Lines in the audit of what the library of the sign-in does for one request, each in the transaction of the first statement that does it. */
export class LibraryLines {
	/** Why something was not written; the library may have passed over it. */
	failure: unknown = null;
	readonly #begun = new Map<AuditAction, Promise<unknown>>();
	readonly #written = new Set<AuditAction>();

	constructor(private readonly options: Options) {}

	readonly writer: Writer = async (name, statement) => {
		const action = this.options.done[name];
		if (!action) return statement;
		const first = this.#begun.get(action);
		if (first) {
			await first;
			return statement;
		}
		const written = this.#together(action, statement);
		this.#begun.set(action, written);
		return written;
	};

	has(action: AuditAction): boolean {
		return this.#written.has(action);
	}

	async #together(action: AuditAction, statement: Prisma.PrismaPromise<unknown>): Promise<unknown> {
		const { audit, line, beside } = this.options;
		try {
			const results: unknown[] = await audit.commit([...beside(action), statement], [line(action)]);
			this.#written.add(action);
			return results.at(-1);
		} catch (error) {
			this.failure ??= error;
			throw error;
		}
	}
}
