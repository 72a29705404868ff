import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { caught } from "./testing/caught.ts";
import { open, SHELLS, T, withSudo } from "./testing/node.ts";
import type { TestServer } from "./testing/server.ts";

describe("upload", () => {
	it.each([0, 1, 720 * 1024, 720 * 1024 + 1, 2_000_003])("writes %i bytes as they are", async (size) => {
		const { server, node } = await withSudo("password");
		const bytes = Buffer.from(Array.from({ length: size }, (_, n) => (n * 7 + (n >> 8)) & 0xff));
		const path = join(server.dir, "it's a $file");
		await node.upload(path, bytes, { ...T, mode: "0640" });
		expect(readFileSync(path).equals(bytes)).toBe(true);
		expect(statSync(path).mode & 0o7777).toBe(0o640);
		expect(parts(server)).toEqual([]);
	});

	it.each(SHELLS)("works in $name", async ({ shell }) => {
		const { server, node } = await open({ shell });
		const path = join(server.dir, "target");
		writeFileSync(path, "old");
		await node.upload(path, Buffer.from("new\n"), { ...T, mode: "600" });
		expect([readFileSync(path, "utf8"), statSync(path).mode & 0o7777]).toEqual(["new\n", 0o600]);
	});

	it("says that the folder is missing, or the target one", async () => {
		const { server, node } = await open();
		const error = await caught(node.upload(join(server.dir, "no/file"), Buffer.from("x"), { ...T, mode: "0600" }), "upload.no-directory");
		expect(error.values.path).toBe(join(server.dir, "no/file"));
		mkdirSync(join(server.dir, "folder"));
		await caught(node.upload(join(server.dir, "folder"), Buffer.from("x"), { ...T, mode: "0600" }), "upload.failed");
	});

	it("leaves the target and no part behind when the bytes change on the way", async () => {
		const { server, node } = await open();
		const path = join(server.dir, "target");
		writeFileSync(path, "old");
		writeFileSync(join(server.dir, "bin", "base64"), "#!/bin/sh\necho tampered\n", { mode: 0o755 });
		await caught(node.upload(path, Buffer.from("new"), { ...T, mode: "0600" }), "upload.checksum");
		expect([readFileSync(path, "utf8"), parts(server)]).toEqual(["old", []]);
	});

	it("says that there is no space", async () => {
		const { server, node } = await open();
		writeFileSync(join(server.dir, "bin", "base64"), "#!/bin/sh\nexec cat /dev/zero >/dev/full\n", { mode: 0o755 });
		const error = await caught(node.upload(join(server.dir, "target"), Buffer.from("x"), { ...T, mode: "0600" }), "upload.no-space");
		expect(error.values.stderr).toContain("No space left");
	});

	it("takes plain absolute paths and octal modes only", async () => {
		const { node } = await open();
		for (const path of ["relative", "/a/../b", "/a/", "/a//b", ""]) {
			await expect(node.upload(path, Buffer.from("x"), { ...T, mode: "0600" })).rejects.toThrow(RangeError);
		}
		await expect(node.upload("/tmp/x", Buffer.from("x"), { ...T, mode: "u+s; reboot" })).rejects.toThrow(RangeError);
	});

	it("ends with its own time limit", async () => {
		const { server, node } = await open();
		writeFileSync(join(server.dir, "bin", "base64"), "#!/bin/sh\nexec sleep 60\n", { mode: 0o755 });
		await caught(node.upload(join(server.dir, "target"), Buffer.from("x"), { timeoutMs: 3_000, mode: "0600" }), "timeout.script");
		await expect.poll(() => parts(server)).toEqual([]);
	});
});

function parts(server: TestServer): string[] {
	return execFileSync("find", [server.dir, "-name", ".gantry-part-*"], { encoding: "utf8" }).split("\n").filter(Boolean);
}
