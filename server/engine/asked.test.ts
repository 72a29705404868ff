import { expect, it } from "vitest";
import { Asked } from "./asked.ts";

it("tells everyone who listens for a run, and nobody who has ended it", () => {
	const asked = new Asked();
	const heard: string[] = [];
	const end = asked.listen("run1", () => heard.push("one"));
	asked.listen("run1", () => heard.push("two"));
	asked.listen("run2", () => heard.push("other"));
	asked.tell("run1");
	end();
	end();
	asked.tell("run1");
	asked.tell("run3");
	expect(heard).toEqual(["one", "two", "two"]);
});

it("may be ended by what it tells", () => {
	const asked = new Asked();
	let heard = 0;
	const end = asked.listen("run1", () => {
		heard += 1;
		end();
	});
	asked.tell("run1");
	asked.tell("run1");
	expect(heard).toBe(1);
});
