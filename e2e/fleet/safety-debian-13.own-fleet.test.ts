import { safetyOnSuite } from "./safety.ts";

safetyOnSuite("trixie");
