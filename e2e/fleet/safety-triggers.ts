import { describe, expect, it } from "vitest";
import { extendDeadline } from "../../server/remote/deadline.ts";
import type { FleetNode } from "./fleet.ts";
import { CONSOLE, NodeRun } from "./node-run.ts";
import { filesOf, unitsOf } from "./node-state.ts";
import { until } from "./process.ts";
import { podsRun, RESTART_KUBELET, type SafetyNodes } from "./safety-nodes.ts";

interface Before {
	files: string;
	units: string;
}

const stateOf = async (node: FleetNode): Promise<Before> => ({ files: await filesOf(node), units: await unitsOf(node) });

/** As it was before the run, and at work: on Docker, with each pod running once. */
async function asBefore(node: FleetNode, before: Before, since: Date): Promise<void> {
	await podsRun(node);
	await node.waitReady({ runtime: "docker://", since });
	expect(await filesOf(node)).toBe(before.files);
	expect(await unitsOf(node)).toBe(before.units);
}

async function noBrokenCycle(node: FleetNode): Promise<void> {
	expect((await node.exec("journalctl -b --no-pager -o cat | grep -iE 'ordering cycle|breaking (the )?cycle'")).stdout).toBe("");
}

/** Flags where a hand-made cluster keeps them: in the unit's drop-in, which the manager reads only when told. */
async function flagsInDropIn(node: FleetNode): Promise<void> {
	await node.must(`flags=$(sed -n 's/^KUBELET_KUBEADM_ARGS="\\(.*\\)"$/\\1/p' /var/lib/kubelet/kubeadm-flags.env)
rm /var/lib/kubelet/kubeadm-flags.env
sed -i "s|^ExecStart=/usr/bin/kubelet.*|& $flags|" /etc/systemd/system/kubelet.service.d/10-kubeadm.conf
systemctl daemon-reload; ${RESTART_KUBELET}`);
	await podsRun(node);
}

/** Registers the tests; `nodes` gives the lent nodes once they are there. */
export function triggers(nodes: () => SafetyNodes): void {
	describe.concurrent("rule 2: two triggers", () => {
		it("the timer takes the node back with nobody watching, and Docker is Ready by itself", () =>
			nodes().on(async (node) => {
				const before = await stateOf(node);
				const run = await NodeRun.migration(node);
				await run.install();
				await run.succeed("prepare");
				await run.succeed("cutover");
				expect(await run.status()).toMatchObject({
					decision: "none",
					timerS: run.plan.revertAfterS,
					triggers: { revert: true, boot: true },
				});
				const since = new Date();
				// Only the unit is changed and started anew, by hand on the node; then nobody is connected.
				run.close();
				await node.must(`sed -i 's/^OnActiveSec=.*/OnActiveSec=2/' /run/systemd/system/gantry-revert.timer
	systemctl daemon-reload; systemctl restart gantry-revert.timer`);
				await until(
					"final state",
					120_000,
					async () => ((await node.exec(`cat ${run.dir}/final`)).stdout === "reverted\n" ? true : undefined),
					() => run.log(),
				);
				await until("end of the revert", 20_000, async () =>
					(await node.exec("systemctl is-active gantry-revert.service")).code !== 0 ? true : undefined,
				);
				process.stderr.write(`the timer's revert took ${Date.now() - since.getTime()} ms\n`);
				await asBefore(node, before, since);
				expect(await run.commit()).toBe("revert");
			}));

		// Each of these leaves another mixture of old and new on the disk.
		const CUTS = [
			{ step: "stop-docker", how: "powerCut" },
			{ step: "start-containerd", how: "reboot" },
			{ step: "start-kubelet", how: "powerCut" },
		] as const;
		it.each(CUTS)("a $how before $step: the next boot takes revert, the one after changes nothing", ({ step, how }) =>
			nodes().on(async (node) => {
				if (step === "start-kubelet") await flagsInDropIn(node);
				const before = await stateOf(node);
				const run = await NodeRun.migration(node, { pauseBefore: [step] });
				await run.upTo(step);
				const began = Date.now();
				await node[how]();
				const took = Date.now() - began;
				const since = new Date();
				await node.waitUp();
				expect(await run.final()).toBe("reverted");
				expect((await run.status()).decision).toBe("revert");
				await asBefore(node, before, since);
				await noBrokenCycle(node);
				// Rule 11: what runs in the cutover does not hold a shutdown up.
				if (how === "reboot") expect(took).toBeLessThan(30_000);
				const log = await run.log();
				await node.powerCut();
				const again = new Date();
				await node.waitUp();
				await asBefore(node, before, again);
				await noBrokenCycle(node);
				expect(await run.log()).toBe(log);
			}),
		);

		it("a revert that a power cut ends in the middle is finished by the next boot", () =>
			nodes().on(async (node) => {
				const before = await stateOf(node);
				const run = await NodeRun.migration(node);
				await run.install();
				await run.succeed("prepare");
				await run.succeed("cutover");
				await podsRun(node);
				await extendDeadline(await run.live(), run.id, 1, CONSOLE);
				await run.logged("begin stop-containerd");
				await node.powerCut();
				const since = new Date();
				await node.waitUp();
				expect(await run.final()).toBe("reverted");
				await asBefore(node, before, since);
				await noBrokenCycle(node);
			}));

		it("a way back by hand after the commit survives a power cut too", () =>
			nodes().on(async (node) => {
				const before = await stateOf(node);
				const run = await NodeRun.migration(node);
				await run.install();
				await run.succeed("prepare");
				await run.succeed("cutover");
				expect(await run.commit()).toBe("commit");
				await podsRun(node);
				await node.must(`systemd-run -q --unit=gantry-test-hand /bin/sh ${run.dir}/revert.sh by-hand`);
				await run.logged("begin restore-files");
				await node.powerCut();
				const since = new Date();
				await node.waitUp();
				await until(
					"reverted",
					60_000,
					// A session that the power cut ended is asked again within the limit.
					async () => ((await run.status().catch(() => undefined))?.final === "reverted" ? true : undefined),
					() => run.log(),
				);
				await asBefore(node, before, since);
			}));
	});

	describe.concurrent("rule 3: the revert ends a forward that hangs", () => {
		it("kills its whole cgroup and gets its lock; the time began anew when it was extended", () =>
			nodes().on(async (node) => {
				const before = await stateOf(node);
				const run = await NodeRun.migration(node, { pauseBefore: ["stop-containerd"] });
				await run.upTo("stop-containerd");
				const armed = await run.status();
				const first = armed.deadline?.uptimeS ?? 0;
				// Both are in whole seconds: within the one in which it was armed the time would end in the same.
				await until("the second after it was armed", 5_000, async () =>
					(await run.status()).now.uptimeS > first - (armed.timerS ?? 0) ? true : undefined,
				);
				const extended = await extendDeadline(await run.live(), run.id, undefined, CONSOLE);
				expect(extended.decision).toBe("none");
				expect(extended.deadline?.uptimeS).toBeGreaterThan(first);
				// Stopped processes hold the lock, and no signal but KILL reaches them.
				await node.must(`systemctl kill -s STOP gantry-${run.id}-cutover.service`);
				expect((await node.exec("flock -n /var/lib/gantry/lock true")).code).toBe(1);
				const since = new Date();
				await extendDeadline(await run.live(), run.id, 1, CONSOLE);
				expect(await run.final()).toBe("reverted");
				await asBefore(node, before, since);
				// Nothing of the forward went on beside the revert.
				expect(await run.log()).not.toContain("begin put-runtime-files");
			}));

		it("waits for a foreign process that holds the lock for two minutes, and then goes back", { timeout: 420_000 }, () =>
			nodes().on(async (node) => {
				const before = await stateOf(node);
				const run = await NodeRun.migration(node, { pauseBefore: ["stop-containerd"] });
				await run.upTo("stop-containerd");
				// It stands in the queue before the revert does, and gets the lock when forward is ended.
				await node.must("systemd-run -q --unit=gantry-test-holder flock /var/lib/gantry/lock sleep 120");
				await extendDeadline(await run.live(), run.id, 1, CONSOLE);
				await run.logged("note revert-waits-for-lock");
				const held = await node.must("systemctl show -p ActiveEnterTimestampMonotonic --value gantry-test-holder");
				const since = new Date();
				expect(await run.final(300_000)).toBe("reverted");
				const began = (await run.status()).started["revert"]?.uptimeS ?? 0;
				expect(began - Number(held) / 1e6).toBeGreaterThan(110);
				await asBefore(node, before, since);
			}),
		);

		it("goes back at once from a forward that somebody kills, without waiting for the timer", () =>
			nodes().on(async (node) => {
				const run = await NodeRun.migration(node, { pauseBefore: ["put-runtime-files"] });
				await run.upTo("put-runtime-files");
				const since = new Date();
				await node.must(`kill -KILL $(pgrep -f '^/bin/sh ${run.dir}/cutover.sh locked')`);
				expect(await run.final()).toBe("reverted");
				await podsRun(node);
				await node.waitReady({ runtime: "docker://", since });
			}));
	});

	describe.concurrent("rule 1: one decision", () => {
		it("a revert after the commit does nothing, by whatever calls it", () =>
			nodes().on(async (node) => {
				const run = await NodeRun.migration(node);
				await run.install();
				await run.succeed("prepare");
				await run.succeed("cutover");
				expect(await run.commit()).toBe("commit");
				const after = await stateOf(node);
				for (const mode of ["armed", "boot", "prepared-only"]) expect((await node.exec(`sh ${run.dir}/revert.sh ${mode}`)).code).toBe(0);
				expect((await node.exec("systemctl start gantry-revert.service")).code).not.toBe(0);
				expect(await stateOf(node)).toEqual(after);
				expect(await run.status()).toMatchObject({ decision: "commit", final: "committed" });
			}));
	});
}
