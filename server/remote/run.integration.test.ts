import { createHash, randomBytes } from "node:crypto";
import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runDir } from "../plan/layout.ts";
import { SshError } from "../ssh/errors.ts";
import { readArtifacts } from "./artifacts.ts";
import { followLog } from "./follow.ts";
import { installRun } from "./install.ts";
import { logGeneration, scriptState } from "./interpret.ts";
import { readSnapshot } from "./snapshot.ts";
import { startScript } from "./start.ts";
import { readStatus } from "./status.ts";
import { LocalNode, type LocalShell, localNodeObstacle } from "./testing/local-session.ts";
import { smallRun } from "./testing/small-run.ts";

const RUN = "abcdefgh01";
/** For what comes by itself: far beyond any load. */
const SOON = { timeout: 30_000 };
const A = { consoleId: "console-a", fence: 5 };

for (const shell of ["sh", "dash", "busybox"] satisfies LocalShell[]) {
	const obstacle = localNodeObstacle(shell);
	if (obstacle) console.warn(`NOT RUN: server/remote on ${shell}: ${obstacle}`);

	describe.skipIf(obstacle !== "")(`a run on the node (${shell})`, () => {
		let node: LocalNode;
		let session: ReturnType<LocalNode["session"]>;
		beforeEach(async () => {
			node = new LocalNode(shell);
			await node.ready();
			session = node.session();
		});
		afterEach(() => node.dispose());

		const dir = () => node.path(runDir(RUN));
		const install = (bodies: Parameters<typeof smallRun>[1] = {}) =>
			installRun(session, { runId: RUN, scripts: smallRun(RUN, bodies), owner: A });
		const follow = async (offset = 0, own = session) => {
			const received: Buffer[] = [];
			const end = await followLog(own, RUN, offset, { pollMs: 20, onBytes: (bytes) => void received.push(bytes) });
			return { end, bytes: Buffer.concat(received) };
		};
		/** Resolves when the script has left its exit. */
		const ended = async (suffix: string) => {
			const stop = new AbortController();
			await followLog(session, RUN, 0, {
				pollMs: 20,
				onBytes: () => {},
				onFiles: (names) => {
					if (names.includes(`exit.${suffix}`)) stop.abort();
				},
				signal: stop.signal,
			});
		};

		it("starts detached, is followed to its end, and its exit code is told from never started", async () => {
			await install({ prepare: "i=0; while [ $i -lt 40 ]; do echo line $i; i=$((i+1)); sleep 0.01; done; end 7" });
			await startScript(session, RUN, "prepare", 1, A);
			const running = await readStatus(session, RUN);
			expect(running.started["prepare-1"]?.bootId).toBe(running.now.bootId);
			expect(running.owner).toEqual({ ...A, runId: RUN });
			await ended("prepare-1");
			const status = await readStatus(session, RUN);
			expect(scriptState(status, "prepare-1")).toEqual({ kind: "exited", code: 7 });
			expect(scriptState(status, "cutover")).toEqual({ kind: "not-started" });
			expect(scriptState(status, "revert")).toEqual({ kind: "not-started" });
			expect(status.decision).toBe("none");
			expect(status.log.bytes.toString()).toBe(Array.from({ length: 40 }, (_, i) => `line ${i}\n`).join(""));
			const calls = readFileSync(`${node.root}/units/calls`, "utf8");
			expect(calls.match(/^systemd-run .*/gm)).toEqual([
				`systemd-run --unit=gantry-${RUN}-prepare-1.service /bin/sh ${runDir(RUN)}/prepare.sh prepare-1`,
			]);
		});

		it("starts once, and nothing forward after a decision", async () => {
			await install({ prepare: "exec sleep 60" });
			await startScript(session, RUN, "prepare", 1);
			await expect(startScript(session, RUN, "prepare", 1)).rejects.toMatchObject({ code: "remote.already-started" });
			writeFileSync(`${dir()}/started.cutover`, "boot 1\n");
			await expect(startScript(session, RUN, "cutover", 1)).rejects.toMatchObject({ code: "remote.already-started" });
			rmSync(`${dir()}/started.cutover`);
			await new Promise((resolve) => node.spawn(`ln -s revert ${runDir(RUN)}/decision`).on("close", resolve));
			await expect(startScript(session, RUN, "cutover", 1)).rejects.toMatchObject({
				code: "remote.decided",
				values: { decision: "revert" },
			});
			await expect(startScript(session, RUN, "cutover", 1, { consoleId: "console-b", fence: 9 })).rejects.toMatchObject({
				code: "remote.locked-by",
			});
		});

		it("prepares again by another attempt, each with a state of its own", async () => {
			await install({ prepare: 'echo "$SUFFIX"; [ "$SUFFIX" = prepare-2 ] || end 9' });
			await startScript(session, RUN, "prepare", 1);
			await ended("prepare-1");
			await startScript(session, RUN, "prepare", 2);
			await ended("prepare-2");
			const status = await readStatus(session, RUN);
			expect([scriptState(status, "prepare-1"), scriptState(status, "prepare-2")]).toEqual([
				{ kind: "exited", code: 9 },
				{ kind: "exited", code: 0 },
			]);
			expect(status.log.bytes.toString()).toBe("prepare-1\nprepare-2\n");
		});

		it("says what systemd-run said, and knows a unit that ended without a word", async () => {
			await install();
			writeFileSync(`${node.root}/units/refuse`, "");
			await expect(startScript(session, RUN, "prepare", 1)).rejects.toMatchObject({
				code: "remote.start-refused",
				values: { output: expect.stringContaining("Failed to start transient service unit: refused") },
			});
			renameSync(`${node.root}/units/refuse`, `${node.root}/units/swallow`);
			await expect(startScript(session, RUN, "prepare", 1)).rejects.toMatchObject({
				code: "remote.start-lost",
				values: { output: expect.stringContaining("last words of the unit") },
			});
		});

		it("is running, then lost when it was killed", async () => {
			await install({ prepare: "echo begun; exec sleep 60" });
			await startScript(session, RUN, "prepare", 1);
			expect(scriptState(await readStatus(session, RUN), "prepare-1")).toEqual({ kind: "running" });
			await new Promise((resolve) => node.spawn(`systemctl kill -s KILL gantry-${RUN}-prepare-1.service`).on("close", resolve));
			await expect
				.poll(async () => scriptState(await readStatus(session, RUN), "prepare-1"), SOON)
				.toEqual({ kind: "lost", because: "killed" });
		});

		it("never reads as lost while it ends", async () => {
			// One script after the other, ending while it is looked at.
			for (let round = 0; round < 8; round++) {
				const run = `ending000${round}`;
				await installRun(session, { runId: run, scripts: smallRun(run, { prepare: "sleep 0.1" }), owner: A });
				await startScript(session, run, "prepare", 1);
				let state = scriptState(await readStatus(session, run, { withLog: false }), "prepare-1");
				while (state.kind === "running") state = scriptState(await readStatus(session, run, { withLog: false }), "prepare-1");
				expect(state).toEqual({ kind: "exited", code: 0 });
			}
		});

		it("gives a log of any bytes exactly, across connections that break anywhere", async () => {
			await install();
			const log = Buffer.concat([randomBytes(90_000), Buffer.from("##gantry end\n"), Buffer.alloc(5000), randomBytes(60_001)]);
			writeFileSync(`${dir()}/log`, "");
			const writer = (async () => {
				for (let at = 0; at < log.length; at += 7001) {
					appendFileSync(`${dir()}/log`, log.subarray(at, at + 7001));
					await new Promise((resolve) => setTimeout(resolve, 15));
				}
				writeFileSync(`${dir()}/final`, "cleaned\n");
			})();
			const received: Buffer[] = [];
			let offset = 0;
			let connections = 0;
			for (let over = false; !over; connections++) {
				const own = node.session();
				const breakAt = connections < 6 ? offset + 9000 * (connections + 1) : Number.POSITIVE_INFINITY;
				try {
					const end = await followLog(own, RUN, offset, {
						pollMs: 20,
						onBytes: (bytes, at) => {
							expect(at).toBe(offset);
							received.push(bytes);
							offset += bytes.length;
							if (offset >= breakAt) own.close();
						},
					});
					expect(end).toMatchObject({ reason: "final", offset: log.length });
					over = true;
				} catch (error) {
					expect(error).toMatchObject({ code: "connection.closed" });
				}
			}
			await writer;
			expect(connections).toBeGreaterThan(3);
			expect(createHash("sha256").update(Buffer.concat(received)).digest("hex")).toBe(createHash("sha256").update(log).digest("hex"));
		});

		it("sees a log that was cut by a crash as a new one, also when it grew past the place again", async () => {
			await install();
			writeFileSync(`${dir()}/log`, "0123456789");
			writeFileSync(`${dir()}/final`, "cleaned\n");
			const first = await follow();
			expect(first).toMatchObject({ end: { reason: "final", offset: 10 } });
			const remembered = { offset: 10, inode: first.end.inode, sha256: createHash("sha256").update(first.bytes).digest("hex") };
			expect(logGeneration(remembered, (await readStatus(session, RUN, { logOffset: 10, withPrefixHash: true })).log)).toBe("same");
			writeFileSync(`${dir()}/log`, "0123");
			expect((await follow(10)).end).toMatchObject({ reason: "new-generation" });
			expect(logGeneration(remembered, (await readStatus(session, RUN, { logOffset: 10 })).log)).toBe("new");
			writeFileSync(`${dir()}/log`, "0123 and other words");
			expect(logGeneration(remembered, (await readStatus(session, RUN, { logOffset: 10, withPrefixHash: true })).log)).toBe("new");
			writeFileSync(`${dir()}/log.other`, "another file of another inode");
			renameSync(`${dir()}/log.other`, `${dir()}/log`);
			const other = await followLog(session, RUN, 10, { pollMs: 20, inode: remembered.inode, onBytes: () => {} });
			expect(other.reason).toBe("new-generation");
		});

		it("looks one by one where no channel is to be had for the tail", async () => {
			await install();
			const log = randomBytes(300_000);
			writeFileSync(`${dir()}/log`, log);
			writeFileSync(`${dir()}/final`, "cleaned\n");
			const own = node.session();
			const run = own.run.bind(own);
			own.run = (text, options) =>
				options.onStdout ? Promise.reject(new SshError("connection.channel-refused", { label: own.label })) : run(text, options);
			const { end, bytes } = await follow(0, own);
			expect(end).toMatchObject({ reason: "final", offset: log.length });
			expect(bytes.equals(log)).toBe(true);
		});

		it("delivers nothing after it told where it stopped, however slow its reader is", async () => {
			await install();
			const log = randomBytes(400_000);
			writeFileSync(`${dir()}/log`, log);
			writeFileSync(`${dir()}/final`, "cleaned\n");
			const received: Buffer[] = [];
			const own = node.session();
			let over = false;
			const slow = followLog(own, RUN, 0, {
				pollMs: 20,
				onBytes: async (bytes) => {
					expect(over).toBe(false);
					await new Promise((resolve) => setTimeout(resolve, 20));
					received.push(bytes);
					if (received.length === 3) own.close();
				},
			});
			await expect(slow).rejects.toMatchObject({ code: "connection.closed" });
			over = true;
			const rest = await follow(Buffer.concat(received).length);
			expect(Buffer.concat([...received, rest.bytes]).equals(log)).toBe(true);
		});

		it("ends by the caller's signal, and by what a callback throws", async () => {
			await install();
			writeFileSync(`${dir()}/log`, "words");
			const stop = new AbortController();
			const end = await followLog(session, RUN, 0, { pollMs: 20, signal: stop.signal, onBytes: () => stop.abort() });
			expect(end).toMatchObject({ reason: "aborted", offset: 5 });
			const failure = new Error("the database is gone");
			await expect(
				followLog(session, RUN, 0, {
					pollMs: 20,
					onBytes: async () => {
						throw failure;
					},
				}),
			).rejects.toBe(failure);
			await expect(followLog(session, "nosuchrun1", 0, { onBytes: () => {} })).rejects.toMatchObject({ code: "remote.no-run" });
		});

		it("reads at most 256 KiB with one status, from where it was asked", async () => {
			await install();
			const log = randomBytes(300_000);
			writeFileSync(`${dir()}/log`, log);
			const first = await readStatus(session, RUN);
			expect(first.log).toMatchObject({ size: 300_000, offset: 0 });
			const second = await readStatus(session, RUN, { logOffset: first.log.bytes.length });
			expect(first.log.bytes.length).toBe(262_144);
			expect(Buffer.concat([first.log.bytes, second.log.bytes]).equals(log)).toBe(true);
			await expect(readStatus(session, "nosuchrun1")).rejects.toMatchObject({ code: "remote.no-run" });
		});

		it("reads evidence by name, and none outside the run", async () => {
			await install();
			mkdirSync(`${dir()}/evidence`);
			const dump = randomBytes(1_050_000);
			writeFileSync(`${dir()}/evidence/crictl-info.txt`, dump);
			writeFileSync(`${dir()}/evidence/empty`, "");
			const found = await readArtifacts(session, RUN, ["evidence/crictl-info.txt", "evidence/empty", "evidence/none"]);
			expect([...found.keys()]).toEqual(["evidence/crictl-info.txt", "evidence/empty"]);
			expect(found.get("evidence/crictl-info.txt")).toEqual({ bytes: dump.subarray(0, 1_048_576), size: 1_050_000 });
			expect(found.get("evidence/empty")).toEqual({ bytes: Buffer.alloc(0), size: 0 });
			for (const name of ["../owner", "/etc/shadow", "a/../../b", "a b", "$(id)", "-n", ""]) {
				await expect(readArtifacts(session, RUN, [name]), name).rejects.toThrow(RangeError);
			}
		});

		it("reads the snapshot whole, and refuses one whose bytes changed", async () => {
			await install();
			expect(await readSnapshot(session, RUN)).toBeNull();
			mkdirSync(`${dir()}/snapshot`);
			const bytes = randomBytes(5000);
			const sha256 = createHash("sha256").update(bytes).digest("hex");
			writeFileSync(`${dir()}/snapshot/0`, bytes);
			writeFileSync(`${dir()}/snapshot/beside`, "/etc/x\n");
			writeFileSync(
				`${dir()}/snapshot/manifest`,
				`file\t0\t/etc/containerd/config.toml\tfile\t${sha256}\t644\t0\t0\t?\t-\nfile\t1\t/etc/crictl.yaml\tabsent\t\t\t\t\t\nkubelet\tv1.20.2\n`,
			);
			expect(await readSnapshot(session, RUN)).toEqual({
				files: [
					{ index: 0, realPath: "/etc/containerd/config.toml", before: { sha256, bytes, mode: "0644", uid: 0, gid: 0, label: null } },
					{ index: 1, realPath: "/etc/crictl.yaml", before: null },
				],
				units: [],
				forwardPolicy: "",
				kubeletVersion: "v1.20.2",
			});
			writeFileSync(`${dir()}/snapshot/0`, "other");
			await expect(readSnapshot(session, RUN)).rejects.toMatchObject({ code: "remote.snapshot-damaged", values: { expected: sha256 } });
		});
	});
}
