import { expect, it } from "vitest";
import { testDatabase, testMigration } from "../engine/testing/migrations.ts";
import { removeOldLogs } from "./retention.ts";

const NOW = new Date("2026-03-01T00:00:00Z");
const daysAgo = (days: number) => new Date(NOW.getTime() - days * 86_400_000);

it("removes the logs of runs that ended before the limit, says so, and keeps everything else", async () => {
	const db = await testDatabase();
	await testMigration(db, {
		runs: [
			{ id: "old00001", state: "done", more: { endedAt: daysAgo(31), logBytes: 3, logLines: 1 } },
			{ id: "new00001", state: "done", more: { endedAt: daysAgo(29), logBytes: 3, logLines: 1 } },
			// Older than any limit, and somebody still works on it.
			{ id: "busy0001", state: "reverting", more: { endedAt: null, logBytes: 3, logLines: 1 } },
		],
	});
	for (const runId of ["old00001", "new00001", "busy0001"])
		await db.logChunk.create({ data: { runId, generation: 0, offset: 0, firstLine: 1, lines: 1, bytes: new Uint8Array([65, 66, 10]) } });
	expect(await removeOldLogs(db, { days: 30, now: NOW })).toBe(1);
	expect((await db.logChunk.findMany({ orderBy: { runId: "asc" } })).map(({ runId }) => runId)).toEqual(["busy0001", "new00001"]);
	expect(await db.run.findUnique({ where: { id: "old00001" }, include: { steps: true } })).toMatchObject({
		state: "done",
		logBytes: 0,
		logRemovedAt: NOW,
		steps: expect.arrayContaining([expect.objectContaining({ stepId: "connect" })]),
	});
	expect(await db.run.findUnique({ where: { id: "new00001" } })).toMatchObject({ logBytes: 3, logRemovedAt: null });
	expect(await removeOldLogs(db, { days: 30, now: NOW })).toBe(0);
});
