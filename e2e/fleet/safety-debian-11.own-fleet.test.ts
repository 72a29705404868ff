import { safetyOnSuite } from "./safety.ts";

safetyOnSuite("bullseye");
