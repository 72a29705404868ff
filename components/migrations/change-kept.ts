import { ApiError, api } from "@/lib/api-client.ts";
import type { MigrationDraft } from "@/lib/contracts/draft.ts";
import { newRevision } from "./draft-address.ts";

/** Changes these parts of a draft that no page here has open, and nothing else of it, whatever else is saved meanwhile. */
export async function changeKept(id: string, part: Partial<MigrationDraft>): Promise<void> {
	const { content, step, revision } = await api.draft(id);
	try {
		await api.saveDraft(id, { content: { ...content, ...part }, step, revision: newRevision(), basedOn: revision });
	} catch (error) {
		if (!(error instanceof ApiError && error.problem.code === "draft.changed-elsewhere")) throw error;
		await changeKept(id, part);
	}
}
