import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RESERVE_FILE, REVERT_TIMER, runDir } from "../plan/layout.ts";
import { cleanUp } from "./clean.ts";
import { commit } from "./commit.ts";
import { extendDeadline } from "./deadline.ts";
import { installRun } from "./install.ts";
import { isArmed, scriptState } from "./interpret.ts";
import { requestRevert } from "./revert.ts";
import { startScript } from "./start.ts";
import { readStatus } from "./status.ts";
import { arm, triggerFiles, verifiedRun } from "./testing/armed-run.ts";
import { LocalNode, type LocalShell, localNodeObstacle } from "./testing/local-session.ts";
import { smallRun } from "./testing/small-run.ts";

const RUN = "abcdefgh01";
/** For what comes by itself: far beyond any load. */
const SOON = { timeout: 30_000 };
const OTHER = "abcdefgh02";
const A = { consoleId: "console-a", fence: 5 };
const B = { consoleId: "console-b", fence: 6 };

for (const shell of ["sh", "dash", "busybox"] satisfies LocalShell[]) {
	const obstacle = localNodeObstacle(shell);
	if (obstacle) console.warn(`NOT RUN: server/remote on ${shell}: ${obstacle}`);

	describe.skipIf(obstacle !== "")(`the decision (${shell})`, () => {
		let node: LocalNode;
		let session: ReturnType<LocalNode["session"]>;
		beforeEach(async () => {
			node = new LocalNode(shell);
			await node.ready();
			session = node.session();
			await installRun(session, { runId: RUN, scripts: smallRun(RUN), owner: A });
		});
		afterEach(() => node.dispose());

		const dir = (run = RUN) => node.path(runDir(run));
		const text = (path: string) => readFileSync(path, "utf8");
		const decision = () => {
			try {
				return readlinkSync(`${dir()}/decision`);
			} catch {
				return "none";
			}
		};
		const triggersLeft = () =>
			triggerFiles().filter((path) => {
				try {
					return lstatSync(node.path(path)) !== null;
				} catch {
					return false;
				}
			});
		const final = () => (existsSync(`${dir()}/final`) ? text(`${dir()}/final`).trim() : "");
		const timerArmed = () => existsSync(`${node.root}/units/${REVERT_TIMER}.armed`);

		describe("commit", () => {
			it("disarms, clears away what the revert would have needed, and says so by a final state", async () => {
				verifiedRun(node, RUN);
				mkdirSync(node.path("/var/lib/elsewhere"));
				const beside = `/var/lib/elsewhere/.config.toml.gantry-${RUN}.old`;
				const foreign = "/var/lib/elsewhere/config.toml";
				for (const path of [beside, foreign, RESERVE_FILE]) writeFileSync(node.path(path), "x");
				writeFileSync(`${dir()}/snapshot/beside`, `${beside}\n${foreign}\n`);
				expect(isArmed(await readStatus(session, RUN))).toBe(true);
				expect(await commit(session, RUN, A)).toBe("commit");
				expect(decision()).toBe("commit");
				expect(final()).toBe("committed");
				expect(triggersLeft()).toEqual([]);
				expect(timerArmed()).toBe(false);
				expect([beside, foreign, RESERVE_FILE].map((path) => existsSync(node.path(path)))).toEqual([false, true, false]);
				const calls = text(`${node.root}/units/calls`);
				expect(calls.lastIndexOf("systemctl daemon-reload")).toBeGreaterThan(calls.indexOf("systemctl stop gantry-revert.timer"));
				expect(await commit(session, RUN, A)).toBe("commit");
				expect(text(`${node.root}/units/calls`).match(/daemon-reload/g)).toHaveLength(1);
			});

			// busybox calls its own sync, which leaves no record.
			const itRecords = shell === "busybox" ? null : it;
			itRecords?.("is on the disk before the first trigger goes", async () => {
				verifiedRun(node, RUN);
				rmSync(`${node.root}/units/calls`);
				await commit(session, RUN);
				const calls = text(`${node.root}/units/calls`).trim().split("\n");
				expect(calls[0]).toBe("sync");
				expect(calls.at(-1)).toBe("sync");
				expect(calls).toContain("systemctl stop gantry-revert.timer");
			});

			it("finds a revert that was first, and touches nothing", async () => {
				verifiedRun(node, RUN);
				symlinkSync("revert", `${dir()}/decision`);
				expect(await commit(session, RUN)).toBe("revert");
				expect(triggersLeft()).toEqual(triggerFiles());
				expect(timerArmed()).toBe(true);
				expect(final()).toBe("");
			});

			it("is refused before a cutover that ended well", async () => {
				for (const exit of [null, "7 boot 2.00\n", "10 boot 2.00\n", ""]) {
					rmSync(`${dir()}/exit.cutover`, { force: true });
					if (exit !== null) writeFileSync(`${dir()}/exit.cutover`, exit);
					await expect(commit(session, RUN), String(exit)).rejects.toMatchObject({ code: "remote.not-finished", retryable: false });
					expect(decision()).toBe("none");
				}
			});

			it("of another console, or of an earlier run, disarms nothing", async () => {
				verifiedRun(node, RUN);
				await expect(commit(session, RUN, B)).rejects.toMatchObject({ code: "remote.locked-by" });
				expect(decision()).toBe("none");
				expect(await commit(session, RUN, A)).toBe("commit");
				await installRun(session, { runId: OTHER, scripts: smallRun(OTHER), owner: A });
				arm(node, OTHER);
				writeFileSync(node.path(RESERVE_FILE), "x");
				rmSync(`${dir()}/final`);
				expect(await commit(session, RUN)).toBe("commit");
				expect(triggersLeft()).toEqual(triggerFiles());
				expect(timerArmed()).toBe(true);
				expect(existsSync(node.path(RESERVE_FILE))).toBe(true);
			});

			it("keeps the final state of a way back by hand", async () => {
				verifiedRun(node, RUN);
				await commit(session, RUN);
				writeFileSync(`${dir()}/final`, "reverted\n");
				expect(await commit(session, RUN)).toBe("commit");
				expect(final()).toBe("reverted");
			});

			it("leaves the triggers of a way back by hand alone", async () => {
				verifiedRun(node, RUN);
				await commit(session, RUN);
				writeFileSync(`${dir()}/by-hand`, "yes\n");
				arm(node, RUN);
				expect(await commit(session, RUN)).toBe("commit");
				expect(triggersLeft()).toEqual(triggerFiles());
			});

			it("of an answer that never came is unknown and may be asked again", async () => {
				verifiedRun(node, RUN);
				const lost = node.session();
				const asked = commit(lost, RUN);
				lost.close();
				await expect(asked).rejects.toMatchObject({ code: "remote.unknown-answer", retryable: true });
				expect(await commit(session, RUN)).toBe("commit");
			});

			it("asked for several times at once is one commit", async () => {
				verifiedRun(node, RUN);
				const answers = await Promise.all(Array.from({ length: 8 }, () => commit(node.session(), RUN, A)));
				expect(new Set(answers)).toEqual(new Set(["commit"]));
				expect(final()).toBe("committed");
				expect(triggersLeft()).toEqual([]);
			});

			it("runs on to its end when the connection breaks after the decision", async () => {
				verifiedRun(node, RUN);
				// The stop of the timer waits until the connection is gone.
				const gate = `${node.root}/gate`;
				const systemctl = `${node.root}/bin/systemctl`;
				writeFileSync(
					systemctl,
					text(systemctl).replace("#!/bin/sh\n", `#!/bin/sh\ncase $1 in stop) while [ ! -e ${gate} ]; do sleep 0.02; done ;; esac\n`),
				);
				const lost = node.session();
				const asked = commit(lost, RUN);
				await expect.poll(decision, SOON).toBe("commit");
				lost.close();
				await expect(asked).rejects.toMatchObject({ code: "remote.unknown-answer" });
				writeFileSync(gate, "");
				await expect.poll(final, SOON).toBe("committed");
				expect(triggersLeft()).toEqual([]);
			});
		});

		describe("extendDeadline", () => {
			it("restarts the timer and tells the new moment, with another length where one is given", async () => {
				arm(node, RUN, 600);
				const before = await readStatus(session, RUN);
				const extended = await extendDeadline(session, RUN, undefined, A);
				expect(extended.decision).toBe("none");
				expect(extended.deadline?.bootId).toBe(before.now.bootId);
				expect(extended.deadline!.uptimeS - before.now.uptimeS).toBeGreaterThanOrEqual(600);
				expect(extended.deadline!.uptimeS - before.now.uptimeS).toBeLessThan(620);
				expect(text(`${node.root}/units/calls`)).toContain("systemctl restart gantry-revert.timer");
				const longer = await extendDeadline(session, RUN, 900);
				expect(longer.deadline!.uptimeS).toBeGreaterThanOrEqual(before.now.uptimeS + 900);
				expect(text(node.path(`/run/systemd/system/${REVERT_TIMER}`))).toBe(
					"[Timer]\nOnActiveSec=900\nAccuracySec=1s\nUnit=gantry-revert.service\n",
				);
				const status = await readStatus(session, RUN);
				expect(status).toMatchObject({ timerS: 900, deadline: longer.deadline });
			});

			it("says what was decided, and that nothing of this run is armed", async () => {
				await expect(extendDeadline(session, RUN)).rejects.toMatchObject({ code: "remote.not-armed" });
				arm(node, OTHER);
				await expect(extendDeadline(session, RUN)).rejects.toMatchObject({ code: "remote.not-armed" });
				symlinkSync("revert", `${dir()}/decision`);
				expect(await extendDeadline(session, RUN)).toEqual({ decision: "revert", deadline: null });
				await expect(extendDeadline(session, RUN, 0)).rejects.toThrow(RangeError);
			});
		});

		describe("requestRevert", () => {
			it("goes by the armed unit, and leaves the decision to the script", async () => {
				verifiedRun(node, RUN);
				expect(await requestRevert(session, RUN, A)).toEqual({ decision: "revert", by: "armed-unit" });
				await expect.poll(final, SOON).toBe("reverted");
				expect(text(`${dir()}/log`)).toBe("back by armed\n");
				expect(await requestRevert(session, RUN)).toEqual({ decision: "revert", by: "nothing" });
			});

			it("goes by a unit of its own where nothing is armed, and not twice at once", async () => {
				await installRun(session, {
					runId: RUN,
					scripts: smallRun(RUN, { revert: 'ln -s revert "$RUN/decision" 2>/dev/null; echo back by $1; exec sleep 60' }),
					owner: A,
				});
				expect(await requestRevert(session, RUN)).toEqual({ decision: "revert", by: "transient-unit" });
				expect(await requestRevert(session, RUN)).toEqual({ decision: "revert", by: "running-already" });
				const status = await readStatus(session, RUN);
				expect(scriptState(status, "revert")).toEqual({ kind: "running" });
				expect(status.log.bytes.toString()).toBe("back by armed\n");
			});

			it("comes too late after a commit", async () => {
				verifiedRun(node, RUN);
				await commit(session, RUN);
				expect(await requestRevert(session, RUN)).toEqual({ decision: "commit", by: "nothing" });
			});
		});

		describe("cleanUp", () => {
			it("ends prepare with everything it started, undoes it, and keeps a late cutover from starting", async () => {
				rmSync(dir(), { recursive: true });
				const prepare = "sleep 300 & echo $! >$RUN/child; sleep 300";
				await installRun(session, { runId: RUN, scripts: smallRun(RUN, { prepare }), owner: A });
				await startScript(session, RUN, "prepare", 1);
				await expect.poll(() => existsSync(`${dir()}/child`) && text(`${dir()}/child`), SOON).toMatch(/\d/);
				expect(await cleanUp(session, RUN, A)).toEqual({ kind: "cleaned" });
				expect(final()).toBe("cleaned");
				expect(decision()).toBe("revert");
				expect(text(`${dir()}/log`)).toBe("back by prepared-only\n");
				const child = text(`${dir()}/child`).trim();
				await expect.poll(() => !existsSync(`/proc/${child}`) || text(`/proc/${child}/status`).includes("State:\tZ"), SOON).toBe(true);
				await expect(startScript(session, RUN, "cutover", 1)).rejects.toMatchObject({ code: "remote.decided" });
				expect(await cleanUp(session, RUN)).toEqual({ kind: "cleaned" });
			});

			it("of a run that was never begun only makes it final", async () => {
				expect(await cleanUp(session, RUN)).toEqual({ kind: "cleaned" });
				expect(final()).toBe("cleaned");
				expect(existsSync(`${dir()}/log`)).toBe(false);
			});

			it("goes the whole way back where the cutover had begun", async () => {
				verifiedRun(node, RUN);
				expect(await cleanUp(session, RUN)).toEqual({ kind: "reverting" });
				await expect.poll(final, SOON).toBe("reverted");
				expect(text(`${dir()}/log`)).toBe("back by armed\n");
				expect(await cleanUp(session, RUN)).toEqual({ kind: "too-late", decision: "revert", final: "reverted" });
			});

			it("comes too late after a commit", async () => {
				verifiedRun(node, RUN);
				await commit(session, RUN);
				expect(await cleanUp(session, RUN)).toEqual({ kind: "too-late", decision: "commit", final: "committed" });
			});

			it("tells when the way back failed", async () => {
				rmSync(dir(), { recursive: true });
				await installRun(session, { runId: RUN, scripts: smallRun(RUN, { revert: "end 9" }), owner: A });
				await startScript(session, RUN, "prepare", 1);
				expect(await cleanUp(session, RUN)).toEqual({ kind: "failed", code: 9 });
				expect(final()).toBe("");
			});
		});
	});
}
