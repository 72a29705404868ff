import { randomBytes } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import type { Db } from "../db/client.ts";
import { temporaryDatabase } from "../inventory/testing/database.ts";
import { readLog, storedLog } from "./read.ts";
import { searchLog } from "./search.ts";

/** 40 chunks of 300 bytes: lines of 7 bytes do not end where chunks do. */
const CHUNK = 300;
const log = Buffer.from(Array.from({ length: 1_714 }, (_, line) => `${String(line + 1).padStart(6, "0")}\n`).join("")).subarray(
	0,
	40 * CHUNK,
);
let db: Db;

beforeEach(async () => {
	db = await temporaryDatabase();
	const run = {
		id: "r1",
		nodeName: "n1",
		direction: "migrate",
		position: 0,
		state: "cutover",
		fromRuntime: "",
		toRuntime: "",
		logGeneration: 2,
		logBytes: log.length,
	};
	const migration = {
		id: "m1",
		direction: "migrate",
		state: "running",
		policy: {},
		reason: "",
		ticket: "",
		createdById: "",
		createdBy: "",
	};
	await db.cluster.create({ data: { id: "c1", name: "c1", nodes: { create: { id: "n1", name: "n1", address: "" } } } });
	await db.migration.create({ data: { ...migration, clusterId: "c1", runs: { create: { ...run, nodeId: "n1" } } } });
	const chunk = (offset: number) => {
		const bytes = log.subarray(offset, offset + CHUNK);
		const firstLine = 1 + Math.floor(offset / 7);
		return {
			runId: "r1",
			generation: 2,
			offset,
			firstLine,
			lines: bytes.filter((byte) => byte === 10).length,
			bytes: Uint8Array.from(bytes),
		};
	};
	await db.logChunk.createMany({ data: Array.from({ length: 40 }, (_, index) => chunk(index * CHUNK)) });
	await db.logChunk.create({
		data: { runId: "r1", generation: 1, offset: 0, firstLine: 1, lines: 1, bytes: Uint8Array.from(Buffer.from("before the crash\n")) },
	});
});

it("gives all stored bytes of one generation", async () => {
	const read = async (generation: number) => {
		const pieces: Uint8Array[] = [];
		for await (const piece of storedLog(db, "r1", generation)) pieces.push(piece);
		return Buffer.concat(pieces);
	};
	expect((await read(2)).equals(log)).toBe(true);
	expect((await read(1)).toString()).toBe("before the crash\n");
	expect(await read(3)).toHaveLength(0);
});

it("gives the same log by whatever pieces it is read, each with the number of its first line", async () => {
	for (const limitBytes of [1_000, 299, 300, 301, 4_801, 100_000]) {
		const pieces: Buffer[] = [];
		for (let offset = 0; offset < log.length; ) {
			const piece = await readLog(db, "r1", { offset, limitBytes });
			expect(piece).toMatchObject({ generation: 2, offset, totalBytes: log.length, firstLine: 1 + Math.floor(offset / 7) });
			expect(piece?.bytes.length).toBe(Math.min(limitBytes, log.length - offset));
			pieces.push(piece?.bytes ?? Buffer.alloc(0));
			offset = piece?.nextOffset ?? Number.POSITIVE_INFINITY;
		}
		expect(Buffer.concat(pieces).equals(log)).toBe(true);
	}
});

it("has nothing beyond the end, of an empty log and of no run", async () => {
	expect(await readLog(db, "r1", { offset: log.length + 5, limitBytes: 10 })).toMatchObject({ offset: log.length, nextOffset: log.length });
	await db.run.update({ where: { id: "r1" }, data: { logGeneration: 3, logBytes: 0 } });
	expect(await readLog(db, "r1", { offset: 0, limitBytes: 10 })).toMatchObject({ nextOffset: 0, totalBytes: 0, firstLine: 1 });
	expect(await readLog(db, randomBytes(8).toString("hex"), { offset: 0, limitBytes: 10 })).toBeNull();
	await expect(readLog(db, "r1", { offset: -1, limitBytes: 10 })).rejects.toThrow(RangeError);
});

it("is searched from any line on, in whatever chunk that line lies", async () => {
	const options = { text: "7", mostLines: 10_000, mostBytes: Number.POSITIVE_INFINITY };
	const held = (line: number) => String(line).includes("7");
	for (const after of [0, 42, 43, 44, 299, 300, 1_700, 5_000]) {
		const found = await searchLog(db, "r1", { ...options, after });
		expect(found?.lines).toEqual(Array.from({ length: 1_714 }, (_, index) => index + 1).filter((line) => line > after && held(line)));
		expect(found).toMatchObject({ generation: 2, next: null });
	}
	expect(await searchLog(db, "r1", { ...options, after: 0, mostLines: 3 })).toEqual({ generation: 2, lines: [7, 17, 27], next: 27 });
	expect(await searchLog(db, "r1", { ...options, text: "before the crash", after: 0 })).toMatchObject({ lines: [] });
	expect(await searchLog(db, "none", { ...options, after: 0 })).toBeNull();
});
