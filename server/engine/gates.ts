import type { Message } from "../../lib/contracts/finding.ts";
import { type Gate, gateSchema } from "../../lib/contracts/rollout.ts";
import { GATE_ASKS } from "../../lib/gates.ts";
import type { Prisma } from "../db/generated/client.ts";
import { said } from "./codes.ts";

export function asksFor(gate: Gate): Message {
	return said(GATE_ASKS[gate]);
}

/** As `Migration.gates` keeps them. */
export function passedGates(stored: Prisma.JsonValue | null): Gate[] {
	return gateSchema.array().parse(stored ?? []);
}
