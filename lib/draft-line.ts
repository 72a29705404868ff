import type { MigrationDraft } from "./contracts/draft.ts";
import { MOST_UNANSWERED } from "./draft-words.ts";
import { sameValue } from "./same-value.ts";

/** A draft as the server keeps it. */
export interface KeptDraft {
	revision: string;
	content: MigrationDraft;
}

/** What the content on a page was made of: by it a save tells its own line from what was changed elsewhere. */
export interface DraftLine {
	/** What is known to be kept; null where nothing is. Its content is null where only its name is known. */
	base: { revision: string; content: MigrationDraft | null } | null;
	/** Sent since, the oldest first, without an answer: one of them may be what is kept. */
	unanswered: readonly string[];
	/** Was kept, or could have been, before that: whoever still says so has read too early. */
	past: readonly string[];
}

/** Of a draft that nobody keeps yet. */
export const NEW_LINE: DraftLine = { base: null, unanswered: [], past: [] };

/** Once this revision is on its way. */
export function sent(line: DraftLine, revision: string): DraftLine {
	return { ...line, unanswered: [...line.unanswered, revision].slice(-MOST_UNANSWERED) };
}

/** Once the server has said that it did not take this revision. */
export function refused(line: DraftLine, revision: string): DraftLine {
	return { ...line, unanswered: line.unanswered.filter((one) => one !== revision) };
}

/** Once it is known that this is kept. What was sent before it can be taken no more; what was sent after it still can. */
export function continued(line: DraftLine, kept: KeptDraft): DraftLine {
	const { base, unanswered, past } = line;
	if (past.includes(kept.revision)) return line;
	if (base?.revision === kept.revision) return { ...line, base: kept };
	const at = unanswered.indexOf(kept.revision);
	const over = at === -1 ? unanswered : unanswered.slice(0, at);
	return {
		base: kept,
		unanswered: at === -1 ? [] : unanswered.slice(at + 1),
		past: [...past, ...(base ? [base.revision] : []), ...over],
	};
}

/** What is entered on a page. */
export interface Entered {
	content: MigrationDraft;
	/** Something of it was changed by a person since it was last known to be saved. */
	changed: boolean;
}

/**
 * What it means that this is kept. "known": nothing new. "same": it is what is entered here. "unchanged": nobody changed it elsewhere,
 * though it is called otherwise than it was. "theirs": it was changed elsewhere, and nothing here. "both": it was changed elsewhere and
 * here, and a person has to say which stays.
 */
export type Meeting = "known" | "same" | "unchanged" | "theirs" | "both";

/** Compares what is kept with what is entered on a page, by what the latter was made of. */
export function meet({ base, unanswered, past }: DraftLine, kept: KeptDraft, { content, changed }: Entered): Meeting {
	if (kept.revision === base?.revision || past.includes(kept.revision)) return "known";
	if (sameValue(kept.content, content)) return "same";
	if (unanswered.includes(kept.revision)) return "unchanged";
	const before = base?.content ?? null;
	if (before !== null && sameValue(kept.content, before)) return "unchanged";
	// Changed and changed back is as if nothing had been; not so where the change may have been kept in between.
	const untouched = before !== null && unanswered.length === 0 && sameValue(content, before);
	return !changed || untouched ? "theirs" : "both";
}

/** The parts of a draft that a page has names for, in the order of its steps. */
const PARTS = ["clusterId", "direction", "nodeIds", "policy", "reason", "ticket", "withoutApi"] as const;
export type DraftPart = (typeof PARTS)[number];

/** In which parts two contents differ. */
export function differingParts(one: MigrationDraft, other: MigrationDraft): DraftPart[] {
	const withCanaries = (draft: MigrationDraft) => ({ ...draft, policy: [draft.policy, draft.canariesNamed] });
	const [left, right] = [withCanaries(one), withCanaries(other)];
	return PARTS.filter((part) => !sameValue(left[part], right[part]));
}
