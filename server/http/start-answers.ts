import type { z } from "zod";
import type { migrationActionInputSchema } from "../../lib/contracts/migration.ts";
import type { MigrationView } from "../../lib/contracts/run.ts";
import { MOST_DAYS_AHEAD, scheduleRefusal } from "../../lib/schedule.ts";
import type { AuditRecord } from "../audit/audit.ts";
import type { Commit } from "../db/commit.ts";
import { whyNotStart } from "../engine/start-check.ts";
import { HttpError } from "./problem.ts";
import type { AuditNote, RouteContext } from "./route.ts";

interface Start
	extends Pick<
		RouteContext<unknown, unknown, z.output<typeof migrationActionInputSchema>>,
		"console" | "person" | "actor" | "body" | "note" | "commit"
	> {
	migration: MigrationView;
	target: NonNullable<AuditNote["target"]>;
}

/** Has a plan carried out from now on. Throws 409 with why it may not start, its state, or that another plan is there than was seen. */
export async function startNow(start: Start): Promise<void> {
	const { console, person, body, migration } = start;
	const { withoutApi = false, digest = "" } = body;
	await noteStart(start);
	await refuseUnready(start);
	await console.engine.change.start(migration.id, person.email, { withoutApi, personId: person.id, digest, commit: recorded(start) });
}

/**
 * Has the console start a draft later. All that a start asks for is asked now. Throws 409 with why it may not start, its state, or that another plan is there than was seen, 422 where
 * no moment is given, it is past or too far ahead.
 */
export async function scheduleMigration(start: Start): Promise<void> {
	const { console, person, body, migration } = start;
	const { confirm, withoutApi = false, digest = "", schedule } = body;
	if (!schedule) throw new HttpError(422, "migration.schedule-needed");
	const { startAt, timeZone } = schedule;
	await noteStart(start, { startAt });
	const refusal = scheduleRefusal(Date.parse(startAt), Date.now());
	if (refusal === "past") throw new HttpError(422, "migration.schedule-past", { startAt, timeZone });
	if (refusal === "too-far") throw new HttpError(422, "migration.schedule-too-far", { startAt, timeZone, days: MOST_DAYS_AHEAD });
	await refuseUnready(start);
	const by = { id: person.id, name: person.email };
	await console.engine.schedule.set(migration.id, {
		...schedule,
		confirm,
		withoutApi,
		digest,
		person: by,
		commit: recorded(start),
	});
}

/** What is asked, for the record. A start's reason is its migration's: a draft of a console that did not ask for one has none yet, and 422 is thrown. */
async function noteStart({ console, body, note, migration }: Start, when: { startAt?: string } = {}): Promise<void> {
	const { id, direction, reason, ticket } = migration;
	const count = await console.db.run.count({ where: { migrationId: id, state: "queued" } });
	note({ values: { ...when, direction, count, reason, ticket, withoutApi: body.withoutApi ? "yes" : "no" } });
	if (reason === "") throw new HttpError(422, "migration.plan-reason-needed");
}

/** Throws 409 for the state that things are in, 422 for an override that nothing asks for. */
async function refuseUnready({ console: { db, nodes }, body: { confirm, withoutApi = false }, migration }: Start): Promise<void> {
	const why = await whyNotStart(db, migration.id, { confirm, withoutApi }, (ids) => nodes.list({ ids }));
	if (why) throw new HttpError(why.code === "migration.without-api-refused" ? 422 : 409, why.code, why.values);
}

/** Writes the start with its line; and with another one that says which nodes go without the cluster's API, where any do. */
function recorded({ actor, commit, migration: { reason }, target }: Start): Commit<[without: string[]]> {
	return (writes, without) => {
		const gone: AuditRecord = {
			actor,
			action: "migration.without-api",
			target,
			values: { reason, count: without.length, names: without.join(", ") },
		};
		const some = without.length > 0;
		return commit(writes, { values: { withoutApi: some ? "yes" : "no" } }, some ? [gone] : []);
	};
}
