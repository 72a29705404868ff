import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Facts } from "../../lib/contracts/facts.ts";
import { parseProbe } from "../../server/probe/parse.ts";
import { PROBE_SCRIPT } from "../../server/probe/script.ts";
import { completionsFrom, migrated, notCommitted } from "./scenarios.ts";
import { nodeDoneByHand, podsRunning, type SimulatedNode, signedIn } from "./simulated-node.ts";

// A node that went over by hand, with what is often forgotten there: the plan finishes the job, and its way back is the node as it was found.
const FLAGS = "/var/lib/kubelet/kubeadm-flags.env";
const CONFIG = "/etc/containerd/config.toml";
const ENDPOINT = "--container-runtime-endpoint=unix:///var/run/containerd/containerd.sock";

let node: SimulatedNode;
let before: string;

const probe = async (): Promise<Facts> => parseProbe((await node.session.run(PROBE_SCRIPT, { timeoutMs: 60_000 })).stdout);
const podIds = () =>
	node.machine.containers
		.list("containerd")
		.filter((each) => each.pod && each.state === "running")
		.map(({ id }) => id)
		.sort();
const addresses = async () =>
	(await node.machine.run("ls /var/lib/cni/networks/*/ /var/lib/cni/results /var/lib/cni/cache/results 2>/dev/null")).stdout;
/** Files that a run may touch, and what is on. */
const state = async () =>
	(
		await node.machine.run(
			`cat ${FLAGS} ${CONFIG} /etc/crictl.yaml; find /etc -name '*gantry*'; ls /var/lib/gantry | grep -v -e runs -e owner -e lock; for u in docker.socket docker.service containerd.service kubelet.service; do systemctl is-active $u; systemctl is-enabled $u; done`,
		)
	).stdout;

beforeEach(async () => {
	const machine = nodeDoneByHand();
	node = await signedIn(machine);
	await podsRunning(machine, 2);
	// The flags were given on a command line that no file keeps, one of dockershim's was left, and Docker was never switched off.
	machine.fs.put(FLAGS, 'KUBELET_KUBEADM_ARGS="--network-plugin=cni --pod-infra-container-image=k8s.gcr.io/pause:3.2"\n');
	machine.fs.put("/etc/crictl.yaml", "runtime-endpoint: unix:///var/run/dockershim.sock\n");
	await machine.run("systemctl enable docker.service docker.socket; systemctl start docker.socket docker.service");
});
afterEach(() => node?.close());

describe("a node that was taken over by hand", () => {
	it("keeps its flags afterwards and loses Docker, and no pod is restarted", async () => {
		const pods = podIds();
		const held = await addresses();
		const facts = await probe();
		expect(facts.kubelet.runtime).toBe("containerd");
		expect(facts.cni.reserved).not.toEqual([]);
		const plans = completionsFrom(facts, "node1");
		const plan = plans.migrate("conformlooked");
		expect(plan.files.map(({ path }) => path).sort()).toEqual([
			"/etc/crictl.yaml",
			"/etc/systemd/system/docker.service.d/50-gantry.conf",
			"/etc/systemd/system/docker.socket.d/50-gantry.conf",
			FLAGS,
		]);
		expect(plan.steps.map(({ id }) => id)).not.toContain("stop-containerd");
		expect(await migrated(node.session, plans)).toMatchObject({ final: "committed" });
		expect(podIds()).toEqual(pods);
		expect(await addresses()).toBe(held);
		expect(node.machine.fs.text(FLAGS)).toContain(ENDPOINT);
		expect(node.machine.fs.text(FLAGS)).not.toContain("--network-plugin");
		expect(await state()).toMatch(/inactive\n\w+\ninactive\n\w+\nactive\n\w+\nactive\n\w+\n$/);
		// The pause image stays, whatever the kubelet collects.
		expect((await probe()).containerd.pinned).toEqual({ known: true, value: [plan.pauseImage] });
		// Nothing is left to do.
		const again = completionsFrom(await probe(), "node1").migrate("conformagain");
		expect(again.files).toEqual([]);
	});

	it("is as it was found where nobody commits, with its pods", async () => {
		const pods = podIds();
		before = await state();
		expect(await notCommitted(node.session, completionsFrom(await probe(), "node1"))).toMatchObject({ final: "reverted" });
		expect(await state()).toBe(before);
		expect(podIds()).toEqual(pods);
	});

	it("has its containerd started anew where its file is not what the kubelet needs, and its pods stay", async () => {
		const { machine } = node;
		machine.fs.put(CONFIG, (machine.fs.text(CONFIG) ?? "").replace('"io.containerd.runc.v2"', '"io.containerd.runc.v1"'));
		const pods = podIds();
		const plans = completionsFrom(await probe(), "node1");
		expect(plans.migrate("conformlooked").steps.map(({ id }) => id)).toContain("stop-containerd");
		before = await state();
		expect(await notCommitted(node.session, plans)).toMatchObject({ final: "reverted" });
		expect(await state()).toBe(before);
		expect(podIds()).toEqual(pods);
		expect(await migrated(node.session, completionsFrom(await probe(), "node1"))).toMatchObject({ final: "committed" });
		expect(machine.fs.text(CONFIG)).toContain('runtime_type = "io.containerd.runc.v2"');
		expect(podIds()).toEqual(pods);
	});

	it("has its pods made anew where containerd and the kubelet use different cgroup drivers", async () => {
		const { machine } = node;
		machine.fs.put(CONFIG, (machine.fs.text(CONFIG) ?? "").replace("SystemdCgroup = false", "SystemdCgroup = true"));
		const pods = podIds();
		expect(await migrated(node.session, completionsFrom(await probe(), "node1"))).toMatchObject({ final: "committed" });
		await podsRunning(machine, 2);
		expect(machine.fs.text(CONFIG)).toContain("SystemdCgroup = false");
		expect(podIds()).toHaveLength(2);
		expect(podIds().some((id) => pods.includes(id))).toBe(false);
	});

	it("loses the pods that Docker still runs beside containerd's, and gets them nowhere else", async () => {
		const { containers } = node.machine;
		containers.addImage("docker", "k8s.gcr.io/pause:3.2", 700_000);
		const left = containers.create({
			engine: "docker",
			name: "k8s_POD_left_default_0b1d_0",
			image: "k8s.gcr.io/pause:3.2",
			kind: "sandbox",
			pod: { uid: "0b1d", name: "left", namespace: "default", hostNetwork: false },
			role: "POD",
			sandboxId: "",
			command: ["/pause"],
			restarts: false,
		});
		containers.start(left, "cgroupfs");
		const pods = podIds();
		const facts = await probe();
		expect(facts.docker.containers).toMatchObject({ known: true, value: [{ id: left.id, running: true, kubernetes: true }] });
		const done = await migrated(node.session, completionsFrom(facts, "node1"));
		expect(done).toMatchObject({ final: "committed" });
		expect(done.markers).toContainEqual(expect.stringMatching(/ end end-containers ok/));
		expect(containers.list("docker").filter(({ state: now }) => now === "running")).toEqual([]);
		expect(podIds()).toEqual(pods);
	});
});
