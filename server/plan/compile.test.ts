import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runIn, SHELLS } from "../remote/testing/shells.ts";
import { type CompileInput, compile } from "./compile.ts";
import { compileInput, fileChange } from "./testing/input.ts";

/** What a hostile file name, image or flag is made of. */
const hostile = fc
	.array(
		fc.constantFrom(
			"'",
			'"',
			"\\",
			"$(reboot)",
			"`id`",
			" ",
			"*",
			";",
			"&&",
			"#",
			"é",
			"~",
			"-",
			"a",
			"B",
			"GANTRY_FILE_0",
			"$" + "{X}",
			"!",
			"%",
		),
		{
			minLength: 1,
			maxLength: 8,
		},
	)
	.map((parts) => parts.join(""));
const bytes = fc.oneof(
	fc.string({ unit: "grapheme" }),
	fc.uint8Array({ maxLength: 64 }).map((array) => Buffer.from(array)),
	fc.constantFrom("", "no newline", "crlf\r\n", "GANTRY_FILE_0\n", "'quoted' $X `y`\n", "\ttab\n"),
);
const file = fc
	.record({
		name: hostile,
		stage: fc.constantFrom("prepare" as const, "runtime" as const, "kubelet" as const),
		before: fc.option(bytes),
		after: fc.option(bytes),
	})
	.map(({ name, stage, before, after }) => fileChange(`/etc/${name}`, stage, before, after));
const input: fc.Arbitrary<CompileInput> = fc
	.record({
		direction: fc.constantFrom("migrate" as const, "rollback" as const),
		nodeName: fc.string(),
		files: fc.array(file, { maxLength: 6 }),
		pauseImage: hostile,
		cniBinDirs: fc.array(hostile, { minLength: 1, maxLength: 3 }),
		crictlPath: fc.option(fc.constant("/usr/local/bin/crictl")),
		kubelet: fc.record({ mustHave: fc.array(hostile), mustNotHave: fc.array(hostile), healthzUrl: hostile, staticPods: fc.nat() }),
		images: fc.array(fc.record({ saved: hostile, kept: hostile, sizeBytes: fc.nat() }), { maxLength: 3 }),
		drain: fc.boolean(),
	})
	.map((over) => compileInput(over));

const texts = (one: CompileInput) => Object.values(compile(one).scripts).map((script) => script.text);

describe("compile", () => {
	it.each(SHELLS)("gives scripts that %s reads, whatever a node's names and files hold", (_name, shell) => {
		fc.assert(
			fc.property(input, (one) => {
				for (const text of texts(one)) expect(runIn(shell, text, { args: ["-n"] }).toString()).toBe("");
			}),
			{ numRuns: 25 },
		);
	});

	it("gives the same bytes for the same input, and names them by SHA-256", () => {
		fc.assert(
			fc.property(input, (one) => {
				expect(compile(structuredClone(one))).toEqual(compile(one));
			}),
			{ numRuns: 20 },
		);
		expect(compile(compileInput()).scripts.revert.sha256).toMatch(/^[0-9a-f]{64}$/);
	});

	it("keeps a hostile node name inside its comment", () => {
		const { scripts } = compile(compileInput({ nodeName: "x\nreboot\n#" }));
		expect(scripts.cutover.text.split("\n")).not.toContain("reboot");
	});

	it("writes out what runs once, never by set -e and never by a trap (rules 10 and 11)", () => {
		for (const text of [...texts(compileInput()), ...texts(compileInput({ direction: "rollback" }))]) {
			expect(text).not.toMatch(/^\s*set -/m);
			expect(text).not.toMatch(/^\s*trap /m);
		}
	});

	it("refuses a run id that could be more than a name, and a file without bytes", () => {
		expect(() => compile(compileInput({ runId: "../../etc" }))).toThrow(RangeError);
		const large = fileChange("/etc/large", "prepare", null, "x");
		expect(() => compile(compileInput({ files: [{ ...large, after: large.after && { ...large.after, contentBase64: null } }] }))).toThrow(
			RangeError,
		);
	});
});

describe("the revert timer", () => {
	const length = (text: string) => Number(/OnActiveSec=(\d+)/.exec(text)?.[1]);

	it.each(["migrate", "rollback"] as const)("is as long as all limits after arming, the verification and a margin (%s)", (direction) => {
		const one = compileInput({ direction, verifyTimeoutS: 700 });
		const { scripts, revertAfterS, steps } = compile(one);
		const calls = [...scripts.cutover.text.matchAll(/^step (\S+) (\d+) /gm)].map(([, id, limit]) => ({ id, limit: Number(limit) }));
		const armed = calls.slice(calls.findIndex(({ id }) => id === "arm-revert") + 1);
		expect(armed.length).toBeGreaterThan(5);
		expect(revertAfterS).toBe(armed.reduce((sum, { limit }) => sum + limit, 0) + 700 + 120);
		expect(length(scripts.cutover.text)).toBe(revertAfterS);
		// What is shown is what runs.
		const shown = steps.filter((step) => step.where === "node").map((step) => ({ id: step.id, limit: step.limitS }));
		const all = [...scripts.prepare.text.matchAll(/^step (\S+) (\d+) /gm)].map(([, id, limit]) => ({ id, limit: Number(limit) }));
		expect(shown).toEqual([...all, ...calls]);
	});

	it("has no install section, no calendar and an accuracy of a second; the boot unit has no default dependencies (rule 2)", () => {
		const { text } = compile(compileInput()).scripts.cutover;
		const timer = /REVERT_TIMER_UNIT='([^']*)'/.exec(text)?.[1] ?? "";
		expect(timer).toContain("AccuracySec=1s");
		expect(timer).not.toMatch(/\[Install\]|OnCalendar/);
		// A oneshot's limit does not outlive its unit file.
		expect(/REVERT_SERVICE_UNIT='([^']*)'/.exec(text)?.[1]).toContain("\nType=simple\n");
		const boot = /BOOT_SERVICE_UNIT='([^']*)'/.exec(text)?.[1] ?? "";
		expect(boot).toContain("DefaultDependencies=no");
		expect(boot).toContain("RequiresMountsFor=/var/lib/gantry");
		for (const unit of ["containerd", "docker", "cri-docker", "kubelet"]) expect(boot).toMatch(new RegExp(`Before=.*\\b${unit}\\.service`));
		// Both scripts write the very same unit.
		expect(compile(compileInput()).scripts.revert.text).toContain(boot);
	});

	it("arms before anything stops, and compares before it arms (rules 2 and 17)", () => {
		for (const direction of ["migrate", "rollback"] as const) {
			const ids = [...compile(compileInput({ direction })).scripts.cutover.text.matchAll(/^step (\S+) /gm)].map(([, id]) => id);
			expect(ids.slice(0, 3)).toEqual(["compare-files", "arm-revert", "stop-kubelet"]);
			// The kubelet starts only after everything of the other runtime has ended (rule 4).
			expect(ids.indexOf("end-containers")).toBeLessThan(ids.indexOf("start-containerd"));
			expect(ids.indexOf("start-containerd")).toBeLessThan(ids.indexOf("start-kubelet"));
		}
	});
});

describe("external commands", () => {
	/** Those that talk to a daemon or a device and may hang. */
	const MAY_HANG = "systemctl|ctr|docker|journalctl|iptables|restorecon|sync|curl|wget|containerd|kubelet|tar|dd|df|find";
	it("never run without a limit of their own", () => {
		const inCommandPosition = new RegExp(
			`(?:^|[;&|({]|\\bthen|\\bdo|\\belse|!)\\s*(?:[A-Za-z_]+=\\S*\\s+)*(?:"\\$CONTAINERD_BIN"|"\\$CRICTL"|(?:${MAY_HANG})(?=\\s))`,
		);
		for (const direction of ["migrate", "rollback"] as const) {
			for (const text of texts(compileInput({ direction, crictlPath: "/usr/local/bin/crictl" }))) {
				const code = text
					.replaceAll(/^[A-Z_]+='[^']*'$/gm, "")
					.replaceAll(/^\s*#.*$/gm, "")
					// In the background, where what has a limit is the wait for it.
					.replaceAll(/^\tsync .* & _sync=\$!$/gm, "")
					.replaceAll(/<<'GANTRY_FILE_(\d+)'[\s\S]*?\nGANTRY_FILE_\1$/gm, "");
				expect(code.split("\n").filter((line) => inCommandPosition.test(line))).toEqual([]);
			}
		}
	});
});
