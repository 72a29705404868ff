import { readlinkSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runDir } from "../plan/layout.ts";
import { commit } from "./commit.ts";
import { verifiedRun } from "./testing/armed-run.ts";
import { LocalNode, localNodeObstacle } from "./testing/local-session.ts";

const ROUNDS = 300;
const obstacle = localNodeObstacle("dash");
if (obstacle) console.warn(`NOT RUN: the race of commit and revert: ${obstacle}`);

describe.skipIf(obstacle !== "")("commit against revert", () => {
	let node: LocalNode;
	beforeAll(async () => {
		node = new LocalNode("dash");
		await node.ready();
	});
	afterAll(() => node.dispose());

	it(`has one winner each time, and both sides know which (${ROUNDS} rounds)`, { timeout: 300_000 }, async () => {
		const session = node.session();
		const won = { commit: 0, revert: 0 };
		/** How long the revert waits for the commit (below zero: the commit for it), so that both come at once: moved towards whoever lost last. */
		let aimMs = 5;
		for (let round = 0; round < ROUNDS; round++) {
			const runId = `race${String(round).padStart(6, "0")}`;
			verifiedRun(node, runId);
			const committing = pause(Math.max(0, -aimMs)).then(() => commit(session, runId));
			const reverting = new Promise<string>((resolve) => {
				setTimeout(
					() => {
						const other = node.spawn(`ln -s revert ${runDir(runId)}/decision 2>/dev/null; readlink ${runDir(runId)}/decision`);
						let said = "";
						other.stdout.on("data", (bytes: Buffer) => {
							said += bytes.toString();
						});
						other.on("close", () => resolve(said.trim()));
					},
					Math.max(0, aimMs),
				);
			});
			const [console_, timer] = await Promise.all([committing, reverting]);
			const stands = readlinkSync(`${node.path(runDir(runId))}/decision`);
			expect([console_, timer], `round ${round}`).toEqual([stands, stands]);
			won[console_]++;
			aimMs += console_ === "commit" ? -1 : 1;
		}
		expect(won.commit + won.revert).toBe(ROUNDS);
		expect(Math.min(won.commit, won.revert), JSON.stringify(won)).toBeGreaterThan(ROUNDS / 10);
	});
});
