import type { Message } from "../../lib/contracts/finding.ts";
import { type Gate, gateSchema } from "../../lib/contracts/rollout.ts";
import { GATE_ASKS } from "../../lib/gates.ts";
import type { Prisma } from "../db/generated/client.ts";
import { said } from "./codes.ts";

export function asksFor(gate: Gate): Message {
	return said(GATE_ASKS[gate]);
}

/** The question that a migration in this state waits with; null where it waits for something else. */
export function askedGate(stateWhy: Prisma.JsonValue | null): Gate | null {
	const code = (stateWhy as Message | null)?.code;
	return gateSchema.options.find((gate) => GATE_ASKS[gate] === code) ?? null;
}

/** As `Migration.gates` keeps them. */
export function passedGates(stored: Prisma.JsonValue | null): Gate[] {
	return gateSchema.array().parse(stored ?? []);
}
