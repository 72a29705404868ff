import { expect, it } from "vitest";
import { countOrPercentSchema, timeWindowSchema } from "./contracts/rollout.ts";
import { isCountOrPercent, isTimeWindow } from "./pace-words.ts";

it.each([1, 2_000, "1%", "100%", 0, 2_001, 1.5, Number.NaN, "0%", "101%", "5", "", " 5%", null, true])(
	"judges %j as the schema does",
	(value) => {
		expect(isCountOrPercent(value)).toBe(countOrPercentSchema.safeParse(value).success);
	},
);

it.each([
	["22:00", "04:00", "UTC"],
	["00:00", "23:59", "Asia/Shanghai"],
	["22:00", "22:00", "UTC"],
	["24:00", "04:00", "UTC"],
	["9:00", "04:00", "UTC"],
	["", "04:00", "UTC"],
	["22:00", "04:00", "Nowhere/Land"],
	["22:00", "04:00", ""],
])("judges the hours %s to %s in %j as the schema does", (from, to, timeZone) => {
	expect(isTimeWindow({ from, to, timeZone })).toBe(timeWindowSchema.safeParse({ from, to, timeZone }).success);
});
