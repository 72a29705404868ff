import type { z } from "zod";
import { directionSchema, policySchema } from "../../lib/contracts/plan.ts";
import type { TemplateView, templateInputSchema } from "../../lib/contracts/template.ts";
import { naturalCompare } from "../../lib/format.ts";
import { templatePolicy } from "../../lib/template-policy.ts";
import type { Db } from "../db/client.ts";
import { alone, type Commit } from "../db/commit.ts";
import type { Prisma } from "../db/generated/client.ts";
import { ifNotThere } from "../db/not-there.ts";
import { ifTaken } from "../db/taken.ts";
import type { EventHub } from "../events/hub.ts";
import { InventoryError } from "../inventory/errors.ts";
import { newId } from "../inventory/ids.ts";

interface KnownTemplate {
	name: string;
	direction: string;
}

type TemplateRow = Prisma.TemplateGetPayload<object>;

/** Policies that people keep under a name, for migrations of any cluster. `commit`: writes the record of a change with it. */
export class Templates {
	constructor(private readonly options: { db: Db; hub: EventHub }) {}

	/** By name. */
	async list(): Promise<TemplateView[]> {
		const rows = await this.options.db.template.findMany();
		return rows.map(toView).sort((one, other) => naturalCompare(one.name, other.name));
	}

	/** Keeps what does not depend on certain nodes; returns the id. Throws `inventory.name-taken`. */
	async create(
		{ policy, ...input }: z.output<typeof templateInputSchema>,
		createdBy: string,
		commit: Commit<[id: string]> = alone(this.options.db),
	): Promise<string> {
		const { db, hub } = this.options;
		const id = newId();
		const write = db.template.create({ data: { ...input, id, policy: templatePolicy(policy), createdBy } });
		await commit([write], id).catch(ifTaken(taken(input.name)));
		hub.publish({ type: "changed", what: "templates", id });
		return id;
	}

	/** Throws `inventory.not-found`. */
	async get(id: string): Promise<KnownTemplate> {
		const row = await this.options.db.template.findUnique({ where: { id }, select: { name: true, direction: true } });
		if (!row) throw notFound(id);
		return row;
	}

	/** Gives it another name; all else of it stays. Throws `inventory.name-taken`, `inventory.not-found`. */
	async rename(id: string, name: string, commit: Commit = alone(this.options.db)): Promise<void> {
		const { db, hub } = this.options;
		const write = db.template.update({ where: { id }, data: { name }, select: { id: true } });
		await commit([write])
			.catch(ifTaken(taken(name)))
			.catch(ifNotThere(notFound(id)));
		hub.publish({ type: "changed", what: "templates", id });
	}

	/** Returns what it was. Migrations that were planned from it keep their own policy. Throws `inventory.not-found`. */
	async delete(id: string, commit: Commit<[was: KnownTemplate]> = alone(this.options.db)): Promise<KnownTemplate> {
		const { db, hub } = this.options;
		const was = await this.get(id);
		await commit([db.template.delete({ where: { id }, select: { id: true } })], was).catch(ifNotThere(notFound(id)));
		hub.publish({ type: "changed", what: "templates", id });
		return was;
	}
}

function notFound(id: string): InventoryError {
	return new InventoryError("inventory.not-found", { kind: "template", id });
}

function taken(name: string): InventoryError {
	return new InventoryError("inventory.name-taken", { kind: "template", name });
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
