import { CONSOLE_FAULTS } from "./families/console.ts";
import type { Fault } from "./fault.ts";

/** Every fault there is, in the order of the table. */
export const FAULTS: readonly Fault[] = [...CONSOLE_FAULTS];
