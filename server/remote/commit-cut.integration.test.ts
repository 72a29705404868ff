import { spawnSync } from "node:child_process";
import { lstatSync, mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runDir } from "../plan/layout.ts";
import type { NodeSession } from "../ssh/session.ts";
import { commit } from "./commit.ts";
import { DISARM_WORDS } from "./disarm.ts";
import { triggerFiles, verifiedRun } from "./testing/armed-run.ts";
import { LocalNode, type LocalShell, localNodeObstacle } from "./testing/local-session.ts";

const DISARM = DISARM_WORDS.split("disarm() {\n")[1]?.split("\treturn 0\n}")[0] ?? "";

/** The commands of a script's body, with `disarm` written out, at whose ends it can be broken off. */
function lines(script: string): { head: string; rows: string[] } {
	const [head = "", body = ""] = script.split("main() {\n");
	const whole = (body.split("\nfinish\n}")[0] ?? "").replace(/^disarm$/m, () => DISARM);
	return { head, rows: whole.split("\n") };
}

/** A session whose scripts are killed after so many lines; `false` where a script cannot be broken off there. */
function broken(session: NodeSession, after: number): NodeSession {
	return {
		label: session.label,
		open: true,
		run: (script, options) => {
			const { head, rows } = lines(script);
			return session.run(`${head}\nmain() {\n${rows.slice(0, after).join("\n")}\nkill -KILL $$\n}\nmain </dev/null\n`, options);
		},
		upload: session.upload.bind(session),
		close: () => session.close(),
	};
}

/** After how many lines commit's script can be broken off: what stands before is a whole number of commands. */
async function breaks(session: NodeSession, runId: string): Promise<number[]> {
	let sent = "";
	const spy: NodeSession = {
		...session,
		label: "",
		open: true,
		close: () => {},
		upload: session.upload,
		run: (script) => {
			sent = script;
			return Promise.resolve({ exitCode: 0, stdout: Buffer.from("decision commit\nleft\nend\n"), stderr: "", durationMs: 0 });
		},
	};
	await commit(spy, runId);
	const { rows } = lines(sent);
	return rows.map((_, i) => i + 1).filter((after) => spawnSync("dash", ["-n"], { input: rows.slice(0, after).join("\n") }).status === 0);
}

for (const shell of ["dash", "busybox"] satisfies LocalShell[]) {
	const obstacle = localNodeObstacle(shell);
	if (obstacle) console.warn(`NOT RUN: server/remote on ${shell}: ${obstacle}`);

	describe.skipIf(obstacle !== "")(`a commit that is cut (${shell})`, () => {
		let node: LocalNode;
		beforeAll(async () => {
			node = new LocalNode(shell);
			await node.ready();
			mkdirSync(node.path("/var/lib/gantry"), { recursive: true });
		});
		afterAll(() => node.dispose());

		const linkTarget = (path: string) => {
			try {
				return readlinkSync(path);
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

		it("at any line leaves the node protected or committed, and is whole after a second try", async () => {
			const session = node.session();
			const places = await breaks(session, "cutnothing");
			expect(places.length).toBeGreaterThan(20);
			let undecided = 0;
			for (const after of places) {
				const runId = `cut${String(after).padStart(6, "0")}`;
				const dir = node.path(runDir(runId));
				verifiedRun(node, runId);
				await commit(broken(session, after), runId).catch((error) => expect(error).toMatchObject({ retryable: true }));
				const decision = linkTarget(`${dir}/decision`);
				if (decision === "none") {
					undecided++;
					expect(triggersLeft(), `line ${after}`).toEqual(triggerFiles());
				} else expect(decision).toBe("commit");
				expect(await commit(session, runId), `line ${after}`).toBe("commit");
				expect(triggersLeft(), `line ${after}`).toEqual([]);
				expect(readFileSync(`${dir}/final`, "utf8")).toBe("committed\n");
			}
			expect(undecided).toBeGreaterThan(0);
			expect(undecided).toBeLessThan(places.length);
		});

		it("before its decision gives way to a revert", async () => {
			const session = node.session();
			const runId = "cutrevert1";
			verifiedRun(node, runId);
			await commit(broken(session, 3), runId).catch(() => {});
			symlinkSync("revert", `${node.path(runDir(runId))}/decision`);
			expect(await commit(session, runId)).toBe("revert");
			expect(triggersLeft()).toEqual(triggerFiles());
			rmSync(node.path(runDir(runId)), { recursive: true });
		});
	});
}
