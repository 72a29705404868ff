import { describe, expect, it } from "vitest";
import { RuntimeError, SyntaxRuntimeError } from "../errors.ts";
import { editToml } from "./edit.ts";
import type { TomlEdit } from "./types.ts";

const CRI = "io.containerd.grpc.v1.cri";
const sandbox: TomlEdit = { op: "set", path: ["plugins", CRI, "sandbox_image"], value: "pause:3.2" };

function edited(text: string, ...edits: TomlEdit[]): string {
	return editToml(text, edits).text;
}

describe("set", () => {
	it("replaces a value and leaves its line's spacing and comment alone", () => {
		expect(edited(`[plugins."${CRI}"]\n\tsandbox_image   =  "old" # why\n`, sandbox)).toBe(
			`[plugins."${CRI}"]\n\tsandbox_image   =  "pause:3.2" # why\n`,
		);
	});

	it("keeps the quotes of the value it replaces", () => {
		expect(edited(`[plugins.'${CRI}']\nsandbox_image = 'old'\n`, sandbox)).toBe(`[plugins.'${CRI}']\nsandbox_image = 'pause:3.2'\n`);
	});

	it("changes nothing where the value is there already in another spelling", () => {
		const text = `plugins = { '${CRI}' = { sandbox_image = "\\u0070ause:3.2" } }`;
		expect(editToml(text, [sandbox])).toEqual({ text, changes: [] });
	});

	it("adds a key behind the last one of its table, indented as that one", () => {
		expect(edited(`[plugins]\n  [plugins."${CRI}"]\n    a = 1\n    # about b\n\n  [plugins.x]\n`, sandbox)).toBe(
			`[plugins]\n  [plugins."${CRI}"]\n    a = 1\n    sandbox_image = "pause:3.2"\n    # about b\n\n  [plugins.x]\n`,
		);
	});

	it("writes a missing super-table before its first sub-table", () => {
		expect(edited(`root = "/x"\n[plugins.'${CRI}'.cni]\nbin_dir = '/opt'\n`, sandbox)).toBe(
			`root = "/x"\n[plugins.'${CRI}']\nsandbox_image = "pause:3.2"\n\n[plugins.'${CRI}'.cni]\nbin_dir = '/opt'\n`,
		);
	});

	it("adds a table behind its family, in the family's indentation and density", () => {
		const text = `version = 2\n\n[plugins]\n  [plugins."${CRI}"]\n    [plugins."${CRI}".cni]\n      bin_dir = "/usr/lib/cni"\n  [plugins."io.containerd.internal.v1.opt"]\n    path = "/x"\n`;
		expect(edited(text, { op: "set", path: ["plugins", CRI, "containerd", "default_runtime_name"], value: "runc" })).toBe(
			text.replace(`"/usr/lib/cni"\n`, `"/usr/lib/cni"\n    [plugins."${CRI}".containerd]\n      default_runtime_name = "runc"\n`),
		);
	});

	it("goes on with dotted keys where the file uses them", () => {
		expect(edited(`plugins.'${CRI}'.enable_selinux = true # x\nroot = "/"\n`, sandbox)).toBe(
			`plugins.'${CRI}'.enable_selinux = true # x\nplugins.'${CRI}'.sandbox_image = 'pause:3.2'\nroot = "/"\n`.replace(
				"'pause:3.2'",
				`"pause:3.2"`,
			),
		);
	});

	it("goes on inside inline tables", () => {
		expect(edited(`plugins = { x = 1 }`, sandbox)).toBe(`plugins = { x = 1, "${CRI}" = { sandbox_image = "pause:3.2" } }`);
		expect(edited(`plugins = {}`, sandbox)).toBe(`plugins = { "${CRI}" = { sandbox_image = "pause:3.2" } }`);
		expect(edited(`plugins = {"${CRI}"={}}`, sandbox)).toBe(`plugins = {"${CRI}"={ sandbox_image = "pause:3.2" }}`);
	});

	it("keeps CRLF, a byte order mark and a missing last newline", () => {
		expect(edited(`\uFEFFroot = "/x"\r\n[grpc]\r\nuid = 0`, sandbox)).toBe(
			`\uFEFFroot = "/x"\r\n[grpc]\r\nuid = 0\r\n\r\n[plugins."${CRI}"]\r\nsandbox_image = "pause:3.2"`,
		);
		expect(edited("\uFEFF", { op: "set", path: ["version"], value: 2 })).toBe("\uFEFFversion = 2\n");
		expect(edited("\uFEFF[a]", { op: "set", path: ["version"], value: 2 })).toBe("\uFEFFversion = 2\n[a]");
	});

	it("leaves a licence at the top of a file without keys", () => {
		expect(edited("# Licence\n# more\n\n#root = 1\n[grpc]\n", { op: "set", path: ["version"], value: 2 })).toBe(
			"# Licence\n# more\n\nversion = 2\n#root = 1\n[grpc]\n",
		);
	});

	it("reports each change with its line in the new text", () => {
		const { changes } = editToml(`a = "x"\n[t]\nb = 1\n`, [
			{ op: "set", path: ["t", "c"], value: true },
			{ op: "set", path: ["v"], value: 2 },
			{ op: "set", path: ["a"], value: ["p", "q"] },
			{ op: "ensureAbsent", path: ["t", "b"] },
		]);
		expect(changes).toEqual([
			{ key: "t.c", from: null, to: "true", line: 4 },
			{ key: "v", from: null, to: "2", line: 2 },
			{ key: "a", from: `"x"`, to: `["p", "q"]`, line: 1 },
			{ key: "t.b", from: "1", to: null, line: 4 },
		]);
	});

	it.each([
		["a value on the way", `plugins = "x"`],
		["an array of tables", `[[plugins]]\nx = 1`],
		["a table where the value belongs", `[plugins."${CRI}".sandbox_image]\nx = 1`],
	])("refuses %s", (_, text) => {
		expect(() => edited(text, sandbox)).toThrow(expect.objectContaining({ code: "toml.conflict" }));
	});
});

describe("removeFromArray", () => {
	const remove: TomlEdit = { op: "removeFromArray", path: ["disabled_plugins"], value: "cri" };
	it.each([
		[`disabled_plugins = ["cri"]\n`, `disabled_plugins = []\n`],
		[`disabled_plugins = [ "cri" ] # x\n`, `disabled_plugins = [] # x\n`],
		[`disabled_plugins = ["cri", 'aufs']\n`, `disabled_plugins = ['aufs']\n`],
		[`disabled_plugins = ['aufs', "cri"]\n`, `disabled_plugins = ['aufs']\n`],
		[`disabled_plugins = ["a","cri" , 'cri', "b"]`, `disabled_plugins = ["a","b"]`],
		[`disabled_plugins = [\n  "a", # keep a\n  "cri", # why\n]\n`, `disabled_plugins = [\n  "a", # keep a\n   # why\n]\n`],
		[`disabled_plugins = [\n  "a",\n  "cri"\n]\n`, `disabled_plugins = [\n  "a"\n]\n`],
		[`disabled_plugins = [\r\n  "cri",\r\n  # c\r\n  "b",\r\n]\r\n`, `disabled_plugins = [\r\n  # c\r\n  "b",\r\n]\r\n`],
	])("%j becomes %j", (before, after) => {
		expect(edited(before, remove)).toBe(after);
	});

	it("needs no array, but no other value either", () => {
		expect(edited(`x = 1\n`, remove)).toBe(`x = 1\n`);
		expect(() => edited(`disabled_plugins = "cri"`, remove)).toThrow(expect.objectContaining({ code: "toml.conflict" }));
	});
});

describe("ensureAbsent and rename", () => {
	it("takes a line, or an inline table's entry", () => {
		expect(edited(`a = 1\nb = 2 # b\nc = 3`, { op: "ensureAbsent", path: ["b"] })).toBe(`a = 1\nc = 3`);
		expect(edited(`t = { a = 1, b = 2 }`, { op: "ensureAbsent", path: ["t", "a"] })).toBe(`t = { b = 2 }`);
		expect(edited(`t = { a = 1, b = 2 }`, { op: "ensureAbsent", path: ["t", "b"] })).toBe(`t = { a = 1 }`);
		expect(edited(`t.a.b = 1\n`, { op: "ensureAbsent", path: ["t", "a", "b"] })).toBe("");
	});

	it("renames a segment wherever it is written", () => {
		expect(
			edited(`[plugins]\n[plugins.cri] # c\nx = 1\n[ plugins . cri . "cni" ]\ny = "plugins.cri"\n`, {
				op: "rename",
				path: ["plugins", "cri"],
				to: CRI,
			}),
		).toBe(`[plugins]\n[plugins."${CRI}"] # c\nx = 1\n[ plugins . "${CRI}" . "cni" ]\ny = "plugins.cri"\n`);
		expect(edited(`[plugins]\ncri.x = 1\ncri.y.z = 2`, { op: "rename", path: ["plugins", "cri"], to: "c" })).toBe(
			`[plugins]\nc.x = 1\nc.y.z = 2`,
		);
		expect(edited(`plugins = { cri = { x = 1 } }`, { op: "rename", path: ["plugins", "cri"], to: "c" })).toBe(
			`plugins = { c = { x = 1 } }`,
		);
	});

	it("does not rename onto what exists", () => {
		expect(() => edited(`[plugins.cri]\n[plugins.c]\n`, { op: "rename", path: ["plugins", "cri"], to: "c" })).toThrow(RuntimeError);
	});
});

describe("a text that is no TOML", () => {
	it.each([
		[`version = 2\ndisabled_plugins = ["cri"\n[plugins]\n`, 3, 1],
		[`\uFEFF[plugins\n`, 1, 9],
		[`[a]\r\nb = "x\r\n`, 2, 7],
		[`a = \n`, 1, 5],
		[`a = 1 b = 2`, 1, 7],
		[`a = truue`, 1, 5],
		[`a = """\n\n`, 1, 5],
	])("%j fails in line %i, column %i", (text, line, column) => {
		let caught: unknown;
		try {
			editToml(text, []);
		} catch (error) {
			caught = error;
		}
		expect(caught).toBeInstanceOf(SyntaxRuntimeError);
		expect(caught).toMatchObject({ code: "toml.syntax", line, column });
	});

	it("refuses a key that is defined twice, in the line of the second", () => {
		expect(() => editToml(`a = 1\n[t]\nb = 1\nb = 2\n`, [])).toThrow(expect.objectContaining({ code: "toml.syntax", line: 4 }));
		expect(() => editToml(`[t]\na = 1\n[t]\nb = 2\n`, [])).toThrow(expect.objectContaining({ code: "toml.syntax", line: 3 }));
	});
});
