import { afterEach, describe, expect, it } from "vitest";
import type { Facts } from "../../lib/contracts/facts.ts";
import type { Plan } from "../../lib/contracts/plan.ts";
import { policySchema } from "../../lib/contracts/plan.ts";
import { preflight } from "../../server/preflight/preflight.ts";
import { preflightRollback, rollbackFiles } from "../../server/preflight/rollback.ts";
import { parseProbe } from "../../server/probe/parse.ts";
import { probeScript } from "../../server/probe/script.ts";
import type { Machine } from "../simulator/machine/machine.ts";
import { migrated, notCommitted, type Outcome, plansFrom, rolledBack } from "./scenarios.ts";
import { criDockerdNode, podsRunning, type SimulatedNode, signedIn } from "./simulated-node.ts";

const CONFIG = "/var/lib/kubelet/config.yaml";
const INSTANCE = "/var/lib/kubelet/instance-config.yaml";
const FLAGS = "/var/lib/kubelet/kubeadm-flags.env";
const OLD = "unix:///run/cri-dockerd.sock";
const NEW = "unix:///run/containerd/containerd.sock";
const DOCKER = ["cri-docker.socket", "cri-docker.service", "docker.socket", "docker.service"];

/** As kubeadm from 1.34 on has it: no flag, the endpoint in the kubelet's own file and in kubeadm's. */
function byFile(machine: Machine): Machine {
	const { fs } = machine;
	fs.put(FLAGS, (fs.text(FLAGS) ?? "").replace(`--container-runtime-endpoint=${OLD} `, ""));
	fs.put(CONFIG, `${fs.text(CONFIG)}containerRuntimeEndpoint: ${OLD}\nimageServiceEndpoint: "${OLD}" # both\n`);
	fs.put(INSTANCE, `apiVersion: kubelet.config.k8s.io/v1beta1\ncontainerRuntimeEndpoint: ${OLD}\nkind: KubeletConfiguration\n`);
	return machine;
}

let node: SimulatedNode | undefined;
afterEach(async () => {
	await node?.close();
	node = undefined;
});

async function probe(files: readonly string[] = []): Promise<Facts> {
	if (!node) throw new Error("no node");
	return parseProbe((await node.session.run(probeScript({ files }), { timeoutMs: 30_000 })).stdout);
}

async function boot(machine: Machine) {
	node = await signedIn(machine);
	await podsRunning(machine, 2);
	const facts = await probe();
	return { machine, session: node.session, facts, plans: plansFrom(facts, "node1", null) };
}

const hashes = (plan: Plan, side: "before" | "after") =>
	Object.fromEntries(plan.files.map((file) => [file.realPath, file[side]?.sha256 ?? "absent"]));
const states = async (machine: Machine) =>
	(await machine.run(`systemctl is-active ${DOCKER.join(" ")}`)).stdout.trim().split("\n").join(" ");
const stopped = ({ markers }: Outcome) => markers.filter((line) => / cause /.test(line));
const podsOf = (machine: Machine, engine: "docker" | "containerd") =>
	machine.containers.list(engine).filter((each) => each.pod && each.state === "running").length;

describe.each([
	["by its flag", "v1.26.15", (machine: Machine) => machine],
	["by its file", "v1.30.4", byFile],
])("a kubelet that reaches cri-dockerd %s", (_, kubelet, laidOut) => {
	it("goes over with all four of Docker's units off, and comes back to cri-dockerd byte for byte", async () => {
		const { machine, session, facts, plans } = await boot(laidOut(criDockerdNode(kubelet)));
		expect(facts.kubelet).toMatchObject({ runtime: "cri-dockerd", endpoint: OLD });
		const blocking = preflight({ facts, apiNode: null, policy: policySchema.parse({}), crictlArchives: new Map() });
		expect(blocking.filter(({ severity }) => severity === "block").map(({ code }) => code)).toEqual(["cluster.api.absent"]);
		const plan = plans.migrate("conformmigrated");
		const over = await migrated(session, plans);
		expect(stopped(over)).toEqual([]);
		expect(over.files).toEqual(hashes(plan, "after"));
		expect(await states(machine)).toBe("inactive inactive inactive inactive");
		expect([podsOf(machine, "docker"), podsOf(machine, "containerd")]).toEqual([0, 2]);
		for (const path of [CONFIG, INSTANCE]) expect(machine.fs.text(path) ?? "").not.toContain("cri-dockerd");
		const after = await probe(rollbackFiles(plan));
		expect(after.kubelet).toMatchObject({ runtime: "containerd", endpoint: NEW });
		const found = preflightRollback({ facts: after, apiNode: null, policy: policySchema.parse({}), snapshot: { plan, facts } });
		expect(found.filter(({ severity }) => severity === "block").map(({ code }) => code)).toEqual(["cluster.api.absent"]);
		const back = await rolledBack(after)(session, plans);
		expect(stopped(back)).toEqual([]);
		expect(back.files).toEqual(hashes(plan, "before"));
		expect(await states(machine)).toBe("active active active active");
		expect((await probe()).kubelet).toMatchObject({ runtime: "cri-dockerd", endpoint: OLD });
		await podsRunning(machine, 2);
		expect([podsOf(machine, "docker"), podsOf(machine, "containerd")]).toEqual([2, 0]);
	});

	it("goes back to cri-dockerd by itself where nobody commits", async () => {
		const { machine, session, plans } = await boot(laidOut(criDockerdNode(kubelet)));
		const found = await notCommitted(session, plans);
		expect(found).toMatchObject({ decision: "revert", final: "reverted" });
		expect(found.files).toEqual(hashes(plans.migrate("conformhashes"), "before"));
		expect(await states(machine)).toBe("active active active active");
		expect((await probe()).kubelet.runtime).toBe("cri-dockerd");
	});
});

it("is not rolled back once cri-dockerd is gone", async () => {
	const { machine, session, facts, plans } = await boot(criDockerdNode("v1.26.15"));
	await migrated(session, plans);
	const plan = plans.migrate("conformmigrated");
	await machine.run("rm /usr/bin/cri-dockerd");
	const after = await probe(rollbackFiles(plan));
	const found = preflightRollback({ facts: after, apiNode: null, policy: policySchema.parse({}), snapshot: { plan, facts } });
	expect(found).toContainEqual(
		expect.objectContaining({ code: "rollback.docker.command-missing", severity: "block", values: { command: "cri-dockerd" } }),
	);
});
