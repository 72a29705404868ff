import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCrictl } from "./crictl-archive.ts";
import { InventoryError } from "./errors.ts";
import { elf, type Member, tarOf } from "./testing/tar.ts";

const NAME = "crictl-v1.26.0-linux-amd64.tar.gz";
const sha256 = (bytes: Buffer | string) => createHash("sha256").update(bytes).digest("hex");
const read = (members: readonly Member[], fileName = NAME) => readCrictl(gzipSync(tarOf(members)), fileName);
const refused = (code: string, values: object = {}) => expect.objectContaining({ code, values: expect.objectContaining(values) });

describe("a release archive", () => {
	it.each([
		[0x3e, true, "amd64"],
		[0xb7, true, "arm64"],
		[0x28, true, "arm"],
		[0x15, true, "ppc64le"],
		[0x16, false, "s390x"],
		[0xf3, true, "riscv64"],
	])("is for what its program's header says (machine %i)", async (machine, littleEndian, architecture) => {
		const program = elf(machine, littleEndian);
		expect(await read([{ name: "crictl", content: program, gnu: true }], "renamed.tar.gz")).toEqual({
			architecture,
			version: "",
			binarySha256: sha256(program),
		});
	});

	it("that holds no program is for what its name says", async () => {
		const script = "#!/bin/sh\necho stand-in\n";
		expect(await read([{ name: "crictl", content: script }], "crictl-v1.20.0-linux-arm64.tar.gz")).toEqual({
			architecture: "arm64",
			version: "v1.20.0",
			binarySha256: sha256(script),
		});
		await expect(read([{ name: "crictl", content: script }], "crictl.tar.gz")).rejects.toEqual(
			refused("archive.no-architecture", { fileName: "crictl.tar.gz" }),
		);
		// The program knows better than a name.
		expect(await read([{ name: "crictl", content: elf(0xb7) }])).toMatchObject({ architecture: "arm64", version: "v1.26.0" });
	});

	it("may hold other files, folders and harmless extended headers", async () => {
		const program = Buffer.concat([elf(0x3e), Buffer.alloc(100_000, 7)]);
		const members: Member[] = [
			{ name: "pax", type: "x", content: "30 mtime=1700000000.123456789\n" },
			{ name: "doc/", type: "5" },
			{ name: "README.md", content: "x".repeat(700) },
			{ name: "crictl", content: program },
			{ name: "doc/crictl", content: "not the program" },
		];
		expect(await read(members)).toEqual({ architecture: "amd64", version: "v1.26.0", binarySha256: sha256(program) });
	});
});

describe("an archive is refused", () => {
	const program = { name: "crictl", content: elf(0x3e) };
	it.each<[string, Member[], string, object]>([
		["a link in the program's place", [{ name: "crictl", type: "2" }], "archive.unsafe", { entry: "crictl", reason: "link" }],
		["a hard link", [program, { name: "other", type: "1" }], "archive.unsafe", { reason: "link" }],
		["an absolute path", [program, { name: "/etc/passwd", content: "x" }], "archive.unsafe", { reason: "path" }],
		["a path that leads out", [program, { name: "a/../../b", content: "x" }], "archive.unsafe", { reason: "path" }],
		["a prefix that leads out", [program, { name: "b", prefix: "..", content: "x" }], "archive.unsafe", { entry: "../b" }],
		["a device", [{ name: "crictl", type: "3" }], "archive.unsafe", { reason: "type 3" }],
		["a long name by GNU", [{ name: "././@LongLink", type: "L", content: "crictl\0" }, program], "archive.unsafe", { reason: "type L" }],
		[
			"another name by pax",
			[{ name: "pax", type: "x", content: "15 path=crictl\n" }, { name: "other" }],
			"archive.unsafe",
			{ reason: "extended header" },
		],
		["two programs", [program, program], "archive.unsafe", { reason: "twice" }],
		["no program", [{ name: "bin/crictl", content: elf(0x3e) }], "archive.no-crictl", {}],
		["a folder of its name", [{ name: "crictl", type: "5" }], "archive.no-crictl", {}],
		["an empty program", [{ name: "crictl" }], "archive.no-crictl", {}],
	])("with %s", async (_case, members, code, values) => {
		await expect(read(members)).rejects.toEqual(refused(code, values));
	});

	it("where it is no gzip, no tar, damaged or cut off", async () => {
		const good = gzipSync(tarOf([program]));
		const unreadable = refused("archive.unreadable");
		await expect(readCrictl(Buffer.from("PK\x03\x04"), NAME)).rejects.toEqual(unreadable);
		await expect(readCrictl(Buffer.alloc(0), NAME)).rejects.toEqual(unreadable);
		await expect(readCrictl(gzipSync(Buffer.alloc(2048, 65)), NAME)).rejects.toEqual(unreadable);
		await expect(readCrictl(good.subarray(0, good.length - 12), NAME)).rejects.toEqual(unreadable);
		await expect(
			readCrictl(gzipSync(tarOf([{ name: "crictl", content: Buffer.alloc(5_000, 1) }]).subarray(0, 3_000)), NAME),
		).rejects.toEqual(unreadable);
	});

	it("where it unpacks to more than any program", async () => {
		// A mebibyte of zeros, 300 times over, in a few hundred kilobytes.
		const member = gzipSync(Buffer.alloc(1024 * 1024));
		const header = gzipSync(tarOf([{ name: "crictl", content: "" }], { trailer: 0 }).subarray(0, 512));
		const bomb = Buffer.concat([header, ...Array.from({ length: 300 }, () => member)]);
		await expect(readCrictl(bomb, NAME)).rejects.toEqual(refused("archive.too-large"));
	});

	it("and never crashes it, whatever bytes are in it", async () => {
		const good = tarOf([program, { name: "README", content: "text" }]);
		const change = fc.tuple(fc.nat(good.length - 1), fc.nat(255));
		await fc.assert(
			fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
				const bytes = Buffer.from(good);
				for (const [at, value] of changes) bytes[at] = value;
				const result = await readCrictl(gzipSync(bytes, { level: 1 }), NAME).catch((error: unknown) => error);
				expect(result instanceof InventoryError || typeof (result as { architecture?: unknown }).architecture === "string").toBe(true);
			}),
			{ numRuns: 200 },
		);
	});
});
