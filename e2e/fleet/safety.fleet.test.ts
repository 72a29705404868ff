import { safety } from "./safety.ts";
import { sharedFleet } from "./shared-fleet.ts";

// Debian 12; the other releases have files of their own.
safety(sharedFleet);
