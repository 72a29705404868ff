import type { z } from "zod";
import { MOST_EXPORTED_RUNS, type migrationExportQuerySchema, type runExportQuerySchema } from "../../lib/contracts/history.ts";
import { csvRow } from "../../lib/csv.ts";
import type { Console } from "../console.ts";
import { withCounts } from "../engine/history.ts";
import { migrationsWhere, runsWhere } from "../engine/history-filter.ts";
import { migrationViews, runViews } from "../engine/views.ts";
import { exportAnswer, jsonArray } from "./export-answer.ts";

/** Rows a query: a file of any length passes through little memory. */
const AT_ONCE = 200;
const ENDED = new Set(["failed", "reverted", "revert-failed"]);

type Cells = readonly (string | number | null)[];
interface Exported {
	/** Column by column. */
	cells: Cells;
	/** All of it. */
	record: object;
}

const RUN_COLUMNS =
	"run,node,cluster,direction,attempt,state,result,from,to,planned,started,ended,seconds,verified,migration,ticket,reason,by,prepare.sh sha256,cutover.sh sha256,revert.sh sha256".split(
		",",
	);
const MIGRATION_COLUMNS =
	"migration,cluster,direction,state,ticket,reason,by,planned,started,ended,seconds,nodes,done,failed,left out".split(",");

/**
 * Runs, newest first, as a file that is written while they are read: none that begins meanwhile, which would move the rest.
 * `x-gantry-cut` says where more match than it may hold.
 */
export async function runsExport({ db }: Console, query: z.output<typeof runExportQuerySchema>): Promise<Response> {
	const now = new Date();
	const where = { ...runsWhere(query, now), createdAt: { lte: now } };
	const read = async (skip: number): Promise<Exported[]> => {
		const runs = await runViews(db, where, { take: AT_ONCE, skip, newestFirst: true });
		const told = await db.migration.findMany({
			where: { id: { in: [...new Set(runs.map((run) => run.migrationId))] } },
			select: { id: true, reason: true, ticket: true, createdBy: true },
		});
		return runs.map((run) => {
			const { reason = "", ticket = "", createdBy = "" } = told.find(({ id }) => id === run.migrationId) ?? {};
			const { prepare = null, cutover = null, revert = null } = run.scriptSha256 ?? {};
			const what = [run.id, run.nodeName, run.clusterName, run.direction, run.attempt, run.state, run.result?.code ?? null];
			const times = [run.createdAt, run.startedAt, run.endedAt, seconds(run)];
			const why = [run.migrationId, ticket, reason, createdBy];
			return {
				cells: [...what, run.fromRuntime, run.toRuntime, ...times, run.verified, ...why, prepare, cutover, revert],
				record: { ...run, ticket, reason, createdBy },
			};
		});
	};
	return file({ name: "runs", format: query.format, total: await db.run.count({ where }), columns: RUN_COLUMNS, read, now });
}

/** The same of migrations. */
export async function migrationsExport({ db }: Console, query: z.output<typeof migrationExportQuerySchema>): Promise<Response> {
	const now = new Date();
	const where = { ...migrationsWhere(query, now), createdAt: { lte: now } };
	const read = async (skip: number): Promise<Exported[]> => {
		const migrations = await withCounts(db, await migrationViews(db, where, { take: AT_ONCE, skip }));
		return migrations.map((migration) => {
			const { id, clusterName, direction, state, ticket, reason, createdBy, createdAt, startedAt, endedAt, counts } = migration;
			const count = (wanted: (state: string) => boolean) =>
				Object.entries(counts).reduce((sum, [one, nodes]) => sum + (wanted(one) ? nodes : 0), 0);
			const nodes = [count(() => true), counts["done"] ?? 0, count((one) => ENDED.has(one)), counts["skipped"] ?? 0];
			return {
				cells: [
					...[id, clusterName, direction, state, ticket, reason, createdBy],
					...[createdAt, startedAt, endedAt, seconds(migration)],
					...nodes,
				],
				record: migration,
			};
		});
	};
	return file({
		name: "migrations",
		format: query.format,
		total: await db.migration.count({ where }),
		columns: MIGRATION_COLUMNS,
		read,
		now,
	});
}

function seconds({ startedAt, endedAt }: { startedAt: string | null; endedAt: string | null }): number | null {
	return startedAt === null || endedAt === null ? null : Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 1_000);
}

interface FileOptions {
	name: string;
	format: "csv" | "json";
	total: number;
	columns: readonly string[];
	read: (skip: number) => Promise<Exported[]>;
	now: Date;
}

function file({ name, format, total, columns, read, now }: FileOptions): Response {
	const cut = total > MOST_EXPORTED_RUNS;
	const texts = format === "csv" ? asCsv(columns, rows(read)) : jsonArray(records(rows(read)));
	return exportAnswer({ what: name, format, texts, now, newest: cut ? MOST_EXPORTED_RUNS : null });
}

async function* rows(read: (skip: number) => Promise<Exported[]>): AsyncGenerator<Exported> {
	for (let skip = 0; skip < MOST_EXPORTED_RUNS; skip += AT_ONCE) {
		const page = await read(skip);
		yield* page;
		if (page.length < AT_ONCE) return;
	}
}

async function* asCsv(columns: readonly string[], exported: AsyncIterable<Exported>): AsyncGenerator<string> {
	yield csvRow(columns);
	for await (const { cells } of exported) yield csvRow(cells);
}

async function* records(exported: AsyncIterable<Exported>): AsyncGenerator<unknown> {
	for await (const { record } of exported) yield record;
}
