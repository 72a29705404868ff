import { afterAll, beforeAll, expect, it } from "vitest";
import { type EngineHarness, engineHarness } from "./engine-harness.ts";
import { bringUp, down, type Fleet, type FleetNode } from "./fleet.ts";
import { filesOf, podProcesses, reservedAddresses, unitsOf } from "./node-state.ts";
import { until } from "./process.ts";

// A real node that a person took over by hand and left in the middle: its flags stand in no file, Docker still runs the old pods beside
// containerd's and would start again. The plan finishes the job, and containerd's pods do not notice.
const NAME = "half";
const FLAGS = "/var/lib/kubelet/kubeadm-flags.env";
const SLEEPS = "/bin/sh -c trap";

let fleet: Fleet;
let harness: EngineHarness;
let node: FleetNode;

beforeAll(async () => {
	fleet = await bringUp({ name: NAME, nodes: 1 });
	const [first] = fleet.nodes;
	if (!first) throw new Error("the fleet has no node");
	node = first;
	await fleet.deploy({ name: "agent", kind: "DaemonSet" });
	await takeOverByHand();
	harness = await engineHarness(fleet);
}, 600_000);
afterAll(async () => {
	await harness?.close();
	await down(NAME);
});

/** As in the hand procedure, with what is easily forgotten forgotten. */
async function takeOverByHand(): Promise<void> {
	await node.must(
		`for image in $(docker images --format '{{.Repository}}:{{.Tag}}'); do docker save "$image" | ctr -n k8s.io images import - >/dev/null; done
cat >/etc/containerd/config.toml <<'CONFIG'
version = 2
# done by hand
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "k8s.gcr.io/pause:3.2"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "/etc/cni/net.d"
CONFIG
systemctl stop kubelet
systemctl restart containerd
sed -i.found 's|--network-plugin=cni|--network-plugin=cni --container-runtime=remote --container-runtime-endpoint=unix:///run/containerd/containerd.sock|' ${FLAGS}
systemctl start kubelet
mv ${FLAGS}.found ${FLAGS}`,
		{ timeoutMs: 180_000 },
	);
	await node.waitReady({ runtime: "containerd://" });
	await until("two pods, one on each runtime", 120_000, async () => ((await podProcesses(node, SLEEPS)).length === 2 ? true : undefined));
	await fleet.waitRunning("agent", 1, 120_000);
}

const tasks = () => node.must("ctr -n k8s.io tasks ls -q | sort");
const podIps = async () => (await fleet.pods()).map(({ ip }) => ip).sort();

it("comes back as it was found where a person takes it back, and nothing that runs on containerd is touched", async () => {
	const [files, units, running] = [await filesOf(node), await unitsOf(node), await tasks()];
	const id = await harness.draft([node.name], "migrate");
	await harness.engine.change.start(id, "tester");
	await until("its new flags in place", 240_000, async () =>
		(await harness.db.runStep.findFirst({ where: { run: { migrationId: id }, stepId: "put-kubelet-files", state: "ok" } }))
			? true
			: undefined,
	);
	await harness.engine.change.cancel(id, "tester");
	expect(await harness.ended(id, 400_000)).not.toBe("done");
	const run = await harness.db.run.findFirstOrThrow({ where: { migrationId: id } });
	expect(run.state).toBe("reverted");
	expect(await tasks()).toBe(running);
	const asFound = /^(folder|file) .*kubelet\.service\.d.*$\n?/gm;
	const without = (text: string) => text.replace(asFound, "");
	expect(without(await filesOf(node))).toBe(without(files));
	expect(await unitsOf(node)).toBe(units);
	expect(await node.must("tr '\\0' ' ' </proc/$(systemctl show -p MainPID kubelet | cut -d= -f2)/cmdline")).toContain(
		"--container-runtime-endpoint=unix:///run/containerd/containerd.sock",
	);
	await node.waitReady({ runtime: "containerd://" });
}, 900_000);

it("is completed: flags in their file, Docker off with its pods, containerd's pods as they were, addresses = pods", async () => {
	const running = await tasks();
	const id = await harness.draft([node.name], "migrate");
	const planned = await harness.db.run.findFirstOrThrow({ where: { migrationId: id } });
	expect([planned.state, planned.fromRuntime, planned.toRuntime]).toEqual(["queued", planned.toRuntime, planned.fromRuntime]);
	await harness.engine.change.start(id, "tester");
	expect(await harness.ended(id, 400_000)).toBe("done");
	expect(await tasks()).toBe(running);
	expect(await podProcesses(node, SLEEPS)).toHaveLength(1);
	const flags = await node.must(`cat ${FLAGS}`);
	expect(flags).toContain("--container-runtime-endpoint=unix:///run/containerd/containerd.sock");
	expect(flags).not.toContain("--network-plugin");
	expect(await node.must("systemctl is-active docker.service docker.socket || true")).toBe("inactive\ninactive\n");
	await until(
		"as many addresses as pods",
		60_000,
		async () => (JSON.stringify(await reservedAddresses(node)) === JSON.stringify(await podIps()) ? true : undefined),
		async () => `${await reservedAddresses(node)}; pods: ${await podIps()}`,
	);
	// It leaves no snapshot of Docker to go back to.
	const [again, back] = [await harness.draft([node.name], "migrate"), await harness.draft([node.name], "rollback")];
	const result = async (migrationId: string) => (await harness.db.run.findFirstOrThrow({ where: { migrationId } })).result;
	expect(await result(again)).toMatchObject({ code: "run.blocked", values: { first: "kubelet.runtime.already-containerd" } });
	expect(await result(back)).toMatchObject({ code: "plan.no-snapshot" });
}, 900_000);

it("stays on containerd after a reboot, which it would not have before", async () => {
	await node.reboot();
	await node.waitUp(120_000);
	await node.waitReady({ runtime: "containerd://" });
	await fleet.waitRunning("agent", 1, 180_000);
	expect(await node.must("systemctl is-active docker.service || true")).toBe("inactive\n");
}, 600_000);
