import { archiveListSchema, archiveUploadQuerySchema, archiveViewSchema } from "@/lib/contracts/archive.ts";
import { route } from "@/server/http/route.ts";

export const GET = route({ answer: archiveListSchema }, async ({ console }) => ({ archives: await console.archives.list() }));

/** The body is the archive's bytes, read as they come and no further than the limit. */
export const POST = route(
	{ query: archiveUploadQuerySchema, answer: archiveViewSchema, audit: "archive.upload" },
	async ({ console, query, person, request, note, commit }) => {
		note({ target: { kind: "archive", id: "", name: query.fileName } });
		const upload = {
			fileName: query.fileName,
			bytes: request.body ?? emptyBody(),
			expectedSha256: query.sha256,
			replace: query.replace === "1",
			uploadedBy: person.email,
		};
		return console.archives.upload(upload, (writes, { id, fileName, architecture, version, sha256, binarySha256 }) =>
			commit(writes, { target: { kind: "archive", id, name: fileName }, values: { architecture, version, sha256, binarySha256 } }),
		);
	},
);

async function* emptyBody(): AsyncIterable<Uint8Array> {}
