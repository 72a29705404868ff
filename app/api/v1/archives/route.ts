import { archiveListSchema, archiveUploadQuerySchema, archiveViewSchema } from "@/lib/contracts/api.ts";
import { route } from "@/server/http/route.ts";

export const GET = route({ answer: archiveListSchema }, async ({ console }) => ({ archives: await console.archives.list() }));

/** The body is the archive's bytes, read as they come and no further than the limit. */
export const POST = route(
	{ query: archiveUploadQuerySchema, answer: archiveViewSchema, audit: "archive.upload" },
	async ({ console, query, person, request, note }) => {
		note({ target: { kind: "archive", id: "", name: query.fileName } });
		const archive = await console.archives.upload({
			fileName: query.fileName,
			bytes: request.body ?? emptyBody(),
			expectedSha256: query.sha256,
			replace: query.replace === "1",
			uploadedBy: person.email,
		});
		const { id, fileName, architecture, version, sha256, binarySha256 } = archive;
		note({ target: { kind: "archive", id, name: fileName }, values: { architecture, version, sha256, binarySha256 } });
		return archive;
	},
);

async function* emptyBody(): AsyncIterable<Uint8Array> {}
