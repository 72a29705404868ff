import { safetyOnSuite } from "./safety.ts";

safetyOnSuite("forky");
