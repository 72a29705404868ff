import { describe, expect, it } from "vitest";
import { CORE } from "../../server/plan/shell/core.ts";
import { UNITS } from "../../server/plan/shell/units.ts";
import { cleanUp } from "../../server/remote/clean.ts";
import { extendDeadline } from "../../server/remote/deadline.ts";
import type { FleetNode } from "./fleet.ts";
import { CONSOLE, NodeRun } from "./node-run.ts";
import { filesOf, unitsOf } from "./node-state.ts";
import { podsRun, RESTART_KUBELET, type SafetyNodes } from "./safety-nodes.ts";

const stateOf = async (node: FleetNode) => ({ files: await filesOf(node), units: await unitsOf(node) });
const active = (node: FleetNode, units: string) =>
	node.exec(`systemctl is-active ${units}`).then(({ stdout }) => stdout.trim().split("\n"));
const kubeletPid = (node: FleetNode) => node.must("systemctl show -p MainPID kubelet");

/** The words of the scripts about units, and then `body`. */
const withUnits = (body: string) => `RUN_ID=wordsonly\n${CORE}\n${UNITS}\n${body}`;

/** Registers the tests; `nodes` gives the lent nodes once they are there. */
export function scripts(nodes: () => SafetyNodes): void {
	describe.concurrent("rule 7: stopping a unit", () => {
		it("kills what ignores TERM, leaves no job behind, and a later start is not undone", () =>
			nodes().on(async (node) => {
				await node.must(
					"cat >/run/systemd/system/gantry-test-stubborn.service && systemctl daemon-reload && systemctl start gantry-test-stubborn",
					{
						input: "[Service]\nTimeoutStopSec=300\nExecStart=/bin/sh -c 'trap \"\" TERM; while :; do sleep 1; done'\n",
					},
				);
				const said = await node.must(
					withUnits(`stop_unit gantry-test-stubborn.service 2; echo "stop $?"
	unit_state gantry-test-stubborn.service; echo "$STATE job [$JOB]"
	start_unit gantry-test-stubborn.service 5; echo "start $?"
	main=$(systemctl show -p MainPID gantry-test-stubborn.service)
	uptime_s; until=$((NOW + 4)); changed=0
	while [ "$NOW" -lt "$until" ]; do
		[ "$(systemctl show -p MainPID gantry-test-stubborn.service)" = "$main" ] || changed=1
		uptime_s
	done
	echo "changed $changed"; systemctl is-active gantry-test-stubborn.service`),
				);
				expect(said.split("\n").filter((line) => !line.startsWith("##gantry"))).toEqual([
					"stop 0",
					"failed job []",
					"start 0",
					"changed 0",
					"active",
					"",
				]);
				expect(said).toContain("note unit-killed unit=gantry-test-stubborn.service");
			}));
	});

	describe.concurrent("rule 8: start limits", () => {
		it("starting Docker six times within a minute is not refused", () =>
			nodes().on(async (node) => {
				await node.must("systemctl stop kubelet docker.socket");
				const began = Date.now();
				const said = await node.must(
					withUnits('for n in 1 2 3 4 5 6; do stop_unit docker.service 30; start_unit docker.service 30; echo "start $?"; done'),
					{ timeoutMs: 120_000 },
				);
				expect(said).toBe("start 0\n".repeat(6));
				expect(Date.now() - began).toBeLessThan(60_000);
			}));
	});

	describe.concurrent("rule 9: a script starts once", () => {
		it("a transient unit that is started again does nothing, and a second attempt is its own", () =>
			nodes().on(async (node) => {
				const run = await NodeRun.migration(node);
				await run.install();
				await run.succeed("prepare");
				const log = await run.log();
				await node.must(`systemd-run -q --wait --unit=gantry-${run.id}-prepare-1 /bin/sh ${run.dir}/prepare.sh prepare-1`);
				expect(await run.log()).toBe(log);
				await run.succeed("prepare", 2);
				const again = (await run.log()).slice(log.length);
				expect(again).toContain("end snapshot skip");
				expect(again).toContain("end stage-files ok");
				expect((await run.status()).exits).toMatchObject({ "prepare-1": { code: 0 }, "prepare-2": { code: 0 } });
				await run.succeed("cutover");
			}));
	});

	describe.concurrent("rule 12: effects, not stamps", () => {
		it("a step whose effect holds is skipped, and false stamps keep the revert from nothing", () =>
			nodes().on(async (node) => {
				const before = await stateOf(node);
				const run = await NodeRun.migration(node, { pauseBefore: ["stop-kubelet", "stop-docker"] });
				await run.upTo("stop-kubelet");
				await node.must("systemctl stop kubelet");
				await run.go("stop-kubelet");
				await run.reached("stop-docker");
				await node.must("systemctl stop docker.socket docker.service");
				await run.go("stop-docker");
				expect(await run.ended("cutover")).toEqual({ kind: "exited", code: 0 });
				const log = await run.log();
				for (const step of ["stop-kubelet", "stop-docker"]) expect(log).toContain(`end ${step} skip`);
				const boot = (await node.must("cat /proc/sys/kernel/random/boot_id")).trim();
				await node.must(`cd ${run.dir}; echo "${boot} 1.0" >started.revert; echo "0 ${boot} 2.0" >exit.revert`);
				await extendDeadline(await run.live(), run.id, 1, CONSOLE);
				expect(await run.final()).toBe("reverted");
				await podsRun(node);
				expect(await stateOf(node)).toEqual(before);
			}));
	});

	describe.concurrent("rule 13: a kubelet that exits at once", () => {
		it("for an unknown flag is no started kubelet, and the node goes back", () =>
			nodes().on(async (node) => {
				// The flag is there only beside containerd's: what the plan could not know.
				await node.must(`cat >/etc/systemd/system/kubelet.service.d/20-late.conf && systemctl daemon-reload; ${RESTART_KUBELET}`, {
					input: `[Service]
	EnvironmentFile=-/run/late.env
	ExecStartPre=/bin/sh -c 'if grep -q remote /var/lib/kubelet/kubeadm-flags.env; then echo LATE=--no-such-flag; fi >/run/late.env'
	ExecStart=
	ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS $LATE
	`,
				});
				await podsRun(node);
				const before = await stateOf(node);
				const run = await NodeRun.migration(node);
				await run.install();
				await run.succeed("prepare");
				await run.start("cutover");
				const since = new Date();
				expect(await run.final()).toBe("reverted");
				expect(await run.log()).toMatch(/cause (kubelet-restarts|unit-did-not-start unit=kubelet)/);
				expect(await run.log()).toContain("unknown flag: --no-such-flag");
				await podsRun(node);
				await node.waitReady({ runtime: "docker://", since });
				expect(await stateOf(node)).toEqual(before);
			}));
	});

	describe.concurrent("rule 17: what was planned and what lies there", () => {
		it.each([
			["a target file", "echo '# puppet was here' >>/etc/containerd/config.toml"],
			["the kubelet's flags", "echo KUBELET_MORE=1 >>/var/lib/kubelet/kubeadm-flags.env"],
			["a staged file", "for file in /etc/containerd/.config.toml.gantry-*.new; do echo >>$file; done"],
		])("%s changed after prepare: nothing is armed, nothing is stopped", (_what, change) =>
			nodes().on(async (node) => {
				const run = await NodeRun.migration(node);
				await run.install();
				await run.succeed("prepare");
				await node.must(change);
				const before = await stateOf(node);
				const pid = await kubeletPid(node);
				await run.start("cutover");
				expect(await run.ended("cutover")).toEqual({ kind: "exited", code: 1 });
				expect(await run.log()).toContain("cause file-changed path=");
				expect(await run.status()).toMatchObject({ decision: "none", final: "", deadline: null, triggers: { revert: false, boot: false } });
				expect(await kubeletPid(node)).toBe(pid);
				expect(await active(node, "docker containerd")).toEqual(["active", "active"]);
				await node.must(`systemctl reset-failed gantry-${run.id}-cutover.service`);
				expect(await stateOf(node)).toEqual(before);
			}),
		);
	});

	describe.concurrent("a cancelled prepare", () => {
		it("leaves nothing of ours on the node, and nothing was stopped", () =>
			nodes().on(async (node) => {
				const images = () => node.must("ctr -n k8s.io images ls -q | sort");
				const before = { ...(await stateOf(node)), images: await images(), pid: await kubeletPid(node) };
				const run = await NodeRun.migration(node);
				await run.install();
				await run.succeed("prepare");
				expect(await images()).not.toBe(before.images);
				expect(await cleanUp(await run.live(), run.id, CONSOLE)).toEqual({ kind: "cleaned" });
				expect({ ...(await stateOf(node)), images: await images(), pid: await kubeletPid(node) }).toEqual(before);
				expect(await node.must("ls /var/lib/gantry")).toBe("lock\nowner\nruns\n");
				expect(await run.status()).toMatchObject({ decision: "revert", final: "cleaned" });
				await podsRun(node);
			}));
	});
}
