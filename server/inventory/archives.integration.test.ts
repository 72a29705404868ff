import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../db/temporary-folder.ts";
import { ARCHIVE_LIMIT_BYTES, Archives, type ArchiveUpload } from "./archives.ts";
import { inventory } from "./testing/inventory.ts";
import { elf } from "./testing/tar.ts";

const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

/** Made by real tar and gzip. */
function archive(program: Buffer): Buffer {
	const folder = temporaryFolder();
	writeFileSync(join(folder, "crictl"), program, { mode: 0o755 });
	execFileSync("tar", ["-C", folder, "-czf", join(folder, "a.tar.gz"), "crictl"]);
	return readFileSync(join(folder, "a.tar.gz"));
}

async function* inPieces(bytes: Buffer): AsyncIterable<Uint8Array> {
	for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}

const upload = (bytes: Buffer, change: Partial<ArchiveUpload> = {}): ArchiveUpload => ({
	fileName: "C:\\Downloads\\crictl-v1.26.0-linux-amd64.tar.gz",
	bytes: inPieces(bytes),
	uploadedBy: "Ann",
	...change,
});

it("keeps an archive as it was uploaded, and gives it to planning and to a run", async () => {
	const { db, hub } = await inventory();
	const archives = new Archives({ db, hub });
	const program = elf(0x3e);
	const bytes = archive(program);
	const view = await archives.upload(upload(bytes, { expectedSha256: ` ${sha256(bytes).toUpperCase()}\n` }));
	expect(view).toMatchObject({
		architecture: "amd64",
		version: "v1.26.0",
		fileName: "crictl-v1.26.0-linux-amd64.tar.gz",
		sizeBytes: bytes.length,
		sha256: sha256(bytes),
		binarySha256: sha256(program),
		uploadedBy: "Ann",
	});
	expect(await archives.list()).toEqual([view]);
	expect(await archives.byArchitecture()).toEqual(
		new Map([["amd64", [{ archiveSha256: sha256(bytes), binarySha256: sha256(program), version: "v1.26.0" }]]]),
	);
	expect(await archives.versions()).toEqual(new Map([["amd64", ["v1.26.0"]]]));
	expect((await archives.bytesOf(sha256(bytes)))?.equals(bytes)).toBe(true);
	expect(await archives.delete(view.id)).toEqual(view);
	expect(await archives.bytesOf(sha256(bytes))).toBeNull();
	await expect(archives.delete(view.id)).rejects.toMatchObject({ code: "inventory.not-found" });
});

it("has one archive a version and architecture, replaced only when asked to", async () => {
	const { db, hub } = await inventory();
	const archives = new Archives({ db, hub });
	await archives.upload(upload(archive(elf(0x3e))));
	await archives.upload(upload(archive(elf(0xb7))));
	const other = archive(Buffer.concat([elf(0x3e), Buffer.from("newer")]));
	await expect(archives.upload(upload(other))).rejects.toMatchObject({
		code: "archive.exists",
		values: { architecture: "amd64", version: "v1.26.0" },
	});
	const replaced = await archives.upload(upload(other, { replace: true }));
	expect(replaced.sha256).toBe(sha256(other));
	await archives.upload(upload(other, { fileName: "crictl-v1.27.0-linux-amd64.tar.gz" }));
	expect((await archives.list()).map((one) => [one.architecture, one.version])).toEqual([
		["amd64", "v1.27.0"],
		["amd64", "v1.26.0"],
		["arm64", "v1.26.0"],
	]);
	expect(await archives.versions()).toEqual(
		new Map([
			["amd64", ["v1.27.0", "v1.26.0"]],
			["arm64", ["v1.26.0"]],
		]),
	);
});

it("keeps nothing that is not what the project published, or too large to be", async () => {
	const { db, hub } = await inventory();
	const archives = new Archives({ db, hub });
	const bytes = archive(elf(0x3e));
	const wrong = upload(bytes, { expectedSha256: "0".repeat(64) });
	await expect(archives.upload(wrong)).rejects.toMatchObject({
		code: "archive.checksum",
		values: { expected: "0".repeat(64), found: sha256(bytes) },
	});
	let read = 0;
	async function* endless(): AsyncIterable<Uint8Array> {
		const piece = Buffer.alloc(1024 * 1024);
		for (;;) {
			read += piece.length;
			yield piece;
		}
	}
	await expect(archives.upload(upload(bytes, { bytes: endless() }))).rejects.toMatchObject({ code: "archive.too-large" });
	expect(read).toBe(ARCHIVE_LIMIT_BYTES + 1024 * 1024);
	expect(await archives.list()).toEqual([]);
});
