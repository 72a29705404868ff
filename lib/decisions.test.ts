import { expect, it } from "vitest";
import { asksTicket, asksWhy } from "./decisions.ts";

const BRAKES = ["pause", "cancel", "unschedule"];

it("asks why of every decision but the brakes and a start, which has its migration's reason", () => {
	for (const one of ["resume", "stop", "change-pace", "uncordon", "look-again", "keep", "adopt"]) expect(asksWhy(one)).toBe(true);
	for (const brake of BRAKES) expect(asksWhy(brake)).toBe(false);
	for (const other of ["start", "schedule", "discard"]) expect(asksWhy(other)).toBe(false);
});

it("asks for a ticket where the policy does, and lets the brakes be", () => {
	expect(asksTicket({ ticketNeeded: true }, "resume")).toBe(true);
	expect(asksTicket({ ticketNeeded: false }, "resume")).toBe(false);
	for (const brake of BRAKES) expect(asksTicket({ ticketNeeded: true }, brake)).toBe(false);
});
