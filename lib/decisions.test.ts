import { expect, it } from "vitest";
import { asksWhy } from "./decisions.ts";

it("asks why where the policy asks for tickets, and lets the brakes be", () => {
	expect(asksWhy({ ticketNeeded: true }, "resume")).toBe(true);
	expect(asksWhy({ ticketNeeded: true }, "uncordon")).toBe(true);
	expect(asksWhy({ ticketNeeded: false }, "resume")).toBe(false);
	for (const brake of ["pause", "cancel", "discard"]) expect(asksWhy({ ticketNeeded: true }, brake)).toBe(false);
});
