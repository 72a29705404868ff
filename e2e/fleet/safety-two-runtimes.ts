import { describe, expect, it } from "vitest";
import { extendDeadline } from "../../server/remote/deadline.ts";
import type { FleetNode } from "./fleet.ts";
import { CONSOLE, NodeRun } from "./node-run.ts";
import { filesOf, podProcesses, reservedAddresses, unitsOf } from "./node-state.ts";
import { until } from "./process.ts";
import { POD_PROCESS, PODS_PER_NODE, podsRun, type SafetyNodes } from "./safety-nodes.ts";

const state = (node: FleetNode, units: string) => node.exec(`systemctl is-active ${units}`).then(({ stdout }) => stdout.trim().split("\n"));

/** A drop-in of a foreign hand. */
function dropIn(node: FleetNode, unit: string, text: string): Promise<string> {
	return node.must(
		`mkdir -p /etc/systemd/system/${unit}.d && cat >/etc/systemd/system/${unit}.d/99-foreign.conf && systemctl daemon-reload`,
		{
			input: text,
		},
	);
}

/** Looks five times a second how often the pods' process runs, until it is read: the greatest number seen. */
async function watchPods(node: FleetNode): Promise<() => Promise<number>> {
	const script = `most=0
while [ ! -e /run/gantry-test-seen ]; do
	count=0
	for dir in /proc/[0-9]*; do case $(tr '\\0' ' ' <"$dir/cmdline" 2>/dev/null) in '${POD_PROCESS}'*) count=$((count + 1)) ;; esac; done
	[ "$count" -le "$most" ] || most=$count
	echo "$most" >/run/gantry-test-most
	sleep 0.2
done`;
	await node.must("cat >/run/gantry-test-watch && systemd-run -q --unit=gantry-test-watch /bin/sh /run/gantry-test-watch", {
		input: script,
	});
	return async () => Number(await node.must("touch /run/gantry-test-seen; cat /run/gantry-test-most"));
}

/** Registers the tests; `nodes` gives the lent nodes once they are there. */
export function twoRuntimes(nodes: () => SafetyNodes): void {
	describe.concurrent("rule 4: never two runtimes", () => {
		it("problem 22: a containerd that a foreign hand kills and breaks leaves each pod running once, on Docker", () =>
			nodes().on(async (node) => {
				const run = await NodeRun.migration(node);
				await run.install();
				await run.succeed("prepare");
				const most = await watchPods(node);
				await run.succeed("cutover");
				await podsRun(node);
				// The shims and their pods outlive it, and no runtime knows of them.
				await dropIn(node, "containerd.service", "[Service]\nExecStartPre=/bin/sh -c '! grep -q pause /etc/containerd/config.toml'\n");
				await node.must("systemctl kill -s KILL --kill-who=main containerd.service");
				expect(await podProcesses(node, POD_PROCESS)).toHaveLength(PODS_PER_NODE);
				const since = new Date();
				await extendDeadline(await run.live(), run.id, 1, CONSOLE);
				expect(await run.final()).toBe("reverted");
				await podsRun(node);
				expect(await most()).toBe(PODS_PER_NODE);
				expect((await node.must("docker ps -q --filter label=io.kubernetes.container.name=main")).trim().split("\n")).toHaveLength(
					PODS_PER_NODE,
				);
				await node.waitReady({ runtime: "docker://", since });
			}));

		it("a containerd killed between two steps fails the cutover, and the node goes back at once", () =>
			nodes().on(async (node) => {
				const run = await NodeRun.migration(node, { pauseBefore: ["put-kubelet-files"] });
				const most = await watchPods(node);
				await run.upTo("put-kubelet-files");
				expect(await podProcesses(node)).toEqual([]);
				await dropIn(node, "containerd.service", "[Service]\nExecStartPre=/bin/sh -c '! grep -q pause /etc/containerd/config.toml'\n");
				await node.must("systemctl kill -s KILL --kill-who=main containerd.service");
				await run.go("put-kubelet-files");
				expect(await run.final()).toBe("reverted");
				await podsRun(node);
				expect(await most()).toBe(PODS_PER_NODE);
				expect(await state(node, "kubelet docker containerd")).toEqual(["active", "active", "active"]);
			}));

		it("a kubelet that a foreign hand starts in the middle does not survive with the flags of before", () =>
			nodes().on(async (node) => {
				const run = await NodeRun.migration(node, { pauseBefore: ["stop-docker"] });
				const most = await watchPods(node);
				await run.upTo("stop-docker");
				await node.must("systemctl start kubelet");
				await podsRun(node);
				await run.go("stop-docker");
				const ended = await run.ended("cutover");
				if (ended.kind === "exited" && ended.code === 0) {
					expect(await state(node, "kubelet docker.service docker.socket")).toEqual(["active", "inactive", "inactive"]);
				} else expect(await run.final()).toBe("reverted");
				await podsRun(node);
				expect(await most()).toBe(PODS_PER_NODE);
			}));
	});

	describe.concurrent("rule 5: a containerd that does not start", () => {
		it("sends the node back to Docker within the limits", () =>
			nodes().on(async (node) => {
				await dropIn(node, "containerd.service", "[Service]\nExecStartPre=/bin/sh -c '! grep -q pause /etc/containerd/config.toml'\n");
				const run = await NodeRun.migration(node);
				const before = await filesOf(node);
				await run.install();
				await run.succeed("prepare");
				const began = Date.now();
				await run.start("cutover");
				expect(await run.final()).toBe("reverted");
				process.stderr.write(`back on Docker ${Date.now() - began} ms after the cutover of a containerd that does not start began\n`);
				expect(Date.now() - began).toBeLessThan(120_000);
				expect(await run.log()).toContain("cause unit-did-not-start unit=containerd.service");
				await podsRun(node);
				expect(await filesOf(node)).toBe(before);
				expect(await unitsOf(node)).not.toContain("gantry-");
			}));

		it("and not in its old form either: revert failed, the kubelet stays stopped", () =>
			nodes().on(async (node) => {
				const run = await NodeRun.migration(node, { pauseBefore: ["start-containerd"] });
				await run.upTo("start-containerd");
				await dropIn(node, "containerd.service", "[Service]\nExecStartPre=/bin/false\n");
				await run.go("start-containerd");
				expect(await run.final(240_000)).toBe("revert-failed");
				expect((await run.status()).decision).toBe("revert");
				expect(await state(node, "kubelet")).toEqual(["inactive"]);
				expect(await podProcesses(node)).toEqual([]);
				// Both ways on are open: a person repairs it and calls the script, or the machine restarts.
				await node.must("rm /etc/systemd/system/containerd.service.d/99-foreign.conf && systemctl daemon-reload");
				expect((await node.exec(`sh ${run.dir}/revert.sh by-hand`, { timeoutMs: 180_000 })).code).toBe(0);
				expect((await run.status()).final).toBe("reverted");
				await podsRun(node);
			}));
	});

	describe.concurrent("rule 6: Docker stays away", () => {
		it("after a reboot of a migrated node, also when it is started", () =>
			nodes().on(async (node) => {
				const run = await NodeRun.migration(node);
				await run.install();
				await run.succeed("prepare");
				await run.succeed("cutover");
				expect(await run.commit()).toBe("commit");
				const policy = "iptables -S FORWARD | sed -n 's/^-P FORWARD //p'";
				await node.reboot();
				const since = new Date();
				await node.waitUp();
				expect(await state(node, "docker.service docker.socket")).toEqual(["inactive", "inactive"]);
				await node.must("systemctl start docker.service docker.socket");
				expect(await state(node, "docker.service docker.socket")).toEqual(["inactive", "inactive"]);
				expect((await node.must(policy)).trim()).toBe("ACCEPT");
				await podsRun(node);
				await node.waitReady({ runtime: "containerd://", since });
			}));
	});

	describe.concurrent("rule 19: addresses", () => {
		it("problem 17: are as many as pods after undrained changes there and back", () =>
			nodes().on(async (node) => {
				const run = await NodeRun.migration(node);
				await run.install();
				await run.succeed("prepare");
				await run.succeed("cutover");
				expect(await run.commit()).toBe("commit");
				await podsRun(node);
				await addresses(node);
				const back = await run.rollback();
				await back.install();
				await back.succeed("prepare");
				await back.succeed("cutover");
				expect(await back.commit()).toBe("commit");
				await podsRun(node);
				await addresses(node);
			}));

		async function addresses(node: FleetNode): Promise<void> {
			await until(
				`${PODS_PER_NODE} reserved addresses on ${node.name}`,
				30_000,
				async () => ((await reservedAddresses(node)).length === PODS_PER_NODE ? true : undefined),
				async () => (await reservedAddresses(node)).join(),
			);
		}
	});
}
