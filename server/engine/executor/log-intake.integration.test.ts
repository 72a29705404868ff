import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Db } from "../../db/client.ts";
import { readLog, storedPieces } from "../../logs/read.ts";
import { maskedLog } from "../../logs/redactor.ts";
import { knownSecrets } from "../../logs/secret-patterns.ts";
import { claim, type HeldLease } from "../leases.ts";
import { loadRecord } from "../record.ts";
import { PrismaRunStore } from "../store.ts";
import { silentLog, testDatabase, testMigration } from "../testing/migrations.ts";
import { CLAIMABLE } from "../transitions.ts";
import { RunContext } from "./context.ts";
import { LogIntake } from "./log-intake.ts";

const RUN = "run00001";
const SUDO = "s3cr3t of the node";
const TOKEN = "S3cretToken0123456789";
const KIB = 1024;
const nothing = () => {};
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const newlines = (bytes: Uint8Array) => bytes.filter((byte) => byte === 10).length;

/** One run and its database; each `open` is a console that has just taken it up. */
class Console {
	private constructor(
		readonly db: Db,
		private readonly lease: HeldLease,
		private readonly limitBytes: number,
	) {}

	/** The run as if nothing had ever been read of it. */
	static async with(db: Db, limitBytes = 0): Promise<Console> {
		await db.migration.deleteMany();
		await testMigration(db, { runs: [{ id: RUN, state: "cutover" }] });
		const lease = await claim(db, RUN, [...CLAIMABLE], () => new Date());
		if (!lease) throw new Error("the run is not free");
		return new Console(db, lease, limitBytes);
	}

	async open(): Promise<LogIntake> {
		const { db, lease } = this;
		const listener = { runChanged: nothing, runMoved: nothing, eventAppended: nothing, logAppended: nothing };
		const none = () => Promise.reject(new Error("not in this test"));
		const context = new RunContext(
			{
				store: new PrismaRunStore(db, listener, () => new Date(), this.limitBytes),
				consoleId: "a",
				session: () => ({ label: "", open: true, run: none, upload: none, close: nothing }) as never,
				cluster: async () => null,
				crictlArchive: async () => null,
				storedLog: async function* (runId, generation, from) {
					for await (const { bytes } of storedPieces(db, runId, generation, from)) yield bytes;
				},
				secrets: async () => [SUDO],
				originalAnnotation: async () => null,
				onAsked: () => nothing,
				ended: nothing,
				now: () => new Date(),
				monotonicMs: () => performance.now(),
				wait: async () => {},
				log: silentLog,
			},
			lease,
			await loadRecord(db, RUN),
		);
		return LogIntake.open(context);
	}

	row() {
		return this.db.run.findUniqueOrThrow({ where: { id: RUN } });
	}

	async pieces() {
		const pieces: { offset: number; bytes: Uint8Array }[] = [];
		for await (const piece of storedPieces(this.db, RUN, (await this.row()).logGeneration)) pieces.push(piece);
		return pieces;
	}

	async log(): Promise<Buffer> {
		return Buffer.concat((await this.pieces()).map(({ bytes }) => bytes));
	}

	/** What a page shows of the run beside its log. */
	async record() {
		const steps = await this.db.runStep.findMany({ where: { runId: RUN, NOT: { state: "waiting" } }, orderBy: { stepId: "asc" } });
		const events = await this.db.runEvent.findMany({ where: { runId: RUN }, orderBy: { id: "asc" } });
		return {
			steps: steps.map(({ stepId, state, logLine, durationMs }) => ({ stepId, state, logLine, durationMs })),
			events: events.map(({ code, values }) => ({ code, values })),
		};
	}

	/** All bytes of the database's files, the write-ahead log among them. */
	async files(): Promise<Buffer> {
		const list = await this.db.$queryRawUnsafe<{ file: string }[]>("PRAGMA database_list");
		const folder = dirname(list[0]?.file ?? "");
		return Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
	}
}

/** Reads on as a watch does, `most` bytes at a time. */
async function follow(intake: LogIntake, log: Buffer, until = log.length, most = 40 * KIB): Promise<void> {
	while (intake.offset < until) {
		const { generation, offset } = intake;
		await intake.take(generation, offset, log.subarray(offset, Math.min(until, offset + most)));
	}
}

const begin = (step: string, at: number) => `##gantry ${RUN} begin ${step} ${at.toFixed(2)}\n`;
const end = (step: string, outcome: string, at: number) => `##gantry ${RUN} end ${step} ${outcome} ${at.toFixed(2)}\n`;
const filler = (bytes: number, word: string) => {
	const lines = Array.from({ length: Math.ceil(bytes / 60) }, (_, line) => `${word} ${String(line).padStart(8, "0")} ${"x".repeat(40)}\n`);
	return lines.join("");
};
/** A way there and back; what it says in the middle is what a limit leaves out. */
function longLog(fillerBytes: number): Buffer {
	return Buffer.from(
		[
			begin("stop-kubelet", 10),
			filler(fillerBytes, "one"),
			end("stop-kubelet", "ok", 20),
			begin("start-containerd", 21),
			filler(fillerBytes, "two"),
			`##gantry ${RUN} cause unit-did-not-start unit=containerd.service state=failed\n`,
			end("start-containerd", "fail", 30),
			`##gantry ${RUN} revert armed 31.00\n`,
			begin("start-docker", 32),
			filler(fillerBytes, "three"),
			end("start-docker", "ok", 40.5),
			begin("restore-files", 41),
			filler(fillerBytes, "four"),
			end("restore-files", "ok", 42),
			`##gantry ${RUN} note final state=reverted\n`,
			"a last line without an end",
		].join(""),
	);
}

it("stores each byte once, masked, whatever comes twice and wherever consoles restart", async () => {
	const db = await testDatabase();
	const line = fc.oneof(
		fc.constantFrom(
			`password=${TOKEN}`,
			`say ${SUDO} aloud`,
			"-----BEGIN PRIVATE KEY-----",
			"M".repeat(64),
			"-----END PRIVATE KEY-----",
			"节点 plain",
			begin("stop-kubelet", 1).trim(),
			end("stop-kubelet", "ok", 2).trim(),
			`##gantry ${RUN} note kubelet-up pid=1`,
		),
		fc.integer({ min: 1, max: 150_000 }).map((length) => "y".repeat(length)),
	);
	const move = fc.record({
		back: fc.nat(300),
		length: fc.integer({ min: 1, max: 70_000 }),
		next: fc.constantFrom("go on", "go on", "restart", "settle"),
	});
	await fc.assert(
		fc.asyncProperty(
			fc.array(line, { minLength: 1, maxLength: 12 }),
			fc.array(move, { maxLength: 8 }),
			fc.boolean(),
			async (lines, moves, ended) => {
				const console = await Console.with(db);
				const log = Buffer.from(lines.join("\n") + (ended ? "\n" : ""));
				let intake = await console.open();
				for (const { back, length, next } of moves) {
					const from = Math.max(0, intake.offset - back);
					await intake.take(0, from, log.subarray(from, from + length));
					// In the middle of a line a settled end may be masked otherwise than the whole line: only between lines here.
					if (next === "settle" && log[intake.offset - 1] === 10) await intake.settle();
					const { offset, sha256: hash } = intake.held;
					expect(hash).toBe(sha256(log.subarray(0, offset)));
					if (next === "restart") {
						intake = await console.open();
						const again = intake.held;
						expect(again.sha256).toBe(sha256(log.subarray(0, again.offset)));
						expect(intake.offset).toBeLessThanOrEqual(again.offset);
					}
				}
				await follow(intake, log);
				await intake.settle();
				const stored = await console.log();
				expect(stored.equals(maskedLog(RUN, log, knownSecrets([SUDO])))).toBe(true);
				expect(await console.row()).toMatchObject({ logBytes: log.length, logLines: newlines(log) });
				const noted = (await console.record()).events.map(({ values }) => (values as { line: number }).line);
				expect(new Set(noted).size).toBe(noted.length);
				expect(noted.length).toBe(lines.filter((text, index) => text.includes(" note ") && (ended || index < lines.length - 1)).length);
			},
		),
		{ numRuns: 8 },
	);
});

it("never lets a secret into the database's files, also not its write-ahead log", async () => {
	const console = await Console.with(await testDatabase());
	const key = ["-----BEGIN RSA PRIVATE KEY-----", `MIIE${"k".repeat(60)}`, "c2hvcnQ=", "-----END RSA PRIVATE KEY-----"].join("\n");
	const log = Buffer.from(
		`first\npassword=${TOKEN}\n${key}\n##gantry ${RUN} note kubelet-up pid=${SUDO}\n##gantry ${RUN} cause x token=${TOKEN}\nwith ${SUDO} in it\nseen: yes\nand ${SUDO}`,
	);
	let intake = await console.open();
	for (let at = 0; at < log.length; at += 37) {
		await intake.take(0, at, log.subarray(at, at + 37));
		if (at % 111 === 0) {
			intake = await console.open();
			await follow(intake, log, Math.min(log.length, at + 37));
		}
	}
	await intake.settle();
	const files = await console.files();
	expect(files.includes("seen: yes")).toBe(true);
	for (const secret of [SUDO, TOKEN, "k".repeat(60), "c2hvcnQ="]) expect(files.includes(secret)).toBe(false);
	expect((await console.record()).events[0]).toMatchObject({ code: "node.kubelet-up", values: { pid: "*".repeat(SUDO.length) } });
});

it("knows another log after a restart by its bytes, although what it stores are others", async () => {
	const console = await Console.with(await testDatabase());
	const log = Buffer.from(`one\npassword=${TOKEN}\nthree\nfour\n`);
	await follow(await console.open(), log);
	const { offset, sha256: hash } = (await console.open()).held;
	expect(offset).toBe(log.length);
	expect(hash).toBe(sha256(log));
	// The same when masked.
	const other = Buffer.from(log.toString().replace(TOKEN, TOKEN.replace("S", "T")));
	expect(hash).not.toBe(sha256(other));
	const intake = await console.open();
	await intake.beginAnew(0);
	await follow(intake, other);
	expect((await console.open()).held).toEqual({ generation: 1, offset: other.length, sha256: sha256(other) });
	expect((await console.log()).equals(maskedLog(RUN, other))).toBe(true);
});

it("leaves out the middle of a log that is too long, says so once, and loses no step by it, also over restarts", async () => {
	const limit = 512 * KIB;
	const log = longLog(300 * KIB);
	const db = await testDatabase();
	const whole = await Console.with(db);
	const all = await whole.open();
	await follow(all, log, log.length, 200 * KIB);
	await all.settle();
	const expected = await whole.record();

	for (const restarts of [false, true]) {
		const console = await Console.with(db, limit);
		let intake = await console.open();
		for (let until = 0; until < log.length; ) {
			until = Math.min(log.length, until + 150 * KIB);
			await follow(intake, log, until, 150 * KIB);
			const { logBytes, logCut } = await console.row();
			const gap = logCut as { fromBytes: number; toBytes: number } | null;
			const held = logBytes - (gap ? gap.toBytes - gap.fromBytes : 0);
			expect(held).toBeLessThanOrEqual(limit);
			if (until > limit + 64 * KIB) expect(held).toBeGreaterThan(limit - 130 * KIB);
			if (restarts) intake = await console.open();
		}
		// What an intake held back of the last line, the one after it reads again.
		await follow(intake, log);
		await intake.settle();
		const { events, steps } = await console.record();
		expect(steps).toEqual(expected.steps);
		const told = events.filter(({ code }) => code === "run.log-cut");
		expect(told).toEqual([{ code: "run.log-cut", values: { node: "node1", limitMiB: 1, path: `/var/lib/gantry/runs/${RUN}/log` } }]);
		expect(events.filter(({ code }) => code !== "run.log-cut")).toEqual(expected.events);
		expect(intake.causes).toEqual(all.causes);
		expect((await console.open()).causes).toEqual(all.causes);

		const row = await console.row();
		expect(row).toMatchObject({ logBytes: log.length, logLines: newlines(log) });
		const cut = row.logCut as { fromBytes: number; toBytes: number; fromLine: number; toLine: number };
		expect(cut.fromBytes).toBeGreaterThanOrEqual(limit / 4);
		expect(cut.fromBytes).toBeLessThan(limit / 4 + 128 * KIB);
		expect(cut.fromLine).toBe(1 + newlines(log.subarray(0, cut.fromBytes)));
		expect(cut.toLine).toBe(1 + newlines(log.subarray(0, cut.toBytes)));
		const stored = Buffer.concat([log.subarray(0, cut.fromBytes), log.subarray(cut.toBytes)]);
		expect((await console.log()).equals(stored)).toBe(true);

		// Read by pieces it is the same, with the lines' own numbers, and never a piece over what is left out.
		const read: Buffer[] = [];
		for (let at = 0; at < log.length; ) {
			const piece = await readLog(console.db, RUN, { offset: at, limitBytes: 150_000 });
			if (!piece) throw new Error("no log");
			expect(piece.bytes.equals(log.subarray(piece.offset, piece.offset + piece.bytes.length))).toBe(true);
			expect(piece).toMatchObject({ cut, firstLine: 1 + newlines(log.subarray(0, piece.offset)), totalBytes: log.length });
			read.push(piece.bytes);
			at = piece.nextOffset;
		}
		expect(Buffer.concat(read).equals(stored)).toBe(true);
		expect(await readLog(console.db, RUN, { offset: cut.fromBytes + 1, limitBytes: 10 })).toMatchObject({ offset: cut.toBytes });
	}
});
