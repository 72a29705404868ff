import type { z } from "zod";
import { directionSchema, policySchema } from "../../lib/contracts/plan.ts";
import type { TemplateView, templateInputSchema } from "../../lib/contracts/template.ts";
import { naturalCompare } from "../../lib/format.ts";
import { templatePolicy } from "../../lib/template-policy.ts";
import type { Db } from "../db/client.ts";
import { Prisma } from "../db/generated/client.ts";
import type { EventHub } from "../events/hub.ts";
import { InventoryError } from "../inventory/errors.ts";
import { newId } from "../inventory/ids.ts";

type TemplateRow = Prisma.TemplateGetPayload<object>;

/** Policies that people keep under a name, for migrations of any cluster. */
export class Templates {
	constructor(private readonly options: { db: Db; hub: EventHub }) {}

	/** By name. */
	async list(): Promise<TemplateView[]> {
		const rows = await this.options.db.template.findMany();
		return rows.map(toView).sort((one, other) => naturalCompare(one.name, other.name));
	}

	/** Keeps what does not depend on certain nodes; returns the id. Throws `inventory.name-taken`. */
	async create({ policy, ...input }: z.output<typeof templateInputSchema>, createdBy: string): Promise<string> {
		const { db, hub } = this.options;
		const id = newId();
		try {
			await db.template.create({ data: { ...input, id, policy: templatePolicy(policy), createdBy } });
		} catch (error) {
			if (!(error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002")) throw error;
			throw new InventoryError("inventory.name-taken", { kind: "template", name: input.name });
		}
		hub.publish({ type: "changed", what: "templates", id });
		return id;
	}

	/** Returns what it was. Migrations that were planned from it keep their own policy. Throws `inventory.not-found`. */
	async delete(id: string): Promise<{ name: string; direction: string }> {
		const { db, hub } = this.options;
		const row = await db.template.findUnique({ where: { id }, select: { name: true, direction: true } });
		if (!row || (await db.template.deleteMany({ where: { id } })).count === 0)
			throw new InventoryError("inventory.not-found", { kind: "template", id });
		hub.publish({ type: "changed", what: "templates", id });
		return row;
	}
}

/** A policy of an older version gets today's defaults; one that cannot be read at all is said to be so, and spoils no list. */
function toView({ policy, direction, createdAt, updatedAt, ...row }: TemplateRow): TemplateView {
	return {
		...row,
		direction: directionSchema.parse(direction),
		policy: policySchema.safeParse(policy).data ?? null,
		createdAt: createdAt.toISOString(),
		updatedAt: updatedAt.toISOString(),
	};
}
