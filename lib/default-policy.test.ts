import { expect, it } from "vitest";
import { migrationDraftSchema } from "./contracts/draft.ts";
import { policySchema } from "./contracts/plan.ts";
import { DEFAULT_POLICY } from "./default-policy.ts";
import { EMPTY_DRAFT } from "./migration-draft.ts";

it("is what the schemas make of nothing", () => {
	expect(DEFAULT_POLICY).toEqual(policySchema.parse({}));
	expect(EMPTY_DRAFT).toEqual(migrationDraftSchema.parse({}));
});
