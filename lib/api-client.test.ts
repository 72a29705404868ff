import { afterEach, expect, it, vi } from "vitest";
import { ApiError, api, apiUrl, asProblem, onReachability } from "./api-client.ts";
import { cutToHeader } from "./log-cut.ts";
import { LOG_HEADERS } from "./log-headers.ts";

afterEach(() => vi.unstubAllGlobals());

function answer(body: BodyInit, init: ResponseInit = {}) {
	const fetched = vi.fn(async (_url: string, _init?: RequestInit) => new Response(body, init));
	vi.stubGlobal("fetch", fetched);
	return fetched;
}

const problemOf = (promise: Promise<unknown>) =>
	promise.then(
		() => expect.unreachable(),
		(error: unknown) => asProblem(error),
	);

it("leaves empty values out of an address and encodes the others", () => {
	expect(apiUrl("/nodes", { clusterId: "a b&c", state: "", q: undefined, offset: 0 })).toBe("/api/v1/nodes?clusterId=a+b%26c&offset=0");
});

it("never lets an id become a path", async () => {
	const fetched = answer("{}");
	await api.deleteNode("../clusters/1");
	expect(fetched.mock.calls[0]?.[0]).toBe("/api/v1/nodes/..%2Fclusters%2F1");
});

it("gives a problem's code and values on", async () => {
	const problem = { type: "about:blank", status: 409, code: "inventory.name-taken", values: { name: "prod" }, requestId: "r1" };
	answer(JSON.stringify(problem), { status: 409 });
	expect(await problemOf(api.createCluster({ name: "prod" }))).toEqual(problem);
});

it("says so where an error is no problem of ours, as from a proxy", async () => {
	answer("<html>Bad gateway</html>", { status: 502 });
	expect(await problemOf(api.me())).toMatchObject({ code: "http.bad-answer", values: { status: 502 } });
});

it.each(["<html>Sign in</html>", "", "null", "7", '"ok"'])(
	"refuses an answer that is no object of JSON, as from a proxy: %s",
	async (text) => {
		answer(text);
		expect(await problemOf(api.cluster("c1"))).toMatchObject({ code: "http.bad-answer", values: { status: 200 } });
	},
);

it("tells that the server does not answer, and that it does again", async () => {
	const heard: boolean[] = [];
	const stop = onReachability((yes) => heard.push(yes));
	vi.stubGlobal("fetch", async () => {
		throw new TypeError("fetch failed");
	});
	expect(await problemOf(api.me())).toMatchObject({ status: 0, code: "http.offline" });
	answer("{}", { status: 500 });
	await problemOf(api.me());
	stop();
	expect(heard).toEqual([false, true]);
});

it("does not take a request that was called off for a server that is gone", async () => {
	const heard: boolean[] = [];
	const stop = onReachability((yes) => heard.push(yes));
	const controller = new AbortController();
	controller.abort();
	vi.stubGlobal("fetch", async () => {
		throw new DOMException("aborted", "AbortError");
	});
	await expect(api.me(controller.signal)).rejects.toThrow("aborted");
	stop();
	expect(heard).toEqual([]);
});

it("reads a piece of a log with its place", async () => {
	const headers = {
		[LOG_HEADERS.offset]: "10",
		[LOG_HEADERS.next]: "13",
		[LOG_HEADERS.total]: "99",
		[LOG_HEADERS.generation]: "1",
		[LOG_HEADERS.firstLine]: "4",
		[LOG_HEADERS.cut]: cutToHeader({ fromBytes: 20, toBytes: 60, fromLine: 6, toLine: 9 }),
	};
	answer(new Uint8Array([97, 98, 10]), { headers });
	expect(await api.runLog("r1", 10)).toEqual({
		bytes: new Uint8Array([97, 98, 10]),
		offset: 10,
		next: 13,
		total: 99,
		generation: 1,
		firstLine: 4,
		cut: { fromBytes: 20, toBytes: 60, fromLine: 6, toLine: 9 },
	});
});

it("refuses a piece of a log that does not say where it belongs", async () => {
	answer(new Uint8Array([97]));
	expect(await problemOf(api.runLog("r1", 0))).toMatchObject({ code: "http.bad-answer" });
});

it("takes stored messages and anything thrown for a problem", () => {
	expect(asProblem({ code: "ssh.connection.refused", values: { node: "n1" } })).toMatchObject({
		code: "ssh.connection.refused",
		values: { node: "n1" },
	});
	expect(asProblem(new ApiError({ type: "about:blank", status: 401, code: "x", values: {}, requestId: "" })).status).toBe(401);
	expect(asProblem(new Error("boom"))).toMatchObject({ code: "ui.unexpected", values: { reason: "boom" } });
});
