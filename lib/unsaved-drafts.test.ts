import { expect, it } from "vitest";
import { migrationDraftSchema } from "./contracts/draft.ts";
import { adoptUnsaved, forgetDraft, forgetUnsaved, MOST_UNSAVED, rememberUnsaved } from "./unsaved-drafts.ts";

const content = (reason: string) => migrationDraftSchema.parse({ clusterId: "c1", reason });
const unsaved = (reason: string) => ({ content: content(reason), basedOn: "kept0000", unanswered: ["sent0000"] });
const at = (id: string, tab = "t1", opening = "o1") => ({ id, tab, opening });

/** As a browser's: keys in some order, beside those of others. */
function storage(entries: Record<string, string> = {}) {
	const kept = new Map(Object.entries(entries));
	return {
		get length() {
			return kept.size;
		},
		key: (index: number) => [...kept.keys()][index] ?? null,
		getItem: (key: string) => kept.get(key) ?? null,
		setItem: (key: string, value: string) => void kept.set(key, value),
		removeItem: (key: string) => void kept.delete(key),
	};
}

it("keeps each draft by itself: saving one leaves the others", () => {
	const store = storage();
	rememberUnsaved(store, at("a1"), unsaved("first"), 1);
	rememberUnsaved(store, at("b2"), unsaved("other"), 2);
	rememberUnsaved(store, at("a1"), unsaved("second"), 3);
	expect([adoptUnsaved(store, at("a1")), adoptUnsaved(store, at("b2"))]).toEqual([unsaved("second"), unsaved("other")]);
	forgetUnsaved(store, at("b2"));
	expect([adoptUnsaved(store, at("a1")), adoptUnsaved(store, at("b2"))]).toEqual([unsaved("second"), null]);
});

it("keeps what each of two tabs has of one draft; the next one gets the newest, and the other after it", () => {
	const store = storage();
	rememberUnsaved(store, at("a1", "t1"), unsaved("one"), 2);
	rememberUnsaved(store, at("a1", "t2"), unsaved("other"), 1);
	expect(adoptUnsaved(store, at("a1", "t3"))).toEqual(unsaved("one"));
	expect(store.length).toBe(2);
	forgetUnsaved(store, at("a1", "t3"));
	expect(adoptUnsaved(store, at("a1", "t4"))).toEqual(unsaved("other"));
	rememberUnsaved(store, at("a12"), unsaved("another draft"), 3);
	forgetDraft(store, "a1");
	expect([adoptUnsaved(store, at("a1")), adoptUnsaved(store, at("a12"))]).toEqual([null, unsaved("another draft")]);
});

it("gives a tab what it kept itself before what another one kept later, however often the draft was opened", () => {
	const store = storage();
	rememberUnsaved(store, at("a1", "t1", "o1"), unsaved("mine"), 1);
	rememberUnsaved(store, at("a1", "t12", "o1"), unsaved("another tab's"), 2);
	expect(adoptUnsaved(store, at("a1", "t1", "o2"))).toEqual(unsaved("mine"));
	// What the first opening had sent is answered only now.
	forgetUnsaved(store, at("a1", "t1", "o1"));
	expect(adoptUnsaved(store, at("a1", "t1", "o3"))).toEqual(unsaved("mine"));
	forgetUnsaved(store, at("a1", "t1", "o3"));
	expect(adoptUnsaved(store, at("a1", "t1", "o4"))).toEqual(unsaved("another tab's"));
});

it("reads what an older version kept, of which nobody knows what it was made of", () => {
	const store = storage({ "gantry.migration.unsaved.a1": JSON.stringify({ atMs: 1, content: content("old") }) });
	expect(adoptUnsaved(store, at("a1"))).toEqual({ content: content("old"), basedOn: null, unanswered: [] });
	forgetUnsaved(store, at("a1"));
	expect(store.length).toBe(0);
});

it("lets the oldest go where there are many, and nothing of anybody else", () => {
	const store = storage({ "gantry.nodes.columns": "name", "gantry.migration.unsaved.broken": "{" });
	for (let index = 0; index < MOST_UNSAVED; index++) rememberUnsaved(store, at(`d${index}`), unsaved(`${index}`), 1_000 - index);
	// What cannot be read is older than all; the last one is the oldest by its time.
	expect(store.getItem("gantry.migration.unsaved.broken")).toBeNull();
	expect(store.length).toBe(MOST_UNSAVED + 1);
	rememberUnsaved(store, at("d0"), unsaved("again"), 2_000);
	expect(adoptUnsaved(store, at(`d${MOST_UNSAVED - 1}`))).not.toBeNull();
	rememberUnsaved(store, at("new"), unsaved("new"), 3_000);
	expect(adoptUnsaved(store, at(`d${MOST_UNSAVED - 1}`))).toBeNull();
	expect([adoptUnsaved(store, at("d0")), adoptUnsaved(store, at("new"))]).toEqual([unsaved("again"), unsaved("new")]);
	expect(store.getItem("gantry.nodes.columns")).toBe("name");
});

it("takes what cannot be read for nothing", () => {
	for (const text of ["{", "null", '{"atMs":1,"content":{"policy":{"maxUnavailable":0}}}', '{"content":{}}'])
		expect(adoptUnsaved(storage({ "gantry.migration.unsaved.a1.t1": text }), at("a1"))).toBeNull();
	const odd = { atMs: 1, content: content("x"), basedOn: 5, unanswered: ["sent0000", 7, "<"] };
	expect(adoptUnsaved(storage({ "gantry.migration.unsaved.a1.t1": JSON.stringify(odd) }), at("a1"))).toMatchObject({
		basedOn: null,
		unanswered: ["sent0000"],
	});
});
