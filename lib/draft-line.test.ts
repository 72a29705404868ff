import { expect, it } from "vitest";
import { migrationDraftSchema } from "./contracts/draft.ts";
import { continued, type DraftLine, differingParts, type Entered, type Meeting, meet, NEW_LINE, refused, sent } from "./draft-line.ts";
import { MOST_UNANSWERED } from "./draft-words.ts";

const draft = (reason: string) => migrationDraftSchema.parse({ clusterId: "c1", reason });
const kept = (revision: string, reason: string) => ({ revision, content: draft(reason) });
const line = (part: Partial<DraftLine> = {}): DraftLine => ({ ...NEW_LINE, base: kept("r1", "first"), ...part });
const entered = (reason: string, changed = true): Entered => ({ content: draft(reason), changed });

it.each<[string, DraftLine, ReturnType<typeof kept>, Entered, Meeting]>([
	["what it was made of", line(), kept("r1", "first"), entered("mine"), "known"],
	["what was kept before that", line({ past: ["r0"] }), kept("r0", "zero"), entered("first", false), "known"],
	["what is entered here", line(), kept("r2", "mine"), entered("mine"), "same"],
	["what was sent and not answered", line({ unanswered: ["s1", "s2"] }), kept("s1", "earlier"), entered("mine"), "unchanged"],
	["the same as it was, called otherwise", line(), kept("r3", "first"), entered("mine"), "unchanged"],
	["another, with nothing entered here", line(), kept("r2", "theirs"), entered("first", false), "theirs"],
	["another, with what nobody entered here", line(), kept("r2", "theirs"), entered("prefilled", false), "theirs"],
	["another, with what was changed back here", line(), kept("r2", "theirs"), entered("first"), "theirs"],
	["another, with what was sent and changed back here", line({ unanswered: ["s1"] }), kept("r2", "theirs"), entered("first"), "both"],
	["another, with another entered here", line(), kept("r2", "theirs"), entered("mine"), "both"],
	["another, where only the name is known", line({ base: { revision: "r1", content: null } }), kept("r2", "a"), entered("b"), "both"],
	["one that nobody here knew of", NEW_LINE, kept("r2", "theirs"), entered("mine"), "both"],
])("meets %s", (_, known, theirs, mine, meeting) => {
	expect(meet(known, theirs, mine)).toBe(meeting);
});

it("goes on from what was taken: what was sent before it is over, what was sent after it may still come", () => {
	const open = ["s1", "s2", "s3"].reduce(sent, line());
	expect(continued(open, kept("s2", "two"))).toEqual({ base: kept("s2", "two"), unanswered: ["s3"], past: ["r1", "s1"] });
	expect(continued(open, kept("other", "x"))).toEqual({ base: kept("other", "x"), unanswered: [], past: ["r1", "s1", "s2", "s3"] });
	// Kept as it was: all of them may still come.
	expect(continued(open, kept("r1", "first"))).toEqual(open);
});

it("does not go back to what an answer says that comes late", () => {
	const later = continued(["s1", "s2"].reduce(sent, line()), kept("s2", "two"));
	expect(continued(later, kept("s1", "one"))).toBe(later);
	expect(continued(later, kept("r1", "first"))).toBe(later);
});

it("counts what was refused as not sent, and keeps so many of the others", () => {
	expect(refused(["s1", "s2"].reduce(sent, line()), "s1").unanswered).toEqual(["s2"]);
	const names = Array.from({ length: MOST_UNANSWERED + 5 }, (_, index) => `s${index}`);
	expect(names.reduce(sent, line()).unanswered).toEqual(names.slice(5));
});

it("names the parts in which two contents differ, the canaries as part of the policy", () => {
	const one = draft("a");
	expect(differingParts(one, draft("a"))).toEqual([]);
	expect(differingParts(one, { ...draft("b"), nodeIds: ["n1"], ticket: "T" })).toEqual(["nodeIds", "reason", "ticket"]);
	expect(differingParts(one, { ...one, canariesNamed: true })).toEqual(["policy"]);
	expect(differingParts(one, { ...one, policy: { ...one.policy, maxUnavailable: 3 } })).toEqual(["policy"]);
});
