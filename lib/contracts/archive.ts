import { z } from "zod";
import { idSchema } from "./id.ts";

/** An archive of crictl; DELETE /archives/:id. */
export const archiveViewSchema = z.object({
	id: idSchema,
	architecture: z.string(),
	version: z.string(),
	fileName: z.string(),
	sizeBytes: z.number(),
	sha256: z.string(),
	binarySha256: z.string(),
	uploadedBy: z.string(),
	uploadedAt: z.string(),
});
export type ArchiveView = z.infer<typeof archiveViewSchema>;

/** GET /archives. */
export const archiveListSchema = z.object({ archives: z.array(archiveViewSchema) });

/** POST /archives?fileName=&sha256=, the bytes as its body. `replace=1` puts it in the place of the one for the same architecture. */
export const archiveUploadQuerySchema = z.object({
	fileName: z.string().min(1).max(300),
	sha256: z
		.string()
		.regex(/^[0-9A-Fa-f]{64}$/)
		.optional(),
	replace: z.literal("1").optional(),
});
