import type { z } from "zod";
import type { migrationActionInputSchema } from "../../lib/contracts/api.ts";
import type { MigrationView } from "../../lib/contracts/run.ts";
import { MOST_DAYS_AHEAD, scheduleRefusal } from "../../lib/schedule.ts";
import { whyNotStart } from "../engine/start-check.ts";
import { HttpError } from "./problem.ts";
import type { AuditNote, RouteContext } from "./route.ts";
import { startRefusal } from "./start-refusal.ts";

type Asked = Pick<
	RouteContext<unknown, unknown, z.output<typeof migrationActionInputSchema>>,
	"console" | "person" | "actor" | "body" | "note"
>;

/**
 * Has the console start a draft later. All that a start asks for is asked now. Throws 409 with why it may not start, its state, or that another plan is there than was seen, 422 where
 * no moment is given, it is past or too far ahead.
 */
export async function scheduleMigration(
	migration: MigrationView,
	target: NonNullable<AuditNote["target"]>,
	{ console, person, actor, body, note }: Asked,
): Promise<void> {
	const { db, audit, engine, nodes } = console;
	const { id, direction, reason, ticket } = migration;
	const { confirm, withoutApi = false, digest = "", schedule } = body;
	if (!schedule) throw new HttpError(422, "migration.schedule-needed");
	const { startAt, timeZone } = schedule;
	const count = await db.run.count({ where: { migrationId: id, state: "queued" } });
	note({ values: { startAt, direction, count, reason, ticket, withoutApi: withoutApi ? "yes" : "no" } });
	const refusal = scheduleRefusal(Date.parse(startAt), Date.now());
	if (refusal === "past") throw new HttpError(422, "migration.schedule-past", { startAt, timeZone });
	if (refusal === "too-far") throw new HttpError(422, "migration.schedule-too-far", { startAt, timeZone, days: MOST_DAYS_AHEAD });
	const why = await whyNotStart(db, id, { confirm, withoutApi }, (ids) => nodes.list({ ids }));
	if (why) throw startRefusal(why);
	const by = { id: person.id, name: person.email };
	const without = await engine.schedule.set(id, { ...schedule, confirm, withoutApi, digest, person: by });
	note({ values: { startAt, direction, count, reason, ticket, withoutApi: without.length > 0 ? "yes" : "no" } });
	if (without.length > 0) {
		const values = { reason, count: without.length, names: without.join(", ") };
		await audit.record({ actor, action: "migration.without-api", target, values });
	}
}
