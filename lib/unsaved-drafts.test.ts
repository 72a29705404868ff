import { expect, it } from "vitest";
import { migrationDraftSchema } from "./contracts/draft.ts";
import { forgetUnsaved, MOST_UNSAVED, readUnsaved, rememberUnsaved } from "./unsaved-drafts.ts";

const draft = (reason: string) => migrationDraftSchema.parse({ clusterId: "c1", reason });

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
	rememberUnsaved(store, "a1", draft("first"), 1);
	rememberUnsaved(store, "b2", draft("other"), 2);
	rememberUnsaved(store, "a1", draft("second"), 3);
	expect([readUnsaved(store, "a1"), readUnsaved(store, "b2")]).toEqual([draft("second"), draft("other")]);
	forgetUnsaved(store, "b2");
	expect([readUnsaved(store, "a1"), readUnsaved(store, "b2")]).toEqual([draft("second"), null]);
});

it("lets the oldest go where there are many, and nothing of anybody else", () => {
	const store = storage({ "gantry.nodes.columns": "name", "gantry.migration.unsaved.broken": "{" });
	for (let index = 0; index < MOST_UNSAVED; index++) rememberUnsaved(store, `d${index}`, draft(`${index}`), 1_000 - index);
	// What cannot be read is older than all; the last one is the oldest by its time.
	expect(store.getItem("gantry.migration.unsaved.broken")).toBeNull();
	expect(store.length).toBe(MOST_UNSAVED + 1);
	rememberUnsaved(store, "d0", draft("again"), 2_000);
	expect(readUnsaved(store, `d${MOST_UNSAVED - 1}`)).not.toBeNull();
	rememberUnsaved(store, "new", draft("new"), 3_000);
	expect(readUnsaved(store, `d${MOST_UNSAVED - 1}`)).toBeNull();
	expect([readUnsaved(store, "d0"), readUnsaved(store, "new")]).toEqual([draft("again"), draft("new")]);
	expect(store.getItem("gantry.nodes.columns")).toBe("name");
});

it("takes what cannot be read for nothing", () => {
	for (const text of ["{", "null", '{"atMs":1,"content":{"policy":{"maxUnavailable":0}}}', '{"content":{}}'])
		expect(readUnsaved(storage({ "gantry.migration.unsaved.a1": text }), "a1")).toBeNull();
});
