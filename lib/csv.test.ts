import { expect, it } from "vitest";
import { csvRow } from "./csv.ts";

it("writes a record with its line end, and nothing for what is not there", () => {
	expect(csvRow(["a", 1, null, undefined, "", "é 迁移"])).toBe("a,1,,,,é 迁移\r\n");
});

it("quotes what would end a field or a record", () => {
	expect(csvRow(['say "hi"', "a,b", "one\ntwo", "one\r\ntwo"])).toBe('"say ""hi""","a,b","one\ntwo","one\r\ntwo"\r\n');
});

it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =cmd|' /C calc'!A0"])("gives a spreadsheet no formula: %j", (text) => {
	expect(csvRow([text]).replace(/^"/, "")).toMatch(/^'/);
});

it("leaves numbers as they are", () => {
	expect(csvRow([-5, 2.5])).toBe("-5,2.5\r\n");
});
