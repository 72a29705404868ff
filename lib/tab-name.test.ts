import { expect, it } from "vitest";
import { tabName } from "./tab-name.ts";

/** A tab of a browser, whose storage begins as a copy of the tab that it was opened from. */
function tab(from: ReadonlyMap<string, string> = new Map()) {
	const kept = new Map(from);
	const storage = {
		getItem: (key: string) => kept.get(key) ?? null,
		setItem: (key: string, value: string) => void kept.set(key, value),
		removeItem: (key: string) => void kept.delete(key),
	};
	return {
		kept,
		load() {
			const page = new EventTarget();
			return { name: tabName({ storage, page, newName }), says: (what: "pagehide" | "pageshow") => page.dispatchEvent(new Event(what)) };
		},
	};
}

let number = 0;
const newName = () => `tab${number++}`;

it("is the same after a reload, and another one in every other tab", () => {
	const one = tab();
	const first = one.load();
	first.says("pagehide");
	const second = one.load();
	expect(second.name).toBe(first.name);
	expect(tab().load().name).not.toBe(first.name);
});

it("tells a duplicate from the tab that it was made of, and each stays itself", () => {
	const one = tab();
	one.load().says("pagehide");
	const first = one.load();
	const copy = tab(one.kept);
	const second = copy.load();
	expect(second.name).not.toBe(first.name);
	for (const page of [first, second]) page.says("pagehide");
	expect([one.load().name, copy.load().name]).toEqual([first.name, second.name]);
});

it("tells them apart also where the page was left and is shown again as it was", () => {
	const one = tab();
	const page = one.load();
	page.says("pagehide");
	page.says("pageshow");
	expect(tab(one.kept).load().name).not.toBe(page.name);
});
