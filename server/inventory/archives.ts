import { createHash } from "node:crypto";
import type { ArchiveView } from "../../lib/contracts/inventory.ts";
import type { Db } from "../db/client.ts";
import { alone, type Commit } from "../db/commit.ts";
import { Prisma } from "../db/generated/client.ts";
import { ifNotThere } from "../db/not-there.ts";
import type { EventHub } from "../events/hub.ts";
import type { CrictlArchive } from "../plan/crictl.ts";
import { readCrictl } from "./crictl-archive.ts";
import { InventoryError } from "./errors.ts";
import { newId } from "./ids.ts";

/** A release archive has about 20 MB. */
export const ARCHIVE_LIMIT_BYTES = 64 * 1024 * 1024;

export interface ArchiveUpload {
	fileName: string;
	/** Read until its end, or until it is too large. */
	bytes: AsyncIterable<Uint8Array>;
	/** As the project publishes it beside the archive; compared where given. */
	expectedSha256?: string;
	/** Take the place of the one for the same architecture and version. */
	replace?: boolean;
	uploadedBy: string;
}

type Stored = Omit<Prisma.CrictlArchiveGetPayload<{ select: typeof VIEW_COLUMNS }>, "uploadedAt">;

/** Release archives of crictl, one a version and architecture. `commit`: writes the record of a change with it. */
export class Archives {
	constructor(private readonly options: { db: Db; hub: EventHub; now?: () => Date }) {}

	/** By architecture, the newest upload first. */
	async list(): Promise<ArchiveView[]> {
		const rows = await this.options.db.crictlArchive.findMany({
			select: VIEW_COLUMNS,
			orderBy: [{ architecture: "asc" }, { uploadedAt: "desc" }],
		});
		return rows.map((row) => ({ ...row, uploadedAt: row.uploadedAt.toISOString() }));
	}

	/** Checks an archive and keeps it. Throws `archive.*`. */
	async upload(upload: ArchiveUpload, commit: Commit<[stored: Stored]> = alone(this.options.db)): Promise<ArchiveView> {
		const { db, hub, now = () => new Date() } = this.options;
		// Only the name itself: a browser may hand in a path.
		const fileName = upload.fileName.split(/[\\/]/).at(-1)?.slice(0, 200) ?? "";
		const bytes = await collect(upload.bytes);
		const sha256 = createHash("sha256").update(bytes).digest("hex");
		const expected = upload.expectedSha256?.trim().toLowerCase();
		if (expected && expected !== sha256) throw new InventoryError("archive.checksum", { expected: expected.slice(0, 64), found: sha256 });
		const { architecture, version, binarySha256 } = await readCrictl(bytes, fileName);
		const known = await db.crictlArchive.findUnique({
			where: { architecture_version: { architecture, version } },
			select: { fileName: true },
		});
		if (known && !upload.replace)
			throw new InventoryError("archive.exists", { architecture, version: version || "?", fileName: known.fileName });
		const id = newId();
		const { uploadedBy } = upload;
		const data = {
			id,
			version,
			fileName,
			sizeBytes: bytes.length,
			sha256,
			binarySha256,
			bytes: new Uint8Array(bytes),
			uploadedBy,
			uploadedAt: now(),
		};
		try {
			const where = { architecture_version: { architecture, version } };
			const stored = { architecture, ...data };
			const select = { id: true };
			const written = upload.replace
				? db.crictlArchive.upsert({ where, create: stored, update: data, select })
				: db.crictlArchive.create({ data: stored, select });
			await commit([written], stored);
		} catch (error) {
			if (!(error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002")) throw error;
			throw new InventoryError("archive.exists", { architecture, version: version || "?", fileName });
		}
		hub.publish({ type: "changed", what: "archives" });
		const row = await db.crictlArchive.findUniqueOrThrow({ where: { id }, select: VIEW_COLUMNS });
		return { ...row, uploadedAt: row.uploadedAt.toISOString() };
	}

	/** Returns what was deleted. A run that was planned with it stops in its preparation. Throws `inventory.not-found`. */
	async delete(id: string, commit: Commit<[was: Stored]> = alone(this.options.db)): Promise<ArchiveView> {
		const { db, hub } = this.options;
		const row = await db.crictlArchive.findUnique({ where: { id }, select: VIEW_COLUMNS });
		const gone = new InventoryError("inventory.not-found", { kind: "archive", id });
		if (!row) throw gone;
		await commit([db.crictlArchive.delete({ where: { id }, select: { id: true } })], row).catch(ifNotThere(gone));
		hub.publish({ type: "changed", what: "archives" });
		return { ...row, uploadedAt: row.uploadedAt.toISOString() };
	}

	/** By architecture as Go names it: what planning needs. */
	async byArchitecture(): Promise<Map<string, CrictlArchive[]>> {
		const rows = await this.options.db.crictlArchive.findMany({
			select: { architecture: true, sha256: true, binarySha256: true, version: true },
			orderBy: { uploadedAt: "desc" },
		});
		const found = new Map<string, CrictlArchive[]>();
		for (const { architecture, sha256, ...row } of rows)
			found.set(architecture, [...(found.get(architecture) ?? []), { archiveSha256: sha256, ...row }]);
		return found;
	}

	/** Their versions by architecture: what preflight needs. */
	async versions(): Promise<Map<string, string[]>> {
		const archives = await this.byArchitecture();
		return new Map([...archives].map(([architecture, several]) => [architecture, several.map(({ version }) => version)]));
	}

	/** An archive's bytes by its SHA-256; null where it was removed. */
	async bytesOf(sha256: string): Promise<Buffer | null> {
		const row = await this.options.db.crictlArchive.findFirst({ where: { sha256 }, select: { bytes: true } });
		return row ? Buffer.from(row.bytes) : null;
	}
}

const VIEW_COLUMNS = {
	id: true,
	architecture: true,
	version: true,
	fileName: true,
	sizeBytes: true,
	sha256: true,
	binarySha256: true,
	uploadedBy: true,
	uploadedAt: true,
} as const satisfies Prisma.CrictlArchiveSelect;

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
	const pieces: Uint8Array[] = [];
	let sizeBytes = 0;
	for await (const piece of source) {
		sizeBytes += piece.length;
		if (sizeBytes > ARCHIVE_LIMIT_BYTES) throw new InventoryError("archive.too-large", { limitBytes: ARCHIVE_LIMIT_BYTES });
		pieces.push(piece);
	}
	return Buffer.concat(pieces);
}
