import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runIn, SHELLS } from "../../remote/testing/shells.ts";
import { CORE } from "./core.ts";
import { KUBELET } from "./kubelet.ts";
import { quote } from "./quote.ts";

describe.each(SHELLS)("kubelet_words_as_planned in %s", (_name, shell) => {
	const judge = (argv: string[], must: string[], mustNot: string[]) =>
		runIn(
			shell,
			`RUN_ID=testrun01\n${CORE}\n${KUBELET}\nkubelet_words() { printf '%s\\n' ${argv.map(quote).join(" ")}; }
KUBELET_MUST=${quote(must.join("\n"))}; KUBELET_MUST_NOT=${quote(mustNot.join("\n"))}
kubelet_words_as_planned; echo $?`,
		)
			.toString()
			.trim();
	const argv = ["/usr/bin/kubelet", "--container-runtime=remote", "--config=/a b/c.yaml", "--v=2"];

	it("wants whole words, and takes a flag that must go with or without a value", () => {
		expect(judge(argv, ["--container-runtime=remote", "--config=/a b/c.yaml"], ["--network-plugin"])).toBe("0");
		expect(judge(argv, ["--container-runtime=rem"], [])).toBe(
			"##gantry testrun01 cause kubelet-word-missing word=--container-runtime=rem\n1",
		);
		for (const left of ["--network-plugin", "--network-plugin=cni"]) {
			expect(judge([...argv, left], [], ["--network-plugin"])).toBe("##gantry testrun01 cause kubelet-word-left word=--network-plugin\n1");
		}
		expect(judge([...argv, "--network-plugin-mtu=1500"], [], ["--network-plugin"])).toBe("0");
		expect(judge(argv, [], [])).toBe("0");
	});

	it("finds nothing as planned where no kubelet runs", () => {
		expect(judge([], ["--container-runtime=remote"], [])).toMatch(/1$/);
	});
});

describe.each(SHELLS)("pods_came_back in %s", (_name, shell) => {
	/** The clock goes on by ten seconds at each look; the third look finds what is left to be found. */
	const judge = (before: string, statics: number, atLast: string) =>
		runIn(
			shell,
			`RUN_ID=testrun01\n${CORE}\n${KUBELET}\n_looks=0; NOW=0
uptime_s() { NOW=$(( NOW + 10 )); _looks=$(( _looks + 1 )); }
sleep() { :; }
last_words() { :; }
kube_pids() { [ "$_looks" -lt 3 ] || printf %s "${atLast}"; }
PODS_BEFORE=${before}; STATIC_PODS=${statics}
pods_came_back; echo $?`,
		)
			.toString()
			.trim();

	it("waits for the first, and fails only where a static pod should be there", () => {
		expect(judge("yes", 1, "4711")).toBe("0");
		expect(judge("yes", 2, "")).toBe("##gantry testrun01 cause no-pod-came-back count=2\n1");
		expect(judge("yes", 0, "")).toBe("##gantry testrun01 note no-pod-yet\n0");
		expect(judge("", 2, "")).toBe("0");
	});
});

describe.each(SHELLS)("managers_as_before in %s", (_name, shell) => {
	let dir: string;
	beforeEach(() => {
		dir = mkdtempSync(join(tmpdir(), "gantry-managers-"));
		mkdirSync(join(dir, "evidence"));
		mkdirSync(join(dir, "kubelet"));
	});
	afterEach(() => rmSync(dir, { recursive: true, force: true }));
	const judge = () =>
		runIn(
			shell,
			`RUN_ID=testrun01\n${CORE}\n${KUBELET}\nRUN=${quote(dir)}; KUBELET_DIR=${quote(join(dir, "kubelet"))}; managers_as_before; echo $?`,
		)
			.toString()
			.trim();
	const state = (policy: string) => `{"policyName":"${policy}","defaultCpuSet":"0-3","checksum":1}`;

	it("lets assignments change under the same policy, and asks nothing where there was no state", () => {
		expect(judge()).toBe("0");
		writeFileSync(join(dir, "evidence/cpu_manager_state"), state("static"));
		writeFileSync(join(dir, "kubelet/cpu_manager_state"), state("static").replace("0-3", "2-3"));
		expect(judge()).toBe("0");
	});

	it("finds another policy, and a state that is gone (rule 20)", () => {
		writeFileSync(join(dir, "evidence/memory_manager_state"), state("Static"));
		expect(judge()).toMatch(/cause resource-manager-changed path=\S+memory_manager_state expected=Static found=\n1$/);
		writeFileSync(join(dir, "kubelet/memory_manager_state"), state("None"));
		expect(judge()).toMatch(/expected=Static found=None\n1$/);
	});
});
