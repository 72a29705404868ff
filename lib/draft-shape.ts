import type { MigrationDraft } from "./contracts/draft.ts";
import { EMPTY_DRAFT } from "./migration-draft.ts";
import { isCountOrPercent } from "./pace-words.ts";
import { DIRECTIONS } from "./run-states.ts";

/**
 * A draft as a browser has stored it, perhaps by an older version: what is missing is as in an empty one; null where something is not what
 * a page can show. Whether it can be planned is the server's to say, which gets it next.
 */
export function readDraft(stored: unknown): MigrationDraft | null {
	const read = shapedAs(EMPTY_DRAFT, stored) as MigrationDraft | null;
	if (read === null) return null;
	const { maxUnavailable, rollout } = read.policy;
	const counts = [maxUnavailable, rollout.batchSize ?? 1, rollout.canary === null ? 1 : rollout.canary.nodes];
	const shown = counts.every(isCountOrPercent) && DIRECTIONS.includes(read.direction) && read.nodeIds.every((id) => typeof id === "string");
	return shown ? read : null;
}

/** `value` with the keys of `model` and values of the same types; null where it has others. What may be null in the model is taken as it is. */
function shapedAs(model: object, value: unknown): object | null {
	if (typeof value !== "object" || value === null || Array.isArray(model) !== Array.isArray(value)) return null;
	if (Array.isArray(model)) return value;
	const shaped: Record<string, unknown> = {};
	for (const [key, like] of Object.entries(model)) {
		const given: unknown = Reflect.get(value, key) ?? like;
		const part = typeof like === "object" && like !== null ? shapedAs(like, given) : given;
		if (like !== null && !isLike(part, like)) return null;
		shaped[key] = part;
	}
	return shaped;
}

function isLike(part: unknown, like: unknown): boolean {
	// A number of nodes may be a share of them.
	if (typeof like === "number" && typeof part === "string") return isCountOrPercent(part);
	return part !== null && typeof part === typeof like;
}
