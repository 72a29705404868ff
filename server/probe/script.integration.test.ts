import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withRecords } from "./fixtures/edit.ts";
import { parseProbe } from "./parse.ts";
import { PROBE_SCRIPT, probeScript } from "./script.ts";

interface Ran {
	stdout: Buffer;
	stderr: string;
	status: number | null;
}

/** Runs a script as a session does: on a shell's stdin. */
function ran(command: readonly string[], script: string, env: NodeJS.ProcessEnv = process.env): Promise<Ran> {
	const [program = "sh", ...args] = command;
	return new Promise((resolve, reject) => {
		const child = spawn(program, args, { stdio: "pipe", env });
		const out: Buffer[] = [];
		const err: Buffer[] = [];
		child.stdout.on("data", (bytes: Buffer) => out.push(bytes));
		child.stderr.on("data", (bytes: Buffer) => err.push(bytes));
		child.once("error", reject);
		child.once("close", (status) => resolve({ stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString(), status }));
		child.stdin.end(script);
	});
}

/** Facts of what was read, whoever ran the test. */
const factsOf = (result: Ran) => parseProbe(withRecords(result.stdout.toString(), { uid: "0" }));

const SHELLS = ["dash", "bash", "bash --posix", "busybox sh"];

describe.each(SHELLS)("the probe in %s", (shell) => {
	it("answers on a machine that is no node: nothing on stderr, unknown or absent with a reason", async () => {
		const result = await ran(shell.split(" "), PROBE_SCRIPT);
		expect(result.stderr).toBe("");
		expect(result.status).toBe(0);
		const facts = factsOf(result);
		expect(facts.host.kernel).not.toBe("");
		expect(facts.host.commands.sh).not.toBe("");
		expect(facts.space.map((space) => space.path)).toContain("/");
		expect(facts.kubelet).toMatchObject({ runtime: "none", argv: [], cgroupDriver: { known: false, reason: "not-running" } });
		expect(facts.kubelet.config.state).toBe("absent");
	});
});

describe("the probe", () => {
	let folder: string;
	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), "gantry-probe-"));
	});
	afterAll(() => rm(folder, { recursive: true }));

	it("reads further files: odd names, binary bytes, symlinks, folders, large ones", async () => {
		const odd = join(folder, 'it\'s a $(file) "x" *');
		const bytes = Buffer.from([0, 10, 64, 255, 10]);
		const link = join(folder, "link");
		const large = join(folder, "large");
		const zeros = Buffer.alloc(1_048_577);
		await writeFile(odd, bytes, { mode: 0o640 });
		await symlink(odd, link);
		await writeFile(large, zeros);
		const result = await ran(["sh"], probeScript({ files: [odd, link, large, folder, join(folder, "none")] }));
		const [oddFact, linkFact, largeFact, folderFact, none] = factsOf(result).files ?? [];
		expect(oddFact).toMatchObject({
			path: odd,
			realPath: odd,
			state: "file",
			mode: "0640",
			contentBase64: bytes.toString("base64"),
			sizeBytes: 5,
		});
		expect(linkFact).toMatchObject({ path: link, realPath: odd, state: "file", sha256: oddFact?.sha256 });
		expect(largeFact).toMatchObject({
			state: "file",
			contentBase64: null,
			sha256: createHash("sha256").update(zeros).digest("hex"),
		});
		expect(folderFact?.state).toBe("directory");
		expect(none?.state).toBe("absent");
	});

	it("does not open Docker's socket where Docker is stopped: that would start it", async () => {
		const called = join(folder, "called");
		const program = (name: string, text: string) => writeFile(join(folder, "bin", name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
		await mkdir(join(folder, "bin"));
		await program("docker", `echo "$*" >>${called}`);
		await program(
			"systemctl",
			'case $1 in show) printf "Id=docker.service\\nLoadState=loaded\\nActiveState=%s\\nMainPID=0\\n" "$DOCKER_STATE" ;; esac',
		);
		const stopped = await ran(["sh"], PROBE_SCRIPT, {
			...process.env,
			PATH: `${folder}/bin:${process.env["PATH"]}`,
			DOCKER_STATE: "inactive",
		});
		expect(factsOf(stopped).docker).toMatchObject({
			installed: true,
			service: { activeState: "inactive" },
			version: { known: false, reason: "not-active" },
		});
		await expect(readFile(called, "utf8")).rejects.toThrow("ENOENT");
		await ran(["sh"], PROBE_SCRIPT, { ...process.env, PATH: `${folder}/bin:${process.env["PATH"]}`, DOCKER_STATE: "active" });
		expect(await readFile(called, "utf8")).toContain("ps -a --no-trunc");
	});

	it("does nothing when it is cut off on its way", async () => {
		const result = await ran(["sh"], PROBE_SCRIPT.slice(0, -20));
		expect(result.stdout.toString()).toBe("");
	});

	it("refuses a path that would not stay one line", () => {
		expect(() => probeScript({ files: ["/etc/a\n/etc/shadow"] })).toThrow(RangeError);
		expect(() => probeScript({ files: ["etc/passwd"] })).toThrow(RangeError);
	});
});
