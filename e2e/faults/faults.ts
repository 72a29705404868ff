import { CLUSTER_FAULTS } from "./families/cluster.ts";
import { CONSOLE_FAULTS } from "./families/console.ts";
import { NETWORK_FAULTS } from "./families/network.ts";
import { NODE_FAULTS } from "./families/node.ts";
import { PERSON_FAULTS } from "./families/person.ts";
import type { Fault } from "./fault.ts";

/** Every fault there is, in the order of the table. */
export const FAULTS: readonly Fault[] = [...CONSOLE_FAULTS, ...NETWORK_FAULTS, ...NODE_FAULTS, ...CLUSTER_FAULTS, ...PERSON_FAULTS];
