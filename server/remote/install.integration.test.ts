import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { LOCK_FILE, OWNER_FILE, runDir } from "../plan/layout.ts";
import { installRun } from "./install.ts";
import { releaseOwner, takeOwnership } from "./owner.ts";
import { listRuns } from "./runs.ts";
import { LocalNode, type LocalShell, localNodeObstacle } from "./testing/local-session.ts";
import { script, smallRun } from "./testing/small-run.ts";

const RUN = "abcdefgh01";
const OTHER = "abcdefgh02";
const A = { consoleId: "console-a", fence: 5 };
const B = { consoleId: "console-b", fence: 6 };

for (const shell of ["sh", "dash", "busybox"] satisfies LocalShell[]) {
	const obstacle = localNodeObstacle(shell);
	if (obstacle) console.warn(`NOT RUN: server/remote on ${shell}: ${obstacle}`);

	describe.skipIf(obstacle !== "")(`a run comes to the node (${shell})`, () => {
		let node: LocalNode;
		beforeEach(async () => {
			node = new LocalNode(shell);
			await node.ready();
		});
		afterEach(() => node.dispose());
		const owner = () => readFileSync(node.path(OWNER_FILE), "utf8");
		const put = (file: string, text = "x") => {
			mkdirSync(node.path(file.slice(0, file.lastIndexOf("/"))), { recursive: true });
			writeFileSync(node.path(file), text);
		};

		it("lies there whole, for root alone, and a second time changes nothing", async () => {
			const session = node.session();
			const scripts = smallRun(RUN);
			expect(await installRun(session, { runId: RUN, scripts, owner: A })).toEqual({
				ownership: "taken",
				written: ["prepare.sh", "cutover.sh", "revert.sh"],
			});
			for (const name of ["prepare", "cutover", "revert"] as const) {
				const bytes = readFileSync(node.path(`${runDir(RUN)}/${name}.sh`));
				expect(createHash("sha256").update(bytes).digest("hex")).toBe(scripts[name].sha256);
			}
			for (const folder of ["/var/lib/gantry", "/var/lib/gantry/runs", runDir(RUN)]) {
				expect((statSync(node.path(folder)).mode & 0o777).toString(8), folder).toBe("700");
			}
			expect(owner()).toBe(`console-a 5 ${RUN}\n`);
			expect(await installRun(session, { runId: RUN, scripts, owner: A })).toEqual({ ownership: "taken", written: [] });
			expect(await listRuns(session)).toMatchObject({
				owner: { ...A, runId: RUN },
				runs: [{ runId: RUN, decision: "none", final: "", started: [], exited: [], deadline: null }],
			});
		});

		it("puts damaged scripts right before the run began, and refuses after", async () => {
			const session = node.session();
			const scripts = smallRun(RUN);
			await installRun(session, { runId: RUN, scripts, owner: A });
			put(`${runDir(RUN)}/cutover.sh`, "rm -rf /nothing\n");
			expect((await installRun(session, { runId: RUN, scripts, owner: A })).written).toEqual(["cutover.sh"]);
			put(`${runDir(RUN)}/started.prepare-1`, "boot 1\n");
			expect((await installRun(session, { runId: RUN, scripts, owner: A })).written).toEqual([]);
			const changed = { ...scripts, revert: script("echo another way back\n") };
			await expect(installRun(session, { runId: RUN, scripts: changed, owner: A })).rejects.toMatchObject({
				code: "remote.scripts-differ",
				values: { script: "revert.sh" },
			});
			await expect(
				installRun(session, { runId: RUN, scripts: { ...scripts, cutover: { text: "a", sha256: "b" } }, owner: A }),
			).rejects.toThrow(RangeError);
		});

		it("brings what the scripts need besides, and nothing over the run's own files", async () => {
			const session = node.session();
			const bytes = randomBytes(900_000);
			const archive = { name: "crictl.tar.gz", bytes, sha256: createHash("sha256").update(bytes).digest("hex") };
			const run = { runId: RUN, scripts: smallRun(RUN), owner: A };
			expect((await installRun(session, { ...run, attachments: [archive] })).written).toContain("crictl.tar.gz");
			expect(readFileSync(node.path(`${runDir(RUN)}/crictl.tar.gz`)).equals(bytes)).toBe(true);
			expect((await installRun(session, { ...run, attachments: [archive] })).written).toEqual([]);
			for (const name of ["../x", "a/b", "log", "revert.sh", "A", ""]) {
				await expect(installRun(session, { ...run, attachments: [{ ...archive, name }] }), name).rejects.toThrow(RangeError);
			}
			await expect(installRun(session, { ...run, attachments: [{ ...archive, bytes: Buffer.from("x") }] })).rejects.toThrow(RangeError);
		});

		it("does not follow a link that somebody laid in its way", async () => {
			mkdirSync(node.path("/var/lib/elsewhere"));
			symlinkSync("/var/lib/elsewhere", node.path("/var/lib/gantry"));
			await expect(installRun(node.session(), { runId: RUN, scripts: smallRun(RUN), owner: A })).rejects.toMatchObject({
				code: "remote.unsafe-folder",
				values: { path: "/var/lib/gantry" },
			});
		});

		it("is refused while another console's run is undecided, and names the owner", async () => {
			const session = node.session();
			await installRun(session, { runId: RUN, scripts: smallRun(RUN), owner: A });
			const refused = { code: "remote.locked-by", values: { console: "console-a", fence: "5", run: RUN } };
			await expect(installRun(session, { runId: OTHER, scripts: smallRun(OTHER), owner: B })).rejects.toMatchObject(refused);
			put(`${runDir(RUN)}/final`, "committed\n");
			expect((await installRun(session, { runId: OTHER, scripts: smallRun(OTHER), owner: B })).ownership).toBe("taken");
			expect(owner()).toBe(`console-b 6 ${OTHER}\n`);
			// The lower number is the older console, whatever it believes to own.
			await expect(installRun(session, { runId: RUN, scripts: smallRun(RUN), owner: A })).rejects.toMatchObject({
				code: "remote.locked-by",
				values: { console: "console-b", fence: "6", run: OTHER },
			});
		});

		it("is refused while a cutover of any other run is not final, even of its own console or without an owner file", async () => {
			const session = node.session();
			await installRun(session, { runId: RUN, scripts: smallRun(RUN), owner: A });
			put(`${runDir(RUN)}/started.cutover`, "boot 1\n");
			await expect(installRun(session, { runId: OTHER, scripts: smallRun(OTHER), owner: A })).rejects.toMatchObject({
				code: "remote.locked-by",
				values: { run: RUN },
			});
			rmSync(node.path(OWNER_FILE));
			await expect(installRun(session, { runId: OTHER, scripts: smallRun(OTHER), owner: A })).rejects.toMatchObject({
				code: "remote.locked-by",
				values: { console: "-", run: RUN },
			});
		});

		it("is adopted by a console with a higher number only, and its first console then may do nothing", async () => {
			const session = node.session();
			await installRun(session, { runId: RUN, scripts: smallRun(RUN), owner: A });
			const lower = { consoleId: "console-b", fence: 5 };
			await expect(takeOwnership(session, RUN, lower)).rejects.toMatchObject({ code: "remote.locked-by" });
			expect(await takeOwnership(session, RUN, B)).toBe("taken");
			expect(owner()).toBe(`console-b 6 ${RUN}\n`);
			await expect(takeOwnership(session, RUN, A)).rejects.toMatchObject({ code: "remote.locked-by" });
			await expect(installRun(session, { runId: RUN, scripts: smallRun(RUN), owner: A })).rejects.toMatchObject({
				code: "remote.locked-by",
			});
			await expect(takeOwnership(session, OTHER, B)).rejects.toMatchObject({ code: "remote.no-run" });
		});

		it("goes on under its own lock, and waits for nobody else's", async () => {
			const session = node.session();
			await installRun(session, { runId: RUN, scripts: smallRun(RUN), owner: A });
			const holder = node.spawn(`exec 9>>${LOCK_FILE}; flock 9; echo held; exec sleep 60`);
			await new Promise((resolve) => holder.stdout.once("data", resolve));
			try {
				expect((await installRun(session, { runId: RUN, scripts: smallRun(RUN), owner: A })).ownership).toBe("held");
				await expect(takeOwnership(session, RUN, B)).rejects.toMatchObject({ code: "remote.locked-by", values: { run: RUN } });
				rmSync(node.path(OWNER_FILE));
				await expect(installRun(session, { runId: OTHER, scripts: smallRun(OTHER), owner: A })).rejects.toMatchObject({
					code: "remote.lock-busy",
					retryable: true,
				});
			} finally {
				holder.kill("SIGKILL");
			}
		});

		it("gives the node free when it is over, and not before", async () => {
			const session = node.session();
			await installRun(session, { runId: RUN, scripts: smallRun(RUN), owner: A });
			put(`${runDir(RUN)}/started.prepare-1`, "boot 1\n");
			await expect(releaseOwner(session, RUN)).rejects.toMatchObject({ code: "remote.not-final" });
			put(`${runDir(RUN)}/final`, "cleaned\n");
			await expect(releaseOwner(session, RUN, B)).rejects.toMatchObject({ code: "remote.locked-by" });
			expect(await releaseOwner(session, OTHER)).toBe("not-ours");
			expect(existsSync(node.path(OWNER_FILE))).toBe(true);
			expect(await releaseOwner(session, RUN, A)).toBe("released");
			expect(existsSync(node.path(OWNER_FILE))).toBe(false);
			expect(await releaseOwner(session, RUN, A)).toBe("released");
		});
	});
}

describe.skipIf(localNodeObstacle("dash") !== "")("two consoles at once", () => {
	let node: LocalNode;
	beforeAll(async () => {
		node = new LocalNode("dash");
		await node.ready();
	});
	afterAll(() => node.dispose());

	it("never both own the node", async () => {
		for (let round = 0; round < 25; round++) {
			const ids = [`first${String(round).padStart(5, "0")}`, `second${String(round).padStart(5, "0")}`] as const;
			const attempts = await Promise.allSettled([
				installRun(node.session(), { runId: ids[0], scripts: smallRun(ids[0]), owner: { consoleId: "console-a", fence: 1 } }),
				installRun(node.session(), { runId: ids[1], scripts: smallRun(ids[1]), owner: { consoleId: "console-b", fence: 1 } }),
			]);
			const winners = attempts.flatMap((attempt, i) => (attempt.status === "fulfilled" ? [ids[i]!] : []));
			expect(winners).toHaveLength(1);
			expect(readFileSync(node.path(OWNER_FILE), "utf8")).toContain(` 1 ${winners[0]}\n`);
			for (const attempt of attempts) if (attempt.status === "rejected") expect(attempt.reason).toMatchObject({ code: "remote.locked-by" });
			writeFileSync(node.path(`${runDir(winners[0]!)}/final`), "cleaned\n");
		}
	});
});
