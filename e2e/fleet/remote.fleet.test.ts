import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { BOOT_SERVICE, REVERT_SERVICE, REVERT_TIMER, runDir } from "../../server/plan/layout.ts";
import { cleanUp } from "../../server/remote/clean.ts";
import { commit } from "../../server/remote/commit.ts";
import { extendDeadline } from "../../server/remote/deadline.ts";
import { type FollowEnd, followLog } from "../../server/remote/follow.ts";
import { installRun } from "../../server/remote/install.ts";
import { isArmed, isSettled, scriptState } from "../../server/remote/interpret.ts";
import { requestRevert } from "../../server/remote/revert.ts";
import { listRuns } from "../../server/remote/runs.ts";
import { startScript } from "../../server/remote/start.ts";
import { type NodeRunStatus, readStatus } from "../../server/remote/status.ts";
import { smallRun } from "../../server/remote/testing/small-run.ts";
import { connect } from "../../server/ssh/connect.ts";
import { parseKnownHosts } from "../../server/ssh/known-hosts.ts";
import type { NodeSession, SshTarget } from "../../server/ssh/session.ts";
import type { FleetNode } from "./fleet.ts";
import { sharedFleet } from "./shared-fleet.ts";

const OWNER = { consoleId: "console-a", fence: 1 };

let node: FleetNode;
const sessions: NodeSession[] = [];

function target(user: "root" | "ops" | "deploy"): SshTarget {
	const { host, port, privateKeyPath, accounts } = node.ssh;
	const sudo = user === "ops" ? { kind: "sudo" as const, password: accounts.ops.password } : { kind: "sudo" as const };
	return {
		address: host,
		port,
		user,
		auth: { kind: "key", privateKey: readFileSync(privateKeyPath, "utf8") },
		privilege: user === "root" ? { kind: "root" } : sudo,
		hostKeys: parseKnownHosts(node.knownHostsLine).map(({ algorithm, keyBase64 }) => ({ algorithm, keyBase64 })),
	};
}

async function open(user: "root" | "ops" | "deploy" = "root"): Promise<NodeSession> {
	const session = await connect(target(user), { timeoutMs: 30_000 });
	sessions.push(session);
	return session;
}

/** A session to a host that is on its way up. */
async function reopen(): Promise<NodeSession> {
	for (let tries = 0; ; tries++) {
		try {
			return await open();
		} catch (error) {
			if (tries >= 60) throw error;
			await wait(1000);
		}
	}
}

/** Looks at the run until it is as expected; a look that never comes true ends with the test. */
async function statusUntil(session: NodeSession, runId: string, reached: (status: NodeRunStatus) => boolean): Promise<NodeRunStatus> {
	for (;;) {
		const status = await readStatus(session, runId, { withLog: false });
		if (reached(status)) return status;
		await wait(100);
	}
}

function ended(suffix: string): (status: NodeRunStatus) => boolean {
	return (status) => scriptState(status, suffix).kind === "exited";
}

/** The triggers as a cutover arms them, with a timer of any length that systemd understands. */
function armScript(runId: string, length: string): string {
	const revert = `/bin/sh ${runDir(runId)}/revert.sh`;
	return `
printf '%s\\n' '[Service]' 'Type=oneshot' 'ExecStart=${revert} armed' >/run/systemd/system/${REVERT_SERVICE}
printf '%s\\n' '[Timer]' 'OnActiveSec=${length}' 'AccuracySec=1ms' 'Unit=${REVERT_SERVICE}' >/run/systemd/system/${REVERT_TIMER}
printf '%s\\n' '[Unit]' 'DefaultDependencies=no' 'After=local-fs.target' '[Service]' 'Type=oneshot' 'ExecStart=${revert} boot' '[Install]' 'WantedBy=sysinit.target' >/etc/systemd/system/${BOOT_SERVICE}
ln -sf ../${BOOT_SERVICE} /etc/systemd/system/sysinit.target.wants/${BOOT_SERVICE}
systemctl daemon-reload
systemctl stop ${REVERT_TIMER}
systemctl start ${REVERT_TIMER}`;
}

async function must(session: NodeSession, script: string): Promise<string> {
	const result = await session.run(script, { timeoutMs: 60_000 });
	expect(result.exitCode, result.stderr).toBe(0);
	return result.stdout.toString();
}

async function triggers(session: NodeSession): Promise<string> {
	const files = `/run/systemd/system/gantry-* /etc/systemd/system/gantry-* /etc/systemd/system/sysinit.target.wants/gantry-*`;
	return must(session, `ls -d ${files} 2>/dev/null; systemctl list-units --all --no-legend 'gantry-revert.timer'; exit 0`);
}

beforeAll(async () => {
	const fleet = await sharedFleet();
	const last = fleet.nodes.at(-1);
	if (!last) throw new Error("the fleet has no node");
	node = last;
});

afterEach(async () => {
	for (const session of sessions.splice(0)) session.close();
	await node.must(`systemctl stop ${REVERT_TIMER} 2>/dev/null
for unit in $(systemctl list-units --all --no-legend 'gantry-*' | sed -n 's/.*\\(gantry-[^ ]*\\.service\\).*/\\1/p'); do systemctl kill -s KILL "$unit"; systemctl reset-failed "$unit"; done 2>/dev/null
rm -rf /var/lib/gantry /run/systemd/system/gantry-* /etc/systemd/system/gantry-* /etc/systemd/system/sysinit.target.wants/gantry-*
systemctl daemon-reload`);
});
afterAll(async () => {
	expect(await node.must("ls /etc/systemd/system /run/systemd/system | grep gantry || true")).toBe("");
});

describe("a run on a real node", () => {
	for (const user of ["root", "ops", "deploy"] as const) {
		it(`goes from its start to its exit code, signed in as ${user}`, async () => {
			const session = await open(user);
			const runId = `accounts${user}`;
			await installRun(session, { runId, scripts: smallRun(runId, { prepare: "echo as $(id -u); sleep 0.3; end 7" }), owner: OWNER });
			await startScript(session, runId, "prepare", 1, OWNER);
			const status = await statusUntil(session, runId, ended("prepare-1"));
			expect(scriptState(status, "prepare-1")).toEqual({ kind: "exited", code: 7 });
			expect(scriptState(status, "cutover")).toEqual({ kind: "not-started" });
			expect((await readStatus(session, runId)).log.bytes.toString()).toBe("as 0\n");
			// To systemd the two are the same: a unit that exited 7 and was reset, and one that never was.
			await must(session, `systemctl reset-failed gantry-${runId}-prepare-1.service; :`);
			expect(scriptState(await readStatus(session, runId), "prepare-1")).toEqual({ kind: "exited", code: 7 });
			await expect(startScript(session, runId, "prepare", 1)).rejects.toMatchObject({ code: "remote.already-started" });
			expect((await listRuns(session)).runs).toMatchObject([{ runId, started: ["prepare-1"], exited: ["prepare-1"], decision: "none" }]);
		});
	}

	it("is not touched by a connection that dies, and its log is whole over all of them", async () => {
		const runId = "connections1";
		const first = await open();
		const prepare = `i=0; while [ $i -lt 300 ]; do echo "line $i of the log, with some words"; i=$((i+1)); [ $((i % 10)) -ne 0 ] || sleep 0.1; done`;
		await installRun(first, { runId, scripts: smallRun(runId, { prepare, cutover: "echo last words" }), owner: OWNER });
		await startScript(first, runId, "prepare", 1);
		const received: Buffer[] = [];
		let offset = 0;
		const follow = (session: NodeSession, onBytes: () => void = () => {}, signal?: AbortSignal): Promise<FollowEnd> =>
			followLog(session, runId, offset, {
				pollMs: 50,
				...(signal ? { signal } : {}),
				onBytes: (bytes, at) => {
					expect(at).toBe(offset);
					received.push(bytes);
					offset += bytes.length;
					onBytes();
				},
			});
		// Ours closes, sshd's process for us is killed, sshd itself is restarted: each in the middle of the log.
		await expect(follow(first, () => offset > 2000 && first.close())).rejects.toMatchObject({ code: "connection.closed" });
		const kills = ["pkill -KILL -f 'sshd: root@' ; true", "systemctl restart ssh; pkill -KILL -f 'sshd: root@'; true"];
		for (const kill of kills) {
			const session = await reopen();
			const from = offset;
			let killed: Promise<unknown> | undefined;
			await expect(
				follow(session, () => {
					if (offset > from + 1000) killed ??= node.exec(kill);
				}),
			).rejects.toMatchObject({ code: "connection.closed" });
			await killed;
		}
		const last = await reopen();
		await statusUntil(last, runId, ended("prepare-1"));
		await startScript(last, runId, "cutover", 1);
		await statusUntil(last, runId, ended("cutover"));
		expect(await commit(last, runId, OWNER)).toBe("commit");
		expect(await follow(last)).toMatchObject({ reason: "final", offset });
		const whole = await node.must(`sha256sum <${runDir(runId)}/log`);
		expect(createHash("sha256").update(Buffer.concat(received)).digest("hex")).toBe(whole.split(" ")[0]);
		expect(Buffer.concat(received).toString().split("\n").filter(Boolean)).toHaveLength(301);
	});

	it("is lost after a reboot, and its triggers' state says nothing wrong", async () => {
		const runId = "rebooted01";
		const session = await open();
		await installRun(session, { runId, scripts: smallRun(runId, { cutover: "echo begun; exec sleep 600" }), owner: OWNER });
		await startScript(session, runId, "cutover", 1);
		const before = await readStatus(session, runId);
		expect(scriptState(before, "cutover")).toEqual({ kind: "running" });
		await node.reboot();
		const after = await readStatus(await reopen(), runId);
		expect(after.now.bootId).not.toBe(before.now.bootId);
		expect(scriptState(after, "cutover")).toEqual({ kind: "lost", because: "reboot" });
		expect(scriptState(after, "revert")).toEqual({ kind: "not-started" });
		await expect(startScript(await reopen(), runId, "cutover", 1)).rejects.toMatchObject({ code: "remote.already-started" });
		await node.waitUp();
	});

	it("is lost when its unit is killed in the same boot", async () => {
		const runId = "killedunit";
		const session = await open();
		await installRun(session, { runId, scripts: smallRun(runId, { cutover: "exec sleep 600" }), owner: OWNER });
		await startScript(session, runId, "cutover", 1);
		await must(session, `systemctl kill -s KILL gantry-${runId}-cutover.service`);
		const status = await statusUntil(session, runId, (seen) => scriptState(seen, "cutover").kind !== "running");
		expect(scriptState(status, "cutover")).toEqual({ kind: "lost", because: "killed" });
	});

	it("is cancelled with every process that prepare began", async () => {
		const runId = "cancelled1";
		const session = await open();
		const prepare = "setsid sleep 611 & (sleep 611; echo never) & sleep 611";
		await installRun(session, { runId, scripts: smallRun(runId, { prepare }), owner: OWNER });
		await startScript(session, runId, "prepare", 1);
		const sleepers = () => must(session, "pgrep -f '^sleep 611' || true");
		while ((await sleepers()).trim().split("\n").length < 3) await wait(100);
		expect(await cleanUp(session, runId, OWNER)).toEqual({ kind: "cleaned" });
		expect(await sleepers()).toBe("");
		const status = await readStatus(session, runId);
		expect(status).toMatchObject({ final: "cleaned", decision: "revert" });
		expect(isSettled(status)).toBe(true);
	});
});

describe("the armed revert on real systemd", () => {
	async function verified(session: NodeSession, runId: string, length: string, revert?: string): Promise<void> {
		await installRun(session, { runId, scripts: smallRun(runId, revert ? { revert } : {}), owner: OWNER });
		await startScript(session, runId, "cutover", 1);
		await statusUntil(session, runId, ended("cutover"));
		await must(session, armScript(runId, length));
	}

	it("fires when nobody commits, and a commit then says revert", async () => {
		const session = await open();
		await verified(session, "timerfires", "1s");
		const status = await statusUntil(session, "timerfires", (seen) => seen.final !== "" && ended("revert")(seen));
		expect(status).toMatchObject({ final: "reverted", decision: "revert" });
		expect((await readStatus(session, "timerfires")).log.bytes.toString()).toContain("back by armed\n");
		expect(await commit(session, "timerfires")).toBe("revert");
		expect(await extendDeadline(session, "timerfires")).toEqual({ decision: "revert", deadline: null });
	});

	it("is gone after a commit: nothing fires later or at the next boot", async () => {
		const session = await open();
		const runId = "committed1";
		await verified(session, runId, "600s");
		expect(isArmed(await readStatus(session, runId))).toBe(true);
		expect(await commit(session, runId, OWNER)).toBe("commit");
		expect(await triggers(session)).toBe("");
		expect(await must(session, "systemctl is-enabled gantry-boot.service 2>/dev/null || true")).not.toContain("enabled");
		await node.reboot();
		const status = await readStatus(await reopen(), runId);
		expect(status).toMatchObject({ final: "committed", decision: "commit" });
		expect(status.started["revert"]).toBeUndefined();
		await node.waitUp();
	});

	it("is taken by the next boot when the power fails in the cutover, and the log is followed to its end", async () => {
		const session = await open();
		const runId = "powercut01";
		await installRun(session, { runId, scripts: smallRun(runId, { cutover: "echo begun; exec sleep 600" }), owner: OWNER });
		await must(session, armScript(runId, "600s"));
		await startScript(session, runId, "cutover", 1);
		await node.powerCut();
		const next = await reopen();
		const status = await statusUntil(next, runId, (seen) => seen.final !== "" && scriptState(seen, "revert").kind !== "running");
		expect(status).toMatchObject({ final: "reverted", decision: "revert" });
		expect(scriptState(status, "cutover")).toEqual({ kind: "lost", because: "reboot" });
		expect(scriptState(status, "revert")).toEqual({ kind: "exited", code: 0 });
		const received: Buffer[] = [];
		const end = await followLog(next, runId, 0, { onBytes: (bytes) => void received.push(bytes) });
		expect(end.reason).toBe("final");
		expect(Buffer.concat(received).toString()).toBe("begun\nback by boot\n");
		await node.waitUp();
	});

	it("takes its time anew when extended, and the told deadline is the real one", async () => {
		const session = await open();
		const runId = "extended01";
		await verified(session, runId, "6s");
		await must(session, `echo 6 >${runDir(runId)}/timer-seconds`);
		await wait(2000);
		const extended = await extendDeadline(session, runId, 9, OWNER);
		expect(extended.decision).toBe("none");
		const before = await readStatus(session, runId);
		expect(before).toMatchObject({ timerS: 9, deadline: extended.deadline, decision: "none" });
		expect(isArmed(before)).toBe(true);
		// A look reads `started` before `exit`: a script as short as this one may begin and end in between.
		const fired = await statusUntil(session, runId, (seen) => ended("revert")(seen) && seen.started["revert"] !== undefined);
		const late = fired.started["revert"]!.uptimeS - extended.deadline!.uptimeS;
		expect(late).toBeGreaterThanOrEqual(0);
		expect(late).toBeLessThan(10);
	});

	it("is asked for by its own unit, and without one by a transient unit", async () => {
		const session = await open();
		await verified(session, "askedarmed", "600s");
		expect(await requestRevert(session, "askedarmed", OWNER)).toEqual({ decision: "revert", by: "armed-unit" });
		await statusUntil(session, "askedarmed", (seen) => isSettled(seen));
		await must(session, "rm -rf /run/systemd/system/gantry-* /etc/systemd/system/gantry-*; systemctl daemon-reload");
		const runId = "askedplain";
		await installRun(session, { runId, scripts: smallRun(runId, { prepare: "echo prepared" }), owner: OWNER });
		expect(await requestRevert(session, runId, OWNER)).toEqual({ decision: "revert", by: "transient-unit" });
		await statusUntil(session, runId, (seen) => isSettled(seen));
	});

	const ROUNDS = 200;
	it(`races the commit with one winner each time (${ROUNDS} rounds)`, { timeout: 1_200_000 }, async () => {
		const session = await open();
		const won = { commit: 0, revert: 0 };
		await installRun(session, { runId: "raceround0", scripts: smallRun("raceround0"), owner: OWNER });
		/** How long after arming the commit is asked for; moved towards whoever lost last, so that the two meet. */
		let aimMs = 150;
		for (let round = 0; round < ROUNDS; round++) {
			const runId = `raceround${round}`;
			const dir = runDir(runId);
			// The folder of a verified run, without going through install and cutover two hundred times.
			await must(
				session,
				`mkdir -p ${dir}; [ ${round} -eq 0 ] || sed 's/raceround0/${runId}/g' ${runDir("raceround0")}/revert.sh >${dir}/revert.sh
echo 'boot 1' >${dir}/started.cutover; echo '0 boot 2' >${dir}/exit.cutover
${armScript(runId, "300ms")}`,
			);
			await wait(aimMs);
			const said = await commit(session, runId);
			const status = await statusUntil(session, runId, (seen) => seen.final !== "");
			expect(status.decision, `round ${round}`).toBe(said);
			expect(status.final, `round ${round}`).toBe(said === "commit" ? "committed" : "reverted");
			// The loser did nothing: a revert that was too late left no word, a commit that was too late took nothing away.
			const log = await must(session, `cat ${dir}/log 2>/dev/null; :`);
			expect(log, `round ${round}`).toBe(said === "commit" ? "" : "back by armed\n");
			expect((await triggers(session)) === "", `round ${round}`).toBe(said === "commit");
			won[said]++;
			aimMs = Math.max(0, aimMs + (said === "commit" ? 3 : -3));
		}
		expect(won.commit + won.revert).toBe(ROUNDS);
		expect(Math.min(won.commit, won.revert), JSON.stringify(won)).toBeGreaterThan(ROUNDS / 10);
	});
});
