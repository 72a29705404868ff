import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";

const script = fileURLToPath(new URL("../.ci/run", import.meta.url));

/** A committed repository whose test command is the given shell script, beside nothing or beside a folder of Kubernetes programs. */
function repository(testCommand: string) {
	const folder = realpathSync(mkdtempSync(join(tmpdir(), "gantry-ci-test-")));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	const root = join(folder, "repository");
	mkdirSync(join(root, ".ci"), { recursive: true });
	mkdirSync(join(folder, "tmp"));
	cpSync(script, join(root, ".ci/run"));
	writeFileSync(join(root, "package.json"), JSON.stringify({ scripts: { test: "sh ./test.sh" } }));
	writeFileSync(join(root, "test.sh"), testCommand);
	const git = (...args: string[]) => execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], { cwd: root });
	git("init", "--quiet");
	git("add", ".");
	git("commit", "--quiet", "-m", "test");
	return {
		folder,
		root,
		run() {
			const env: NodeJS.ProcessEnv = { ...process.env, TMPDIR: join(folder, "tmp") };
			delete env.GANTRY_KUBE_BIN;
			delete env.GANTRY_TEST_MINUTES;
			const { status, stdout } = spawnSync(join(root, ".ci/run"), { cwd: folder, encoding: "utf8", env });
			return {
				status,
				stdout,
				last: stdout.trimEnd().split("\n").at(-1),
				left: readdirSync(join(folder, "tmp")).filter((name) => name.startsWith("gantry")),
			};
		},
	};
}

it("passes when the tests pass, ends in their sum and leaves nothing", () => {
	expect(repository("echo '5 passed, 0 failed, 1 skipped'").run()).toMatchObject({
		status: 0,
		last: "5 passed, 0 failed, 1 skipped",
		left: [],
	});
});

it("fails when the tests fail", () => {
	expect(repository("echo '5 passed, 1 failed, 0 skipped'; exit 1").run()).toMatchObject({
		status: 1,
		last: "5 passed, 1 failed, 0 skipped",
	});
});

it("fails when the real fleet was not run, though every test passed", () => {
	const command = "echo 'THE REAL FLEET WAS NOT RUN (real nodes): no root'; echo '5 passed, 0 failed, 1 skipped'";
	expect(repository(command).run()).toMatchObject({ status: 1, last: "5 passed, 0 failed, 1 skipped", left: [] });
});

it("fails when there is no sum", () => {
	expect(repository("echo done").run()).toMatchObject({ status: 1, last: "0 passed, 1 failed, 0 skipped" });
});

it("tests what is committed and nothing else", () => {
	const r = repository("ls; echo '1 passed, 0 failed, 0 skipped'");
	writeFileSync(join(r.root, "uncommitted"), "");
	const { stdout, status } = r.run();
	expect(status).toBe(0);
	expect(stdout).not.toMatch(/^uncommitted$/m);
	expect(stdout).toContain("not committed are not tested");
});

it("points the fleet at the Kubernetes programs beside the repository, and gives the stages six minutes less than itself", () => {
	const minutes = Number(/^minutes=(\d+)$/m.exec(readFileSync(script, "utf8"))?.[1]) - 6;
	const r = repository('echo "bin=$GANTRY_KUBE_BIN minutes=$GANTRY_TEST_MINUTES"; echo "1 passed, 0 failed, 0 skipped"');
	expect(r.run().stdout).toContain(`bin= minutes=${minutes}`);
	mkdirSync(join(r.folder, "shared/kube"), { recursive: true });
	expect(r.run().stdout).toContain(`bin=${join(r.folder, "shared/kube")} minutes=${minutes}`);
});
