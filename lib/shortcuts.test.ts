import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COMMAND_IDS, definitionOf } from "./commands.ts";
import { matchPress, NOTHING_PENDING, type Pending, type Press, SEQUENCE_MS } from "./shortcuts.ts";

const BINDINGS = [
	{ id: "palette", keys: ["Mod+k"] },
	{ id: "search", keys: ["/"] },
	{ id: "help", keys: ["?"] },
	{ id: "new", keys: ["n"] },
	{ id: "nodes", keys: ["g", "n"] },
	{ id: "history", keys: ["g", "h"] },
	{ id: "next", keys: ["]"] },
] as const;

const press = (key: string, change: Partial<Press> = {}): Press => ({
	key,
	code: /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : "",
	ctrl: false,
	meta: false,
	alt: false,
	shift: false,
	repeat: false,
	composing: false,
	inField: false,
	inDialog: false,
	...change,
});

/** What these presses come to, each so many milliseconds after the one before. */
function type(presses: readonly Press[], { gapMs = 100, singleKeys = true } = {}): (string | null)[] {
	let pending: Pending = NOTHING_PENDING;
	return presses.map((one, index) => {
		const matched = matchPress(pending, one, BINDINGS, 10_000 + index * gapMs, { singleKeys });
		pending = matched.pending;
		return matched.id;
	});
}
const keys = (text: string, change: Partial<Press> = {}) => [...text].map((key) => press(key, change));

describe("single keys", () => {
	it("mean what they are bound to, by the character and not by the place", () => {
		expect(type(keys("n/]"))).toEqual(["new", "search", "next"]);
		expect(type([press("?", { shift: true, code: "Slash" })])).toEqual(["help"]);
	});

	it("mean it with Caps Lock, and on a layout without Latin letters", () => {
		expect(type([press("N")])).toEqual(["new"]);
		expect(type([press("т", { code: "KeyN" })])).toEqual(["new"]);
	});

	it("mean it where a layout writes them with AltGr or Option", () => {
		expect(type([press("]", { ctrl: true, alt: true }), press("]", { alt: true })])).toEqual(["next", "next"]);
	});

	it.each([
		["Ctrl", { ctrl: true }],
		["Cmd", { meta: true }],
		["Alt", { alt: true }],
		["Shift", { shift: true }],
	])("mean nothing with %s: that is the browser's", (_, change) => {
		expect(type([press("n", change)])).toEqual([null]);
	});

	it.each([
		["typed into a field", { inField: true }],
		["over a dialog", { inDialog: true }],
		["part of a composition", { composing: true }],
		["held down", { repeat: true }],
	])("mean nothing %s", (_, change) => {
		expect(type([press("n", change)])).toEqual([null]);
		expect(type([press("g"), press("n", change)])).toEqual([null, null]);
	});

	it("can be switched off, and what is pressed with Ctrl goes on", () => {
		expect(type(keys("ngn/?"), { singleKeys: false })).toEqual([null, null, null, null, null]);
		expect(type([press("k", { ctrl: true })], { singleKeys: false })).toEqual(["palette"]);
	});
});

describe("sequences", () => {
	it("are keys one after the other", () => {
		expect(type(keys("gn"))).toEqual([null, "nodes"]);
		expect(type(keys("gngh"))).toEqual([null, "nodes", null, "history"]);
	});

	it("run out of time", () => {
		expect(type(keys("gh"), { gapMs: SEQUENCE_MS })).toEqual([null, "history"]);
		expect(type(keys("gn"), { gapMs: SEQUENCE_MS + 1 })).toEqual([null, "new"]);
	});

	it("are given up by a key that does not continue them, which may begin or be another", () => {
		expect(type(keys("g/"))).toEqual([null, "search"]);
		expect(type(keys("ggn"))).toEqual([null, null, "nodes"]);
		expect(type(keys("gxn"))).toEqual([null, null, "new"]);
	});

	it("are not given up by Shift on its way to the next key", () => {
		expect(type([press("g"), press("Shift", { shift: true }), press("n")])).toEqual([null, null, "nodes"]);
	});

	it("are given up by what is typed or composed in between", () => {
		expect(type([press("g"), press("n", { composing: true }), press("n")])).toEqual([null, null, "new"]);
	});
});

describe("Ctrl+K, or Cmd+K", () => {
	it("works while text is typed, and not while it is composed or over a dialog", () => {
		expect(type([press("k", { ctrl: true, inField: true }), press("k", { meta: true })])).toEqual(["palette", "palette"]);
		expect(type([press("k", { ctrl: true, composing: true }), press("k", { ctrl: true, inDialog: true })])).toEqual([null, null]);
	});

	it("is nothing with a further modifier", () => {
		for (const change of [{ shift: true }, { alt: true }, { meta: true }])
			expect(type([press("k", { ctrl: true, ...change })])).toEqual([null]);
	});
});

it("takes a press exactly where it is or begins something", () => {
	const anyPress = fc.record({
		key: fc.constantFrom("g", "n", "h", "/", "?", "x", "k", "Enter", "Tab", "Escape", "ArrowDown", "F5", "я"),
		code: fc.constantFrom("KeyG", "KeyN", "", "Tab"),
		ctrl: fc.boolean(),
		meta: fc.boolean(),
		alt: fc.boolean(),
		shift: fc.boolean(),
		repeat: fc.boolean(),
		composing: fc.boolean(),
		inField: fc.boolean(),
		inDialog: fc.boolean(),
	});
	fc.assert(
		fc.property(fc.array(anyPress, { maxLength: 6 }), fc.boolean(), (presses, singleKeys) => {
			let pending: Pending = NOTHING_PENDING;
			for (const [index, one] of presses.entries()) {
				const matched = matchPress(pending, one, BINDINGS, index * 100, { singleKeys });
				if (matched.taken) expect(matched.id !== null || matched.pending.keys.length > 0).toBe(true);
				else expect(matched.id).toBeNull();
				if (one.composing || one.inDialog || one.key.length > 1) expect(matched.taken).toBe(false);
				pending = matched.pending;
			}
		}),
	);
});

describe("the console's commands", () => {
	const bound = COMMAND_IDS.map((id) => ({ id, ...definitionOf(id) })).filter(({ keys }) => keys !== undefined);

	it("use no key twice where both may be offered", () => {
		const texts = bound.filter(({ id }) => id !== "migration.resume").map(({ keys }) => keys?.join(" "));
		expect(texts.filter((text, index) => texts.indexOf(text) !== index)).toEqual([]);
	});

	it("have no key that begins another's sequence: it would never be reached", () => {
		const firsts = new Set(bound.filter(({ keys }) => (keys?.length ?? 0) > 1).map(({ keys }) => keys?.[0]));
		expect(bound.filter(({ keys }) => keys?.length === 1 && firsts.has(keys[0])).map(({ id }) => id)).toEqual([]);
	});
});
