import { afterAll, beforeAll, expect, it } from "vitest";
import type { StreamMessage } from "@/lib/contracts/stream.ts";
import { LOG_HEADERS } from "@/lib/log-headers.ts";
import { Prisma } from "@/server/db/generated/client.ts";
import { ADMINISTRATOR, type TestConsole, testConsole } from "../testing/console.ts";
import { POST as upload } from "./archives/route.ts";
import { POST as keep } from "./runs/[id]/keep/route.ts";
import { GET as readLog } from "./runs/[id]/log/route.ts";
import { GET as searchLog } from "./runs/[id]/log/search/route.ts";
import { POST as lookAgain } from "./runs/[id]/look-again/route.ts";
import { GET as listRuns } from "./runs/route.ts";
import { PUT as follow } from "./stream/[id]/logs/route.ts";
import { GET as stream } from "./stream/route.ts";

const LOG = Buffer.from(`${"first line\n"}${"zweite Zeile ä\n"}`);
let test: TestConsole;
let cookie: string;
beforeAll(async () => {
	test = await testConsole();
	cookie = await test.signIn();
	const { db } = test.console;
	const run = { nodeName: "node1", direction: "migrate", fromRuntime: "docker://19.3.13", toRuntime: "containerd://1.4.3" };
	await db.cluster.create({ data: { id: "c1", name: "legacy", nodes: { create: { id: "n1", name: "node1", address: "10.0.0.1" } } } });
	await db.migration.create({
		data: {
			id: "m1",
			clusterId: "c1",
			direction: "migrate",
			state: "done",
			policy: {},
			reason: "end of life",
			ticket: "OPS-1",
			createdById: "u",
			createdBy: "ann",
			runs: {
				create: {
					...run,
					id: "r1",
					nodeId: "n1",
					position: 0,
					state: "done",
					logBytes: LOG.length,
					logLines: 2,
					chunks: {
						create: [
							{ generation: 0, offset: 0, firstLine: 1, lines: 1, bytes: new Uint8Array(LOG.subarray(0, 11)) },
							{ generation: 0, offset: 11, firstLine: 2, lines: 1, bytes: new Uint8Array(LOG.subarray(11)) },
						],
					},
				},
			},
		},
	});
});
afterAll(() => test.close());

it("gives a log's bytes from an offset, and says where they lie", async () => {
	const response = await test.call(readLog, "/api/v1/runs/r1/log?offset=4&limit=10", { cookie, params: { id: "r1" } });
	expect(Buffer.from(await response.arrayBuffer())).toEqual(LOG.subarray(4, 14));
	expect(response.headers.get("content-type")).toBe("application/octet-stream");
	const said = Object.fromEntries(Object.entries(LOG_HEADERS).map(([name, header]) => [name, response.headers.get(header)]));
	expect(said).toEqual({ offset: "4", next: "14", total: String(LOG.length), generation: "0", firstLine: "1", cut: null });
});

it("says what is left out of a log, in a header and in the file", async () => {
	const { db } = test.console;
	await db.logChunk.delete({ where: { runId_generation_offset: { runId: "r1", generation: 0, offset: 0 } } });
	await db.run.update({ where: { id: "r1" }, data: { logCut: { fromBytes: 0, toBytes: 11, fromLine: 1, toLine: 2 } } });
	const piece = await test.call(readLog, "/api/v1/runs/r1/log?offset=4&limit=10", { cookie, params: { id: "r1" } });
	expect(piece.headers.get(LOG_HEADERS.cut)).toBe("0 11 1 2");
	expect(piece.headers.get(LOG_HEADERS.offset)).toBe("11");
	const file = await test.call(readLog, "/api/v1/runs/r1/log?download=1", { cookie, params: { id: "r1" } });
	expect(await file.text()).toBe(`##gantry-console left-out bytes=11 whole-log=/var/lib/gantry/runs/r1/log\n${LOG.subarray(11)}`);
	await db.logChunk.create({
		data: { runId: "r1", generation: 0, offset: 0, firstLine: 1, lines: 1, bytes: new Uint8Array(LOG.subarray(0, 11)) },
	});
	await db.run.update({ where: { id: "r1" }, data: { logCut: Prisma.DbNull } });
});

it("gives the whole log as a file", async () => {
	const response = await test.call(readLog, "/api/v1/runs/r1/log?download=1", { cookie, params: { id: "r1" } });
	expect(Buffer.from(await response.arrayBuffer())).toEqual(LOG);
	expect(response.headers.get("content-disposition")).toBe('attachment; filename="node1-migrate-r1.log"');
	expect(response.headers.get("content-type")).toMatch(/^text\/plain/);
});

it("finds the lines of a log that hold a text, whatever its case", async () => {
	const search = (query: string, id = "r1") => test.call(searchLog, `/api/v1/runs/${id}/log/search?${query}`, { cookie, params: { id } });
	expect(await (await search("q=ZEILE%20%C3%84")).json()).toEqual({ generation: 0, lines: [2], next: null });
	expect(await (await search("q=i&after=1")).json()).toEqual({ generation: 0, lines: [2], next: null });
	for (const query of ["", "q=", `q=${"x".repeat(201)}`, "q=i&after=-1"]) expect((await search(query)).status).toBe(400);
	expect((await search("q=i", "r2")).status).toBe(404);
	const stranger = await test.call(searchLog, "/api/v1/runs/r1/log/search?q=i", { params: { id: "r1" } });
	expect(stranger.status).toBe(401);
});

it("refuses an offset that is none, and a run that is none", async () => {
	expect((await test.call(readLog, "/api/v1/runs/r1/log?offset=-1", { cookie, params: { id: "r1" } })).status).toBe(400);
	expect((await test.call(readLog, "/api/v1/runs/r2/log", { cookie, params: { id: "r2" } })).status).toBe(404);
	expect((await test.call(readLog, "/api/v1/runs/r2/log?download=1", { cookie, params: { id: "r2" } })).status).toBe(404);
});

it.each([
	["?q=OPS-1", 1],
	["?q=NODE1&state=done&direction=migrate&clusterId=c1&nodeId=n1", 1],
	["?q=somebody", 0],
	["?direction=rollback", 0],
])("finds runs in the history by %s", async (query, total) => {
	const response = await test.call(listRuns, `/api/v1/runs${query}`, { cookie });
	expect(await response.json()).toMatchObject({ total, runs: total ? [{ id: "r1", clusterName: "legacy" }] : [] });
});

it("takes a person's answer about a node that is held, once and with a reason, and records it", async () => {
	const { db, audit } = test.console;
	const ask = (run: typeof keep | typeof lookAgain, id: string, body: object) =>
		test.call(run, `/api/v1/runs/${id}/answer`, { cookie, method: "POST", params: { id }, body });
	const code = async (response: Response) => [response.status, ((await response.json()) as { code?: string }).code];
	expect(await code(await ask(keep, "r1", { reason: "It runs." }))).toEqual([409, "run.not-held"]);
	expect(await code(await ask(lookAgain, "r2", { reason: "It is slow." }))).toEqual([404, "run.not-found"]);
	const { state } = await db.run.findUniqueOrThrow({ where: { id: "r1" } });
	await db.run.update({ where: { id: "r1" }, data: { state: "verifying", hold: "held", holdSince: { bootId: "b", uptimeS: 1 } } });
	expect(await code(await ask(keep, "r1", { reason: " " }))).toEqual([422, "migration.why-needed"]);
	expect(await code(await ask(lookAgain, "r1", {}))).toEqual([422, "migration.why-needed"]);
	expect((await ask(keep, "r1", { reason: "It runs." })).status).toBe(200);
	expect(await db.run.findUniqueOrThrow({ where: { id: "r1" } })).toMatchObject({ hold: "held", holdAnswer: "keep", request: null });
	expect(await code(await ask(lookAgain, "r1", { reason: "It is slow." }))).toEqual([409, "run.not-held"]);
	const events = await db.runEvent.findMany({ where: { runId: "r1" } });
	expect(events).toMatchObject([{ code: "run.kept", actor: ADMINISTRATOR.email, values: { node: "node1", reason: "It runs." } }]);
	const recorded = (await audit.list()).events.filter(({ action }) => action === "run.keep" || action === "run.look-again");
	expect(recorded.map(({ action, outcome, values }) => ({ action, outcome, values })).slice(0, 5)).toMatchObject([
		{ action: "run.look-again", outcome: "run.not-held", values: { node: "node1" } },
		{ action: "run.keep", outcome: "ok", values: { node: "node1", reason: "It runs." } },
		{ action: "run.look-again", outcome: "migration.why-needed", values: { node: "node1" } },
		{ action: "run.keep", outcome: "migration.why-needed", values: { node: "node1" } },
		{ action: "run.look-again", outcome: "run.not-found", values: {} },
	]);
	await db.runEvent.deleteMany({ where: { runId: "r1" } });
	await db.run.update({ where: { id: "r1" }, data: { state, hold: null, holdAnswer: null } });
});

/** An open stream; `next` is its next message, null at its end. */
async function openStream(as: string) {
	const gone = new AbortController();
	const response = await test.call(stream, "/api/v1/stream", { cookie: as, signal: gone.signal });
	const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
	const next = async (): Promise<StreamMessage | null> => {
		for (;;) {
			const { value = "", done } = (await reader?.read()) ?? { done: true };
			if (done) return null;
			const data = /^data: (.*)$/m.exec(value)?.[1];
			if (data) return JSON.parse(data) as StreamMessage;
		}
	};
	const hello = await next();
	if (hello?.type !== "hello") throw new Error("a stream begins with hello");
	return { gone, response, hello, next };
}

function followLogs(as: string, streamId: string, runIds: unknown): Promise<Response> {
	const path = `/api/v1/stream/${streamId}/logs`;
	return test.call(follow, path, { method: "PUT", cookie: as, params: { id: streamId }, body: { runIds } });
}

it("streams to a browser until it goes away", async () => {
	const { gone, response, hello, next } = await openStream(cookie);
	expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
	expect(response.headers.get("cache-control")).toBe("no-cache, no-transform");
	expect(hello.bootId).toBe(test.console.bootId);
	test.console.hub.publish({ type: "changed", what: "nodes" });
	expect(await next()).toEqual({ type: "changed", what: "nodes" });
	gone.abort();
	expect(await next()).toBeNull();
	expect(test.console.hub.size).toBe(0);
});

it("carries the logs that a browser asked for, which no other session can choose", async () => {
	const { hub } = test.console;
	const other = await test.signIn();
	const { gone, hello, next } = await openStream(cookie);
	expect((await followLogs(other, hello.streamId, ["r1"])).status).toBe(404);
	expect((await followLogs(cookie, hello.streamId, "r1")).status).toBe(400);
	const piece = { type: "log" as const, runId: "r1", generation: 0, offset: 0, bytesBase64: "AA==" };
	hub.publishLog("r1", () => piece);
	expect((await followLogs(cookie, hello.streamId, ["r1"])).status).toBe(200);
	hub.publishLog("r1", () => ({ ...piece, offset: 1 }));
	expect(await next()).toMatchObject({ type: "log", offset: 1 });
	gone.abort();
	expect(await next()).toBeNull();
	expect((await followLogs(cookie, hello.streamId, ["r1"])).status).toBe(404);
});

it("tells a session's streams, and no others, that it was signed out", async () => {
	const { POST: signOut } = await import("../auth/[...all]/route.ts");
	const leaving = await test.signIn();
	const [ours, same, theirs] = [await openStream(leaving), await openStream(leaving), await openStream(cookie)];
	await test.call(signOut, "/api/auth/sign-out", { method: "POST", body: {}, cookie: leaving });
	for (const { next } of [ours, same]) {
		let message = await next();
		while (message?.type === "changed") message = await next();
		expect(message).toEqual({ type: "session-ended" });
		expect(await next()).toBeNull();
	}
	expect(await theirs.next()).toEqual({ type: "changed", what: "audit" });
	theirs.gone.abort();
});

it("reads an upload as it comes and no further than its limit", async () => {
	let sent = 0;
	const piece = new Uint8Array(1024 * 1024);
	const body = new ReadableStream<Uint8Array>({
		pull(controller) {
			sent += piece.length;
			controller.enqueue(piece);
		},
	});
	const request = new Request("http://127.0.0.1:3000/api/v1/archives?fileName=crictl.tar.gz", {
		method: "POST",
		headers: { cookie, origin: "http://127.0.0.1:3000" },
		body,
		duplex: "half",
	} as RequestInit);
	const response = await upload(request, { params: Promise.resolve(undefined) });
	expect([response.status, await response.json()]).toMatchObject([413, { code: "archive.too-large" }]);
	expect(sent).toBeLessThan(70 * 1024 * 1024);
});

it("tells the sessions that a new password ends, and lets the one that set it come again", async () => {
	const { POST: changePassword } = await import("../auth/[...all]/route.ts");
	const setting = await test.signIn();
	const [own, other] = [await openStream(setting), await openStream(cookie)];
	const { password } = ADMINISTRATOR;
	const body = { currentPassword: password, newPassword: `${password} anew`, revokeOtherSessions: true };
	const answer = await test.call(changePassword, "/api/auth/change-password", { method: "POST", body, cookie: setting });
	expect(answer.status).toBe(200);
	const last = async ({ next }: typeof own) => {
		const types: string[] = [];
		for (let message = await next(); message; message = await next()) types.push(message.type);
		return types.at(-1);
	};
	expect(await last(other)).toBe("session-ended");
	expect(await last(own)).not.toBe("session-ended");
});
