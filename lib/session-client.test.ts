import { afterEach, expect, it, vi } from "vitest";
import { changePassword, endOtherSessions, safeNext, signIn } from "./session-client.ts";

afterEach(() => vi.unstubAllGlobals());

it.each([
	["/nodes?cluster=1#a", "/nodes?cluster=1#a"],
	["//evil.example", "/"],
	["/\\evil.example", "/"],
	["https://evil.example", "/"],
	["/a\nb", "/"],
	["", "/"],
	[null, "/"],
])("leads from %j to %s, never elsewhere", (next, target) => {
	expect(safeNext(next)).toBe(target);
});

it.each([
	[200, { kind: "ok" }],
	[401, { kind: "wrong" }],
	[403, { kind: "origin" }],
	[429, { kind: "too-many" }],
	[500, { kind: "failed", status: 500 }],
])("tells an answer of %d", async (status, result) => {
	vi.stubGlobal("fetch", async () => new Response("{}", { status }));
	expect(await signIn("a@b.example", "secret")).toEqual(result);
});

it("tells a server that does not answer", async () => {
	vi.stubGlobal("fetch", async () => {
		throw new TypeError("fetch failed");
	});
	expect(await signIn("a@b.example", "secret")).toEqual({ kind: "offline" });
});

it.each([
	[200, "", { kind: "ok" }],
	[400, "INVALID_PASSWORD", { kind: "wrong" }],
	[400, "PASSWORD_TOO_SHORT", { kind: "short" }],
	[400, "PASSWORD_TOO_LONG", { kind: "long" }],
	[401, "UNAUTHORIZED", { kind: "signed-out" }],
	[403, "INVALID_ORIGIN", { kind: "origin" }],
	[429, "", { kind: "too-many" }],
	[500, "", { kind: "failed", status: 500 }],
])("tells how a change of the password ended: %d %s", async (status, code, result) => {
	const asked: [string, unknown][] = [];
	vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
		asked.push([path, JSON.parse(String(init.body))]);
		return Response.json({ code }, { status });
	});
	expect(await changePassword("old", "new", true)).toEqual(result);
	expect(asked).toEqual([["/api/auth/change-password", { currentPassword: "old", newPassword: "new", revokeOtherSessions: true }]]);
	expect(await endOtherSessions()).toEqual(result);
});
