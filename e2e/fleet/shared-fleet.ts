import { inject } from "vitest";
import { attach, type Fleet } from "./fleet.ts";

declare module "vitest" {
	interface ProvidedContext {
		/** The name of the fleet that the whole test run shares. */
		fleet: string;
	}
}

/** The fleet that the whole test run shares: three workers. A test that changes a node resets it afterwards. */
export function sharedFleet(): Promise<Fleet> {
	return attach(inject("fleet"));
}
