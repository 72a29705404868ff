import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { nativeBuildEnvironment } from "./bootstrap/native-build.mjs";
import { nodeHeaders } from "./bootstrap/node-headers.mjs";
import { nodeProblem } from "./bootstrap/node-version.mjs";
import { advice, missing } from "./bootstrap/packages.mjs";
import { fingerprint } from "./bootstrap/stamp.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { engines, scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const range: string = engines.node;

it.each(["demo", "test", "start"])("leaves no shell between npm and %s, which would end at a signal and leave it running", (name) => {
	expect(scripts[name]).toBe(`node scripts/bootstrap.mjs && exec tsx scripts/${name}.ts`);
});

describe("nodeProblem", () => {
	it.each(["v20.19.0", "v20.20.2", "v22.0.0", "v24.99.1"])("accepts %s", (version) => {
		expect(nodeProblem(version, range)).toBe("");
	});

	it.each(["v12.22.0", "v18.20.4", "v20.18.9", "v25.0.0"])("refuses %s and says what is needed", (version) => {
		expect(nodeProblem(version, range)).toMatch(new RegExp(`needs Node 20.19 to 24; this is Node ${version.slice(1)}`));
	});

	it("does not guess at a range it cannot read", () => {
		expect(() => nodeProblem("v20.19.0", "^20")).toThrow("engines.node");
	});
});

describe("packages", () => {
	const requirements = [
		{ programs: ["c++", "g++"], package: "g++" },
		{ programs: ["make"], package: "make" },
	];

	it("takes any of a program's names", () => {
		expect(missing(requirements, (names) => (names.includes("g++") ? "/usr/bin/g++" : undefined))).toEqual([requirements[1]]);
	});

	it("says exactly what to install", () => {
		expect(advice(requirements)).toBe("Missing: c++, make. On Debian or Ubuntu: apt-get install g++ make");
	});
});

describe("nativeBuildEnvironment", () => {
	it.each(["v20.19.0", "v22.23.3", "v24.18.1"])("asks for nothing on %s", (version) => {
		expect(nativeBuildEnvironment("/gantry", version, { CXXFLAGS: "-O1" })).toEqual({});
	});

	it.each(["v24.19.0", "v24.21.0"])("builds around the broken class of %s, keeping the flags that are set", (version) => {
		expect(nativeBuildEnvironment("/it's here", version, { CXXFLAGS: "-O1" })).toEqual({
			CXXFLAGS: "-O1 -include '/it'\\''s here/scripts/bootstrap/object-wrap.hpp'",
			npm_config_build_from_source: "better-sqlite3",
		});
	});
});

describe("nodeHeaders", () => {
	/** A folder with Node's program and, in a folder of it, the headers of 22.23.3. */
	function installation(folder: string): string {
		const prefix = mkdtempSync(join(tmpdir(), "gantry-headers-"));
		onTestFinished(() => rmSync(prefix, { recursive: true, force: true }));
		mkdirSync(join(prefix, "bin"), { recursive: true });
		writeFileSync(join(prefix, "bin/node"), "");
		mkdirSync(join(prefix, folder, "include/node"), { recursive: true });
		const lines = ["MAJOR_VERSION 22", "MINOR_VERSION 23", "PATCH_VERSION 3"].map((line) => `#define NODE_${line}\n`);
		writeFileSync(join(prefix, folder, "include/node/node_version.h"), lines.join(""));
		return prefix;
	}

	it("finds them beside the program, also through a link", () => {
		const prefix = installation("");
		symlinkSync(join(prefix, "bin/node"), join(prefix, "node"));
		expect(nodeHeaders(join(prefix, "bin/node"), "v22.23.3")).toBe(prefix);
		expect(nodeHeaders(join(prefix, "node"), "v22.23.3")).toBe(prefix);
	});

	it("takes no other version's, and none where there are none", () => {
		expect(nodeHeaders(join(installation(""), "bin/node"), "v22.23.4")).toBeUndefined();
		expect(nodeHeaders(join(installation("elsewhere"), "bin/node"), "v22.23.3")).toBeUndefined();
	});
});

it("takes no two different sets of parts for the same", () => {
	const sets: Record<string, string>[] = [{ a: "x", b: "y" }, { a: "xb", y: "" }, { a: "x" }, { a: "y", b: "x" }, { a: "xb\x001\0y" }];
	expect(new Set(sets.map(fingerprint)).size).toBe(sets.length);
});

/** A fresh clone whose npm and Prisma are stand-ins that write down what they were asked. */
function clone() {
	const folder = mkdtempSync(join(tmpdir(), "gantry-clone-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	mkdirSync(join(folder, "scripts"));
	for (const name of ["scripts/bootstrap.mjs", "scripts/bootstrap", "prisma", "prisma.config.ts"]) {
		cpSync(join(root, name), join(folder, name), { recursive: true, verbatimSymlinks: true });
	}
	const write = (name: string, content: string) => writeFileSync(join(folder, name), content);
	write("package.json", JSON.stringify({ engines: { node: range } }));
	write("package-lock.json", "{}");
	write(
		"npm-cli.js",
		`const fs = require("node:fs");
fs.appendFileSync("calls", "npm " + process.argv.slice(2).join(" ") + "\\n");
fs.rmSync("node_modules", { recursive: true, force: true });
if (fs.existsSync("broken")) process.exit(7);
fs.mkdirSync("node_modules/better-sqlite3", { recursive: true });
fs.writeFileSync("node_modules/better-sqlite3/index.js", fs.existsSync("foreign") ? "throw new Error('NODE_MODULE_VERSION 115')" : "module.exports = class { close() {} }");
fs.mkdirSync("node_modules/prisma/build", { recursive: true });
fs.writeFileSync("node_modules/prisma/package.json", '{ "type": "commonjs" }');
fs.writeFileSync("node_modules/prisma/build/index.js", 'require("node:fs").appendFileSync("calls", "prisma " + process.argv.slice(2).join(" ") + "\\\\n"); require("node:fs").mkdirSync("server/db/generated", { recursive: true });');
`,
	);
	const calls = () => (existsSync(join(folder, "calls")) ? readFileSync(join(folder, "calls"), "utf8").trim().split("\n") : []);
	return {
		write,
		remove: (name: string) => rmSync(join(folder, name), { recursive: true }),
		bootstrap(env: Record<string, string> = {}) {
			const before = calls().length;
			const result = spawnSync(process.execPath, ["scripts/bootstrap.mjs"], {
				cwd: folder,
				encoding: "utf8",
				env: { ...process.env, npm_execpath: join(folder, "npm-cli.js"), ...env },
			});
			return { status: result.status, stderr: result.stderr.trim(), calls: calls().slice(before) };
		},
		folder,
	};
}

const install = "npm ci --no-audit --no-fund";
const generate = "prisma generate";

describe("bootstrap", () => {
	it("installs and generates on a fresh clone, and then does nothing", () => {
		const c = clone();
		expect(c.bootstrap()).toEqual({ status: 0, stderr: "", calls: [install, generate] });
		expect(c.bootstrap()).toEqual({ status: 0, stderr: "", calls: [] });
	});

	it("installs again when the lockfile changed or node_modules is gone", () => {
		const c = clone();
		c.bootstrap();
		c.write("package-lock.json", '{ "changed": true }');
		expect(c.bootstrap().calls).toEqual([install]);
		c.remove("node_modules");
		expect(c.bootstrap().calls).toEqual([install]);
	});

	it("generates again when the schema changed or the client is gone", () => {
		const c = clone();
		c.bootstrap();
		c.write("prisma/sqlite/models.prisma", "// changed");
		expect(c.bootstrap().calls).toEqual([generate]);
		c.remove("server/db/generated");
		expect(c.bootstrap().calls).toEqual([generate]);
	});

	it("does an installation that failed again", () => {
		const c = clone();
		c.write("broken", "");
		expect(c.bootstrap()).toMatchObject({ status: 1, stderr: expect.stringContaining("exit status 7") });
		c.remove("broken");
		expect(c.bootstrap()).toMatchObject({ status: 0, calls: [install, generate] });
	});

	it("refuses a database module that was built for another Node, and installs again", () => {
		const c = clone();
		c.write("foreign", "");
		expect(c.bootstrap()).toMatchObject({ status: 1, stderr: expect.stringContaining("`npm config get nodedir`"), calls: [install] });
		c.remove("foreign");
		expect(c.bootstrap()).toMatchObject({ status: 0, calls: [install, generate] });
	});

	it("says which Node is needed", () => {
		const c = clone();
		c.write("package.json", JSON.stringify({ engines: { node: ">=98.1.0 <100" } }));
		expect(c.bootstrap()).toEqual({ status: 1, stderr: expect.stringContaining("Gantry needs Node 98.1 to 99"), calls: [] });
	});

	it("says which compiler is needed, and where nothing can be installed, changes nothing", () => {
		const c = clone();
		expect(c.bootstrap({ PATH: c.folder })).toEqual({
			status: 1,
			stderr: "Missing: c++, make, python3. On Debian or Ubuntu: apt-get install g++ make python3 (to build native modules)",
			calls: [],
		});
	});

	it("says that npm is missing", () => {
		const c = clone();
		mkdirSync(join(c.folder, "bin"));
		for (const tool of ["c++", "make", "python3"]) {
			c.write(`bin/${tool}`, "#!/bin/sh\n");
			chmodSync(join(c.folder, "bin", tool), 0o755);
		}
		expect(c.bootstrap({ PATH: join(c.folder, "bin"), npm_execpath: "" })).toMatchObject({
			status: 1,
			stderr: expect.stringContaining("Missing: npm"),
		});
	});
});
