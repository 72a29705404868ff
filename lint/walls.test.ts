import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { type Diagnostic, lint } from "./biome-run.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folders = (path: string) =>
	readdirSync(root + path, { withFileTypes: true })
		.filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && !["node_modules", "data", "test-results"].includes(entry.name))
		.map((entry) => entry.name);

const PURE = ["runtime", "probe", "preflight", "plan", "rollout"];
const imports = "lint/style/noRestrictedImports";
const globals = "lint/style/noRestrictedGlobals";

interface Snippet {
	name: string;
	path: string;
	source: string;
	/** The rule that must refuse it and words of its message; absent: no rule may complain. */
	refused?: { rule: string; because: RegExp };
}

const use = (from: string) => `import { thing } from "${from}";\nexport const used = thing;\n`;
const refuse = (name: string, path: string, source: string, rule: string, because: RegExp): Snippet => ({
	name,
	path,
	source,
	refused: { rule, because },
});
const allow = (name: string, path: string, source: string): Snippet => ({ name, path, source });

const components: Snippet[] = [
	...folders("")
		.filter((folder) => !["components", "lib"].includes(folder))
		.flatMap((folder) => [
			refuse(
				`components → ${folder}`,
				`components/nodes/a-${folder}.tsx`,
				use(`../../${folder}/thing.ts`),
				imports,
				/components import lib only/,
			),
			refuse(
				`components → @/${folder}`,
				`components/nodes/b-${folder}.tsx`,
				use(`@/${folder}/thing.ts`),
				imports,
				/components import lib only/,
			),
		]),
	refuse(
		"a type is an import too",
		"components/a.tsx",
		'import type { T } from "../server/x.ts";\nexport type U = T;\n',
		imports,
		/lib only/,
	),
	refuse("so is a re-export", "components/b.tsx", 'export { x } from "../server/x.ts";\n', imports, /lib only/),
	refuse("so is a dynamic import", "components/c.tsx", 'export const x = () => import("../server/x.ts");\n', imports, /lib only/),
	refuse("components → node", "components/d.tsx", use("node:fs"), imports, /lib only/),
	allow("components → lib", "components/nodes/table.tsx", use("@/lib/contracts/plan.ts")),
	allow("components → lib, relative", "components/nodes/row.tsx", use("../../lib/contracts/plan.ts")),
	allow("components → components", "components/nodes/cell.tsx", use("../ui/button.tsx")),
	allow("components → next", "components/nodes/link.tsx", use("next/link")),
];

const lib: Snippet[] = [
	...folders("")
		.filter((folder) => folder !== "lib")
		.flatMap((folder) => [
			refuse(`lib → ${folder}`, `lib/contracts/a-${folder}.ts`, use(`../../${folder}/thing.ts`), imports, /lib runs on both sides/),
			refuse(`lib → @/${folder}`, `lib/b-${folder}.ts`, use(`@/${folder}/thing.ts`), imports, /lib runs on both sides/),
		]),
	refuse("lib → node", "lib/c.ts", use("node:crypto"), imports, /lib runs on both sides/),
	allow("lib → lib and packages", "lib/contracts/d.ts", `${use("zod")}export { x } from "../format.ts";\n`),
];

const messages: Snippet[] = [
	...folders("")
		.filter((folder) => !["lib", "messages"].includes(folder))
		.map((folder) =>
			refuse(
				`messages → ${folder}`,
				`messages/a-${folder}.ts`,
				use(`../${folder}/thing.ts`),
				imports,
				/text of the pages imports lib only/,
			),
		),
	allow("messages → lib", "messages/b.ts", `${use("../lib/contracts/run.ts")}export { default } from "./en/run.json";\n`),
	refuse("server → messages", "server/engine/messages.ts", use("../../messages/catalogue.ts"), imports, /nothing in server imports/),
	allow("app → messages", "app/messages.ts", use("../messages/catalogue.ts")),
];

const pure: Snippet[] = [
	...folders("server")
		.filter((folder) => !PURE.includes(folder))
		.flatMap((folder) => [
			refuse(`plan → ${folder}`, `server/plan/a-${folder}.ts`, use(`../${folder}/thing.ts`), imports, /are pure/),
			refuse(`plan/steps → ${folder}`, `server/plan/steps/a-${folder}.ts`, use(`../../${folder}/thing.ts`), imports, /are pure/),
			refuse(`plan/steps/x → ${folder}`, `server/plan/steps/x/a-${folder}.ts`, use(`../../../${folder}/thing.ts`), imports, /are pure/),
		]),
	...PURE.flatMap((from) => [
		...PURE.filter((to) => to !== from).map((to) => allow(`${from} → ${to}`, `server/${from}/to-${to}.ts`, use(`../${to}/thing.ts`))),
		allow(`${from} → lib`, `server/${from}/to-lib.ts`, use("../../lib/contracts/facts.ts")),
		refuse(`${from} → ssh`, `server/${from}/to-ssh.ts`, use("../ssh/session.ts"), imports, /are pure/),
		refuse(`${from} → config`, `server/${from}/to-config.ts`, use("../config.ts"), imports, /are pure/),
		refuse(`${from} → components`, `server/${from}/to-components.ts`, use("../../components/x.tsx"), imports, /are pure/),
		refuse(`${from} → node:fs`, `server/${from}/to-fs.ts`, use("node:fs"), imports, /are pure/),
		refuse(`${from} → the clock`, `server/${from}/clock.ts`, "export const at = () => Date.now();\n", "plugin", /no clock/),
		refuse(`${from} → the environment`, `server/${from}/env.ts`, "export const cwd = () => process.cwd();\n", globals, /global variable/),
	]),
	...["node:child_process", "node:http", "node:fs/promises", "node:os", "node:timers/promises", "fs", "ssh2", "next", "@prisma/client"].map(
		(from, index) => refuse(`plan → ${from}`, `server/plan/package-${index}.ts`, use(from), imports, /are pure/),
	),
	refuse("new Date()", "server/rollout/new-date.ts", "export const at = () => new Date();\n", "plugin", /no clock/),
	refuse("Date()", "server/rollout/date.ts", "export const at = () => Date();\n", "plugin", /no clock/),
	refuse("Date.now as a value", "server/rollout/date-now.ts", "export const clock = Date.now;\n", "plugin", /no clock/),
	refuse("Math.random", "server/rollout/random.ts", "export const die = () => Math.random();\n", "plugin", /no randomness/),
	refuse(
		"randomUUID",
		"server/plan/uuid.ts",
		'import { randomUUID } from "node:crypto";\nexport const id = randomUUID;\n',
		imports,
		/may hash/,
	),
	refuse(
		"connect",
		"server/plan/connect.ts",
		'import { connect } from "node:net";\nexport const open = connect;\n',
		imports,
		/no connection/,
	),
	...["performance.now()", "crypto.randomUUID()", 'fetch("x")', "setTimeout(() => {}, 1)"].map((call, index) =>
		refuse(call, `server/probe/global-${index}.ts`, `export const x = () => ${call};\n`, globals, /global variable/),
	),
	allow("a date from an argument", "server/rollout/parse.ts", "export const parse = (at: string) => new Date(at).getTime();\n"),
	allow("hashing", "server/plan/hash.ts", 'import { createHash } from "node:crypto";\nexport const hash = createHash;\n'),
	allow("comparing addresses", "server/plan/address.ts", 'import { isIP } from "node:net";\nexport const family = isIP;\n'),
	allow("packages that only compute", "server/runtime/toml.ts", `import TOML from "@iarna/toml";\nexport const parse = TOML.parse;\n`),
	allow("its own folder", "server/plan/steps/sibling.ts", `${use("../layout.ts")}export { y } from "./y.ts";\n`),
	allow(
		"its neighbour from a sub-folder",
		"server/plan/steps/neighbour.ts",
		`${use("../../runtime/toml.ts")}export { y } from "../../../lib/y.ts";\n`,
	),
	allow(
		"a test of a pure folder runs the scripts",
		"server/plan/script.test.ts",
		`${use("node:child_process")}export const at = Date.now();\n`,
	),
];

const server: Snippet[] = [
	...["next", "next/headers", "next/server"].map((from, index) =>
		refuse(`server → ${from}`, `server/auth/next-${index}.ts`, use(from), imports, /nothing in server imports/),
	),
	...["app", "components"].map((folder) =>
		refuse(`engine → ${folder}`, `server/engine/${folder}.ts`, use(`../../${folder}/x.ts`), imports, /nothing in server imports/),
	),
	refuse("engine → app by alias", "server/engine/alias.ts", use("@/app/x.ts"), imports, /nothing in server imports/),
	refuse("http → app", "server/http/app.ts", use("../../app/x.ts"), imports, /nothing in server imports/),
	allow("http → next", "server/http/route.ts", use("next/server")),
	allow("engine → the rest of server", "server/engine/claim.ts", `${use("../db/client.ts")}export { y } from "../plan/y.ts";\n`),
	refuse("app → e2e", "app/api/v1/e2e.ts", use("../../../e2e/x.ts"), imports, /app imports components, lib and server/),
	allow("app → server", "app/api/v1/route.ts", use("@/server/engine/claim.ts")),
];

const environment: Snippet[] = [
	refuse("process.env", "server/engine/env.ts", "export const port = process.env.PORT;\n", "lint/style/noProcessEnv", /process\.env/),
	refuse("process.env in app", "app/env.ts", "export const port = process.env.PORT;\n", "lint/style/noProcessEnv", /process\.env/),
	refuse(
		"env of node:process",
		"server/engine/process.ts",
		'import { env } from "node:process";\nexport const port = env.PORT;\n',
		imports,
		/./,
	),
	...["server/config.ts", "scripts/x.mjs", "e2e/fleet/x.ts", "bench/x.ts", "next.config.ts", "instrumentation.ts"].map((path) =>
		allow(`process.env in ${path}`, path, "export const port = process.env.PORT;\n"),
	),
];

const call = (expression: string) =>
	`declare const db: { $transaction<T>(work: unknown, options?: unknown): Promise<T> };\ndeclare const work: [];\nexport const done = ${expression};\n`;
const transactions: Snippet[] = [
	...[
		"db.$transaction(async (tx) => tx)",
		"db.$transaction<string>(async (tx) => tx, { maxWait: 1 })",
		"db.$transaction(work)",
		"db?.$transaction(work)",
	].map((expression, index) =>
		refuse(expression, `server/db/refused-${index}.ts`, call(expression), "plugin", /No interactive transaction/),
	),
	...["db.$transaction([])", "db.$transaction([...work], { isolationLevel: 1 })", "db.$transaction<string>(\n\t[],\n)"].map(
		(expression, index) => allow(expression, `server/db/allowed-${index}.ts`, call(expression)),
	),
];

const names: Snippet[] = [
	...["lib/utils.ts", "server/db/helpers.ts", "components/misc.tsx", "server/util/x.ts", "app/helpers/x.ts", "lib/helper.test.ts"].map(
		(path) => refuse(path, path, "export const x = 1;\n", "plugin", /Name this file/),
	),
	allow("a longer word", "lib/miscellany.ts", "export const x = 1;\n"),
	allow("the word inside a name", "lib/shell-utils-parser.ts", "export const x = 1;\n"),
];

const head = 'import { describe, expect, it, test } from "vitest";\nexport const used = [describe, expect, it, test];\n';
const tests: Snippet[] = [
	...["it.only", "test.only", "describe.only"].map((fn, index) =>
		refuse(fn, `lib/only-${index}.test.ts`, `${head}${fn}("x", () => {});\n`, "lint/suspicious/noFocusedTests", /./),
	),
	...["it.skip", "test.skip", "describe.skip"].map((fn, index) =>
		refuse(fn, `lib/skip-${index}.test.ts`, `${head}${fn}("x", () => {});\n`, "lint/suspicious/noSkippedTests", /./),
	),
	allow("a plain test", "lib/plain.test.ts", `${head}it("x", () => {});\n`),
];

const promises: Snippet[] = [
	refuse(
		"a promise nobody waits for",
		"server/logs/floating.ts",
		"const f = async () => 1;\nf();\n",
		"lint/nursery/noFloatingPromises",
		/./,
	),
	allow("a promise left on purpose", "server/logs/void.ts", "const f = async () => 1;\nvoid f();\n"),
];

const walls = { components, lib, messages, pure, server, environment, transactions, names, tests, promises };
let found: Diagnostic[];

beforeAll(async () => {
	const snippets = Object.values(walls).flat();
	expect(new Set(snippets.map((s) => s.path)).size, "two snippets with one path").toBe(snippets.length);
	found = await lint(new Map(snippets.map((s) => [s.path, s.source])));
}, 60_000);

for (const [wall, snippets] of Object.entries(walls)) {
	describe(wall, () => {
		for (const { name, path, source, refused } of snippets) {
			it(`${refused ? "refuses" : "allows"} ${name}`, () => {
				const diagnostics = found.filter((d) => d.path === path);
				if (!refused) expect(diagnostics, source).toEqual([]);
				else
					expect(diagnostics.map((d) => `${d.rule}: ${d.message}`)).toContainEqual(
						expect.stringMatching(new RegExp(`^${refused.rule}: .*${refused.because.source}`)),
					);
			});
		}
	});
}
