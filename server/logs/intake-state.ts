import { z } from "zod";
import { messageSchema } from "../../lib/contracts/finding.ts";
import { markerPlaceSchema } from "./markers.ts";

const offset = z.number().int().min(0);

/**
 * Where another intake goes on with a run's log. What is stored is masked, so neither hash nor masks can be made from it once more:
 * the node is read again from `line` on, or up to 63 bytes before, where the hash of the node's own bytes was at a whole block.
 */
export const intakeStateSchema = z.object({
	generation: z.number().int(),
	/** Offset of the beginning of a line; what the log says before it is on record. */
	line: offset,
	hash: z.object({ length: offset, state: z.string().regex(/^[0-9a-f]{64}$/) }),
	keyPart: z.enum(["outside", "head", "body"]),
	markers: markerPlaceSchema,
	/** What the scripts said about their own failure before `line`, oldest first. */
	causes: messageSchema.array(),
	/** SHA-256 of so many of the node's bytes, as they were taken in: what the node's log is compared with. */
	taken: z.object({ offset, sha256: z.string() }),
});
export type IntakeState = z.infer<typeof intakeStateSchema>;
