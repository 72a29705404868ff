import { describe, expect, it } from "vitest";
import { cleanUp } from "../../server/remote/clean.ts";
import type { FleetNode } from "./fleet.ts";
import { CONSOLE, NodeRun } from "./node-run.ts";
import { filesOf, unitsOf } from "./node-state.ts";
import { podsRun, type SafetyNodes } from "./safety-nodes.ts";

const stateOf = async (node: FleetNode) => ({ files: await filesOf(node), units: await unitsOf(node) });

/** A small file system of its own for /var/lib/gantry, from which nothing can be executed. */
const smallDisk = (node: FleetNode, megabytes: number) =>
	node.must(`mkdir -p -m 700 /var/lib/gantry && mount -t tmpfs -o noexec,mode=700,size=${megabytes}m tmpfs /var/lib/gantry`);

/** Fills it to the last byte, as a foreign log would. */
const fill = (node: FleetNode) =>
	node.must("dd if=/dev/zero of=/var/lib/gantry/foreign bs=4096 2>/dev/null; [ $(df --output=avail /var/lib/gantry | tail -n 1) = 0 ]");

/** The timer is set by its unit alone: a console could not write its files on this disk either. */
const fireTimer = (node: FleetNode) =>
	node.must(
		"sed -i 's/^OnActiveSec=.*/OnActiveSec=1/' /run/systemd/system/gantry-revert.timer; systemctl daemon-reload; systemctl restart gantry-revert.timer",
	);

/** Registers the tests; `nodes` gives the lent nodes once they are there. */
export function disk(nodes: () => SafetyNodes): void {
	describe.concurrent("rule 10: a full disk", () => {
		it("ends prepare before it has touched anything", () =>
			nodes().on(async (node) => {
				const before = await stateOf(node);
				await smallDisk(node, 160);
				const run = await NodeRun.migration(node);
				await run.install();
				// Full only after preflight has looked.
				await node.must("dd if=/dev/zero of=/var/lib/gantry/foreign bs=1M count=120 2>/dev/null");
				await run.start("prepare");
				expect(await run.ended("prepare-1")).toEqual({ kind: "exited", code: 1 });
				expect(await run.log()).toContain("cause no-space path=/var/lib/gantry");
				expect(await cleanUp(await run.live(), run.id, CONSOLE)).toEqual({ kind: "cleaned" });
				expect(await stateOf(node)).toEqual(before);
			}));

		it("rules 10 and 15: fails no step of the cutover by its log, on a disk that executes nothing", () =>
			nodes().on(async (node) => {
				await smallDisk(node, 160);
				const run = await NodeRun.migration(node, { pauseBefore: ["stop-docker", "verify-node"] });
				await run.upTo("stop-docker");
				await fill(node);
				const length = (await run.log()).length;
				await run.go("stop-docker");
				await run.reached("verify-node");
				// Not one word of the steps between fitted, and each of them did its work.
				expect((await run.log()).length).toBeLessThanOrEqual(length + 4096);
				await node.must("rm /var/lib/gantry/foreign");
				await run.go("verify-node");
				expect(await run.ended("cutover")).toEqual({ kind: "exited", code: 0 });
				expect(await run.commit()).toBe("commit");
				await podsRun(node);
			}));

		it("does not keep the node from going back: the reserve is given up first", () =>
			nodes().on(async (node) => {
				const before = await stateOf(node);
				await smallDisk(node, 160);
				const run = await NodeRun.migration(node);
				await run.install();
				await run.succeed("prepare");
				await run.succeed("cutover");
				await fill(node);
				const since = new Date();
				await fireTimer(node);
				expect(await run.final()).toBe("reverted");
				await podsRun(node);
				await node.waitReady({ runtime: "docker://", since });
				expect(await stateOf(node)).toEqual(before);
				expect(await node.must("ls /var/lib/gantry")).toBe("foreign\nlock\nowner\nruns\n");
			}));

		it("that fills up in the cutover sends the node back rather than leaving it between the two", () =>
			nodes().on(async (node) => {
				const before = await stateOf(node);
				await smallDisk(node, 160);
				const run = await NodeRun.migration(node, { pauseBefore: ["start-containerd"] });
				await run.upTo("start-containerd");
				await fill(node);
				await run.go("start-containerd");
				// Evidence and exit code cannot be written: what cannot be told is not done.
				expect(await run.final()).toBe("reverted");
				await podsRun(node);
				expect(await stateOf(node)).toEqual(before);
			}));
	});

	describe.concurrent("rule 10: links", () => {
		it("a configuration behind a symbolic link is changed where it lies, and the link stays", () =>
			nodes().on(async (node) => {
				await node.must(`mkdir -p /srv/config && mv /etc/containerd/config.toml /srv/config/containerd.toml && ln -s /srv/config/containerd.toml /etc/containerd/config.toml
	mv /var/lib/kubelet/kubeadm-flags.env /srv/config/ && ln -s /srv/config/kubeadm-flags.env /var/lib/kubelet/kubeadm-flags.env
	chmod 0640 /srv/config/containerd.toml; chown root:adm /srv/config/containerd.toml`);
				const targets = () => node.must("cd /srv/config; stat -c '%n %a %U:%G' *; sha256sum *; ls -A");
				const before = { ...(await stateOf(node)), targets: await targets() };
				const run = await NodeRun.migration(node);
				await run.install();
				await run.succeed("prepare");
				await run.succeed("cutover");
				expect(await node.must("readlink /etc/containerd/config.toml /var/lib/kubelet/kubeadm-flags.env")).toBe(
					"/srv/config/containerd.toml\n/srv/config/kubeadm-flags.env\n",
				);
				expect(await node.must("stat -c '%a %U:%G' /srv/config/containerd.toml")).toBe("640 root:adm\n");
				expect(await node.must("grep -c version /srv/config/containerd.toml")).toBe("1\n");
				await fireTimer(node);
				expect(await run.final()).toBe("reverted");
				await podsRun(node);
				expect({ ...(await stateOf(node)), targets: await targets() }).toEqual(before);
			}));
	});
}
