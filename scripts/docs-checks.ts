import { writeFileSync } from "node:fs";
import { CHECKS_PAGE, checksPage } from "./docs/checks.ts";

writeFileSync(CHECKS_PAGE, checksPage());
