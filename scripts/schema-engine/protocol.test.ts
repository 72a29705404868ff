import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parseArguments, sqliteFile } from "./arguments.mjs";
import { answer } from "./rpc.mjs";

describe("arguments", () => {
	it("reads what Prisma's command line passes", () => {
		const argv = [
			"--datasource",
			'{"url":"file:/data/a.db"}',
			"--datamodels",
			"a.prisma",
			"--datamodels",
			"b.prisma",
			"cli",
			"create-database",
		];
		expect(parseArguments(["--enabled-preview-features", "cli", ...argv])).toEqual({
			version: false,
			command: "create-database",
			datamodels: [resolve("a.prisma"), resolve("b.prisma")],
			file: "/data/a.db",
		});
	});

	it.each([
		["file:/data/a.db", "/data/a.db"],
		["file:///data/a.db", "/data/a.db"],
		["file:a.db?connection_limit=1", resolve("a.db")],
		[undefined, ":memory:"],
	])("takes %s for the file %s", (url, file) => {
		expect(sqliteFile(url)).toBe(file);
	});

	it("refuses another database instead of touching a file of that name", () => {
		expect(() => sqliteFile("postgresql://user:secret@host/db")).toThrow(/SQLite only .*not to postgresql:$/);
	});
});

describe("answer", () => {
	const ask = async (request: object, dispatch: (method: string, params: unknown) => Promise<object>) => {
		const printed: object[] = [];
		await answer(request as Parameters<typeof answer>[0], dispatch, (message) => printed.push(message));
		return printed;
	};

	it("returns the result under the request's id", async () => {
		expect(await ask({ id: 7, method: "reset", params: {} }, async () => ({ done: true }))).toEqual([
			{ jsonrpc: "2.0", id: 7, result: { done: true } },
		]);
	});

	it("prints a diff by asking its caller to", async () => {
		const [print, result] = await ask({ id: 1, method: "diff" }, async () => ({ exitCode: 2, stdout: "CREATE TABLE\n" }));
		expect(print).toMatchObject({ method: "print", params: { content: "CREATE TABLE" } });
		expect(result).toMatchObject({ id: 1, result: { exitCode: 2, stdout: null } });
	});

	it("keeps Prisma's error codes and no others", async () => {
		const failWith = (error: unknown) => () => Promise.reject(error);
		const [known] = await ask({ id: 1, method: "x" }, failWith(Object.assign(new Error("no database"), { code: "P1003", meta: { a: 1 } })));
		expect(known).toMatchObject({ error: { data: { message: "no database", error_code: "P1003", meta: { a: 1 } } } });
		const [other] = await ask({ id: 1, method: "x" }, failWith(Object.assign(new Error("busy"), { code: "SQLITE_BUSY" })));
		expect(other).toMatchObject({ error: { data: { message: "busy", error_code: undefined } } });
	});

	it("does not take a reply for a request", async () => {
		expect(await ask({ id: 1_000_000_000, result: {} }, () => Promise.reject(new Error("asked")))).toEqual([]);
	});
});
