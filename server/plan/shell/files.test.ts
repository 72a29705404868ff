import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runIn, SHELLS } from "../../remote/testing/shells.ts";
import { sha256Hex } from "../compile.ts";
import { CORE } from "./core.ts";
import { FILES } from "./files.ts";
import { quote } from "./quote.ts";

let base: string;
beforeEach(() => {
	base = mkdtempSync(join(tmpdir(), "gantry files-"));
	mkdirSync(join(base, "gantry/runs/testrun01/snapshot"), { recursive: true });
	mkdirSync(join(base, "gantry/runs/testrun01/staged"));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const sha = (text: string | null) => (text === null ? "absent" : sha256Hex(text));

describe.each(SHELLS)("files in %s", (_name, shell) => {
	const run = () => join(base, "gantry/runs/testrun01");
	/** The scripts' words, with the folder of this test in place of /var/lib/gantry. */
	const say = (body: string) =>
		runIn(
			shell,
			`RUN_ID=testrun01\n${CORE.replace("BASE=/var/lib/gantry", `BASE=${quote(join(base, "gantry"))}`)}\n${FILES}\n${body}`,
		).toString();
	const words = (path: string, before: string | null, after: string | null, mode = "0644") =>
		[0, path, sha(before), sha(after), mode, process.getuid?.() ?? 0, process.getgid?.() ?? 0].map((word) => quote(String(word))).join(" ");

	const cases: [what: string, name: string, before: string | null, after: string | null][] = [
		["a changed file", "etc/it's $HOME.conf", "old\n", "new\n"],
		["a new file in a new folder", "etc/deep/er/new.conf", null, "new\n"],
		["a file that goes", "etc/gone.conf", "old\n", null],
		["a file that stays as it is", "etc/same.conf", "same\n", "same\n"],
	];
	it.each(cases)("%s goes there and back, byte for byte", (_what, name, before, after) => {
		const path = join(base, name);
		mkdirSync(join(base, "etc"));
		if (before !== null) {
			writeFileSync(path, before);
			chmodSync(path, 0o640);
		}
		if (after !== null) writeFileSync(join(run(), "staged/0"), after);
		const file = words(path, before, after, before === null ? "0644" : "0640");
		expect(say(`snapshot_file ${file} && stage_file ${file} && is_staged ${file} && put_file ${file}; echo $?`)).toBe("0\n");
		expect(existsSync(path) ? readFileSync(path, "utf8") : null).toBe(after);
		// Again: its effect holds.
		expect(say(`put_file ${file}; echo $?`)).toBe("0\n");
		expect(say(`restore_file ${file}; echo $?; restore_file ${file}; echo $?; remove_beside; remove_made_folders`)).toBe("0\n0\n");
		expect(existsSync(path) ? readFileSync(path, "utf8") : null).toBe(before);
		if (before !== null) expect(statSync(path).mode & 0o777).toBe(0o640);
		expect(readdirSync(join(base, "etc"))).toEqual(before === null ? [] : [name.slice(4)]);
	});

	it("restores from the snapshot where the copy beside is gone or damaged, and refuses a damaged snapshot", () => {
		const path = join(base, "a.conf");
		writeFileSync(path, "old\n");
		writeFileSync(join(run(), "staged/0"), "new\n");
		const file = words(path, "old\n", "new\n");
		say(`snapshot_file ${file} && stage_file ${file} && put_file ${file}`);
		const beside = join(dirname(path), ".a.conf.gantry-testrun01.old");
		writeFileSync(beside, "damaged");
		expect(say(`restore_file ${file}; echo $?`)).toBe("0\n");
		expect(readFileSync(path, "utf8")).toBe("old\n");
		writeFileSync(path, "new\n");
		writeFileSync(join(run(), "snapshot/0"), "damaged");
		rmSync(beside, { force: true });
		expect(say(`restore_file ${file}; echo $?`)).toMatch(/cause file-changed path=.*\n1\n$/);
		expect(readFileSync(path, "utf8")).toBe("new\n");
	});

	it("puts nothing over a file that somebody changed meanwhile", () => {
		const path = join(base, "a.conf");
		writeFileSync(path, "old\n");
		writeFileSync(join(run(), "staged/0"), "new\n");
		const file = words(path, "old\n", "new\n");
		say(`snapshot_file ${file} && stage_file ${file}`);
		writeFileSync(path, "puppet\n");
		expect(say(`put_file ${file}; echo $?`)).toContain(`cause file-changed path=${path} expected=${sha("old\n")} found=${sha("puppet\n")}`);
		expect(readFileSync(path, "utf8")).toBe("puppet\n");
		expect(say(`is_known ${file}; echo $?`)).toMatch(/1\n$/);
	});

	it("takes back what prepare put there, and leaves what others changed since", () => {
		const path = join(base, "a.conf");
		const fresh = join(base, "etc/new.conf");
		writeFileSync(path, "old\n");
		writeFileSync(join(run(), "staged/0"), "new\n");
		const [file, made] = [words(path, "old\n", "new\n"), words(fresh, null, "new\n")];
		const put = (one: string) => `snapshot_file ${one} && stage_file ${one} && put_file ${one}`;
		expect(say(`${put(file)} && ${put(made)}; echo $?`)).toBe("0\n");
		for (const target of [path, fresh]) writeFileSync(target, "puppet\n");
		expect(say(`take_back_file ${file} && take_back_file ${made}; echo $?`)).toBe(
			`##gantry testrun01 note file-changed path=${path}\n##gantry testrun01 note file-changed path=${fresh}\n0\n`,
		);
		for (const target of [path, fresh]) expect(readFileSync(target, "utf8")).toBe("puppet\n");
		for (const target of [path, fresh]) writeFileSync(target, "new\n");
		expect(say(`take_back_file ${file} && take_back_file ${made}; echo $?`)).toBe("0\n");
		expect(readFileSync(path, "utf8")).toBe("old\n");
		expect(existsSync(fresh)).toBe(false);
	});

	it("writes a manifest that the console reads", () => {
		const path = join(base, "a.conf");
		writeFileSync(path, "old\n");
		chmodSync(path, 0o600);
		say(`snapshot_file ${words(path, "old\n", "new\n")}; snapshot_file ${words(join(base, "absent"), null, "x")}`);
		const lines = readFileSync(join(run(), "snapshot/manifest.part"), "utf8").split("\n");
		expect(lines[0]?.split("\t").slice(0, 6)).toEqual(["file", "0", path, "file", sha("old\n"), "600"]);
		expect(lines[1]?.split("\t").slice(0, 4)).toEqual(["file", "0", join(base, "absent"), "absent"]);
	});

	it("goes on without a log where it cannot be written", () => {
		rmSync(run(), { recursive: true });
		expect(say("open_log; mark begin x; say lost; note y; exit 0")).toBe("");
	});
});
