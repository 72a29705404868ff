import { draftInputSchema, draftSavedSchema, draftViewSchema } from "@/lib/contracts/draft.ts";
import { discardDraft, draftParams, saveDraft } from "@/server/http/draft-answers.ts";
import { route } from "@/server/http/route.ts";

export const GET = route({ params: draftParams, answer: draftViewSchema }, ({ console, params, person }) =>
	console.drafts.get(person.id, params.id),
);

/**
 * Each save is one of many while a person types: the first one is recorded, and the last word is the plan's own record. That it was
 * changed elsewhere is asked of the person, who decides.
 */
export const PUT = route(
	{
		params: draftParams,
		body: draftInputSchema,
		answer: draftSavedSchema,
		auditFailure: "draft.create",
		unrecorded: ["draft.changed-elsewhere"],
	},
	saveDraft,
);

export const DELETE = route({ params: draftParams, audit: "draft.discard" }, discardDraft);
