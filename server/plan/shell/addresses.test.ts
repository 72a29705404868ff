import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AWKS, runIn, SHELLS } from "../../remote/testing/shells.ts";
import { ADDRESSES } from "./addresses.ts";
import { quote } from "./quote.ts";

const CASES = SHELLS.flatMap(([shell, command]) => AWKS.map(([awk, words]) => [`${shell} with ${awk}`, command, words] as const));

let dir: string;
beforeEach(() => {
	dir = mkdtempSync(join(tmpdir(), "gantry-cni-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

// What libcni writes: no blanks of its own, everything in ASCII or UTF-8.
const key = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,8}$/);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
	value: fc.oneof(
		{ depthSize: "small" },
		fc.string({ unit: fc.constantFrom("a", '"', "\\", "{", "}", "[", "]", ",", ":", " ", "é", "/") }),
		fc.integer(),
		fc.boolean(),
		fc.constant(null),
		fc.array(tie("value"), { maxLength: 3 }),
		fc.dictionary(key, tie("value"), { maxKeys: 3, noNullPrototype: true }),
	),
}));

describe.each(CASES)("json in %s", (_name, shell, awk) => {
	const json = (text: string, name: string) => runIn(shell, `${awk}\n${ADDRESSES}\njson ${quote(name)}`, { input: text }).toString();

	it("gives each member of an object, whatever the others hold", () => {
		fc.assert(
			fc.property(fc.dictionary(key, value, { minKeys: 1, maxKeys: 4, noNullPrototype: true }), fc.boolean(), (object, wide) => {
				const text = JSON.stringify(object, null, wide ? "\t" : undefined);
				const names = Object.keys(object);
				const script = `${awk}\n${ADDRESSES}\n${names.map((name) => `printf %s ${quote(text)} | json ${quote(name)}; printf '\\0'`).join("\n")}`;
				const found = runIn(shell, script).toString().split("\0").slice(0, -1);
				expect(found.map((one) => JSON.parse(one) as unknown)).toEqual(names.map((name) => JSON.parse(JSON.stringify(object[name]))));
			}),
			{ numRuns: 15 },
		);
	});

	it("gives an array's items a line each, and nothing for what is not there", () => {
		expect(json('[{"a":[1,2]},"x,y",{"b":"}"}]', "-")).toBe('{"a":[1,2]}\n"x,y"\n{"b":"}"}\n');
		expect(json('{"a":{"b":1}}', "b")).toBe("");
		expect(json("{}", "a")).toBe("");
		expect(json("[]", "-")).toBe("");
	});
});

describe.each(CASES)("cni_del in %s", (_name, shell, awk) => {
	/** A plugin that keeps what it was told, in the order of calls. */
	const plugin = (name: string, exit = 0) => {
		mkdirSync(join(dir, "bin"), { recursive: true });
		const file = join(dir, "bin", name);
		writeFileSync(
			file,
			`#!/bin/sh\n{ echo "${name} $CNI_COMMAND $CNI_CONTAINERID [$CNI_NETNS] $CNI_IFNAME $CNI_ARGS"; cat; echo; } >>${quote(join(dir, "calls"))}\nexit ${exit}\n`,
		);
		chmodSync(file, 0o755);
	};
	const cache = (config: object, over: object = {}) => {
		const file = join(dir, "cache file");
		const args = [
			["IgnoreUnknown", "1"],
			["K8S_POD_NAMESPACE", "default"],
			["K8S_POD_NAME", "web-1"],
		];
		const cached = {
			kind: "cniCacheV1",
			containerId: "c0ffee",
			config: Buffer.from(JSON.stringify(config, null, 2)).toString("base64"),
			ifName: "eth0",
			networkName: "net",
			cniArgs: args,
			capabilityArgs: { portMappings: [{ hostPort: 80 }], bandwidth: {} },
			result: { cniVersion: "0.4.0", ips: [] },
			...over,
		};
		writeFileSync(file, JSON.stringify(cached));
		return file;
	};
	const del = (file: string, live = "") =>
		runIn(
			shell,
			`${awk}\n${ADDRESSES}\nbounded() { shift; "$@"; }\nLIVE=${quote(live)}; CNI_BIN_DIRS=${quote(`/nowhere:${join(dir, "bin")}`)}\ncni_del ${quote(file)} >/dev/null; echo $?`,
		).toString();
	const calls = () => (existsSync(join(dir, "calls")) ? readFileSync(join(dir, "calls"), "utf8").trim().split("\n") : []);

	it("calls each plugin in reverse order with its own configuration, and forgets the sandbox", () => {
		plugin("bridge");
		plugin("portmap");
		const plugins = [
			{ type: "bridge", ipam: { type: "host-local", ranges: [[{ subnet: "10.0.0.0/24" }]] } },
			{ type: "portmap", capabilities: { portMappings: true } },
		];
		const file = cache({ cniVersion: "0.3.1", name: "fleet", plugins });
		expect(del(file)).toBe("0\n");
		const [first, firstConfig, second, secondConfig] = calls();
		const told = "DEL c0ffee [] eth0 IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=web-1";
		expect([first, second]).toEqual([`portmap ${told}`, `bridge ${told}`]);
		expect(JSON.parse(firstConfig ?? "")).toEqual({
			...plugins[1],
			name: "fleet",
			cniVersion: "0.3.1",
			runtimeConfig: { portMappings: [{ hostPort: 80 }] },
		});
		// A capability it did not declare is kept from it.
		expect(JSON.parse(secondConfig ?? "")).toEqual({ ...plugins[0], name: "fleet", cniVersion: "0.3.1" });
		expect(existsSync(file)).toBe(false);
	});

	it("gives the result back from version 0.4 on", () => {
		plugin("bridge");
		expect(del(cache({ cniVersion: "0.4.0", name: "net", plugins: [{ type: "bridge" }] }))).toBe("0\n");
		expect(JSON.parse(calls()[1] ?? "")).toMatchObject({ prevResult: { cniVersion: "0.4.0", ips: [] } });
	});

	it("keeps the sandbox where a plugin fails or is missing, and calls the others", () => {
		plugin("bridge");
		plugin("tuning", 1);
		const file = cache({
			cniVersion: "0.3.1",
			name: "net",
			plugins: [{ type: "bridge" }, { type: "tuning" }, { type: "gone" }, { type: "../../bin/sh" }],
		});
		expect(del(file)).toBe("1\n");
		expect(calls().filter((line) => line.includes(" DEL "))).toHaveLength(2);
		expect(existsSync(file)).toBe(true);
	});

	it("leaves alone what is no pod's and what still runs", () => {
		plugin("bridge");
		const config = { cniVersion: "0.3.1", name: "net", plugins: [{ type: "bridge" }] };
		expect(del(cache(config, { cniArgs: [["IgnoreUnknown", "1"]] }))).toBe("0\n");
		expect(del(cache(config), "abc\nc0ffee\n")).toBe("0\n");
		expect(calls()).toEqual([]);
	});
});
