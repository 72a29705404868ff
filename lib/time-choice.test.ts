import { expect, it } from "vitest";
import { chooseTime, zoneOf } from "./time-choice.ts";

it("takes what was stored where it is one of ours", () => {
	expect(["utc", "local", "UTC", "", undefined].map(chooseTime)).toEqual(["utc", "local", "local", "local", "local"]);
});

it("leaves local time to the browser", () => {
	expect(zoneOf("utc")).toBe("UTC");
	expect(zoneOf("local")).toBeUndefined();
});
