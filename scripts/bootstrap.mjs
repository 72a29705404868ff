// First step of `npm run demo` and `npm test`: makes a fresh clone ready to run, and does nothing where it is ready. It has
// no dependencies. This file is written so that any Node that knows modules gets far enough to say that it is too old.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { nodeProblem } from "./bootstrap/node-version.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const wanted = JSON.parse(readFileSync(`${root}package.json`, "utf8")).engines.node;
const problem = nodeProblem(process.version, wanted);

if (problem) {
	process.stderr.write(`${problem}\n`);
	process.exitCode = 1;
} else {
	import("./bootstrap/main.mjs")
		.then((main) => main.bootstrap(root))
		.catch((error) => {
			process.stderr.write(`${error.known ? error.message : error.stack}\n`);
			process.exitCode = 1;
		});
}
