import { describe, expect, it } from "vitest";
import { commit } from "../../server/remote/commit.ts";
import { takeOwnership } from "../../server/remote/owner.ts";
import { listRuns } from "../../server/remote/runs.ts";
import { CONSOLE, NodeRun } from "./node-run.ts";
import type { SafetyNodes } from "./safety-nodes.ts";

const ROUNDS = 200;

/** The very script that a commit sends to a node. */
async function commitScript(runId: string): Promise<string> {
	let sent = "";
	const run = async (script: string) => {
		sent = script;
		throw new Error("only read");
	};
	await commit({ label: "", open: true, run, upload: run, close: () => {} }, runId).catch(() => {});
	return sent;
}

/**
 * On the node, round after round: a verified run, its revert armed by a real timer, and a commit that aims at the moment when
 * the timer fires. Prints a line a round: what the commit said, the decision, who says it won, and what is left armed.
 */
const RACE = `cd /run/gantry-test-race; aim=100
printf '#!/bin/sh\\nexit 0\\n' >/usr/local/sbin/sync; chmod +x /usr/local/sbin/sync
unit() { sed "s/RUNID/$run/g" "$1" >"/run/systemd/system/$1"; }
round=0
while [ "$round" -lt ROUNDS ]; do
	round=$((round + 1)); run=racer$(printf %03d "$round"); dir=/var/lib/gantry/runs/$run
	mkdir -p "$dir"; sed "s/RUNID/$run/g" revert.sh >"$dir/revert.sh"; sed "s/RUNID/$run/g" commit.sh >commit.now
	echo "0 boot 1" >"$dir/exit.cutover"
	unit gantry-revert.service; unit gantry-revert.timer
	systemctl daemon-reload; systemctl restart gantry-revert.timer
	sleep "$(printf '0.%03d' "$aim")"
	sh ./commit.now >said
	tries=0
	while [ ! -e "$dir/won" ] && [ ! -e "$dir/final" ] && [ "$tries" -lt 200 ]; do tries=$((tries + 1)); sleep 0.05; done
	decision=$(readlink "$dir/decision")
	armed=$(ls /run/systemd/system | grep -c '^gantry-revert' || :)
	echo "$(sed -n 's/^decision //p' said) $decision $(cat "$dir/won" 2>/dev/null) $(cat "$dir/final" 2>/dev/null) $armed"
	if [ "$decision" = commit ]; then aim=$((aim + 3)); elif [ "$aim" -gt 3 ]; then aim=$((aim - 3)); fi
	systemctl stop gantry-revert.timer 2>/dev/null || :
done`;

/** Registers the tests; `nodes` gives the lent nodes once they are there. */
export function race(nodes: () => SafetyNodes): void {
	describe.concurrent("rule 1: one decision", () => {
		it(
			`${ROUNDS} races of a commit with the timer have one winner each, and what was said is what the node did`,
			() =>
				nodes().on(async (node) => {
					const run = await NodeRun.migration(node);
					// The compiled script as far as its decision: the winner says so and does no more.
					const decided = run.plan.scripts.revert.text.replace(/^\ttake_decision\n/m, '$&\techo "revert" >"$RUN/won"; exit 0\n');
					expect(decided).not.toBe(run.plan.scripts.revert.text);
					const unit = /REVERT_SERVICE_UNIT='([^']*)'/.exec(run.plan.scripts.cutover.text)?.[1] ?? "";
					const timer = /REVERT_TIMER_UNIT='([^']*)'/.exec(run.plan.scripts.cutover.text)?.[1] ?? "";
					const files = {
						"revert.sh": decided,
						"commit.sh": await commitScript(run.id),
						"gantry-revert.service": unit,
						"gantry-revert.timer": timer.replace(/^OnActiveSec=.*$/m, "OnActiveSec=250ms").replace("AccuracySec=1s", "AccuracySec=1ms"),
						"race.sh": RACE.replace("ROUNDS", String(ROUNDS)),
					};
					await node.must("mkdir -p /run/gantry-test-race");
					for (const [name, text] of Object.entries(files)) {
						await node.must(`cat >/run/gantry-test-race/${name}`, { input: text.replaceAll(run.id, "RUNID") });
					}
					const rounds = (await node.must("sh /run/gantry-test-race/race.sh", { timeoutMs: 900_000 })).trim().split("\n");
					expect(rounds).toHaveLength(ROUNDS);
					const outcomes = ["commit commit  committed 0", "revert revert revert  2"];
					expect(rounds.filter((line) => !outcomes.includes(line))).toEqual([]);
					const [commits = 0, reverts = 0] = outcomes.map((outcome) => rounds.filter((line) => line === outcome).length);
					process.stderr.write(`${commits} commits and ${reverts} reverts won\n`);
					expect(Math.min(commits, reverts)).toBeGreaterThan(ROUNDS / 20);
				}),
			1_200_000,
		);
	});

	describe.concurrent("rule 21: a second console", () => {
		it("finds the undecided run, takes it over by a higher number, and only then decides", () =>
			nodes().on(async (node) => {
				const run = await NodeRun.migration(node);
				await run.install();
				await run.succeed("prepare");
				await run.succeed("cutover");
				const session = await run.live();
				const found = (await listRuns(session)).runs.find(({ runId }) => runId === run.id);
				expect(found).toMatchObject({ decision: "none", final: "", exited: expect.arrayContaining(["prepare-1", "cutover"]) });
				const other = { consoleId: "another-console", fence: CONSOLE.fence };
				await expect(takeOwnership(session, run.id, other)).rejects.toMatchObject({ code: "remote.locked-by" });
				await expect(commit(session, run.id, other)).rejects.toMatchObject({ code: "remote.locked-by" });
				expect(await takeOwnership(session, run.id, { ...other, fence: CONSOLE.fence + 1 })).toBe("taken");
				await expect(run.commit()).rejects.toMatchObject({ code: "remote.locked-by" });
				expect((await run.status()).decision).toBe("none");
				expect(await commit(session, run.id, { ...other, fence: CONSOLE.fence + 1 })).toBe("commit");
			}));
	});
}
