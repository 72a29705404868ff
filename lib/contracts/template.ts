import { z } from "zod";
import { directionSchema, policySchema } from "./plan.ts";

/** A direction and a policy under a name, for migrations of any cluster. Nodes are no part of it. */
const templateViewSchema = z.object({
	id: z.string(),
	name: z.string(),
	description: z.string(),
	direction: directionSchema,
	/** Null where this version cannot read what is stored. */
	policy: policySchema.nullable(),
	/** Empty where a migration of it gives its own. */
	reason: z.string(),
	ticket: z.string(),
	createdBy: z.string(),
	createdAt: z.string(),
	updatedAt: z.string(),
});
export type TemplateView = z.infer<typeof templateViewSchema>;

/** GET /templates: by name. */
export const templateListSchema = z.object({ templates: z.array(templateViewSchema) });

const nameSchema = z.string().trim().min(1).max(100);

/** POST /templates. What only holds for certain nodes is left out of the policy. DELETE /templates/:id. */
export const templateInputSchema = z.object({
	name: nameSchema,
	description: z.string().trim().max(500).default(""),
	direction: directionSchema,
	policy: policySchema,
	reason: z.string().trim().max(2_000).default(""),
	ticket: z.string().trim().max(200).default(""),
});
export type TemplateInput = z.input<typeof templateInputSchema>;

/** PATCH /templates/:id. */
export const templatePatchSchema = z.object({ name: nameSchema });
