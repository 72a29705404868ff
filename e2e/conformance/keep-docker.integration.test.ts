import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Facts } from "../../lib/contracts/facts.ts";
import { type Plan, policySchema } from "../../lib/contracts/plan.ts";
import { preflight } from "../../server/preflight/preflight.ts";
import { parseProbe } from "../../server/probe/parse.ts";
import { PROBE_SCRIPT } from "../../server/probe/script.ts";
import { commit } from "../../server/remote/commit.ts";
import { extendDeadline } from "../../server/remote/deadline.ts";
import { BOOKWORM } from "../simulator/machine/profile.ts";
import { install, OWNER, run, settled } from "./plan-run.ts";
import { completionsFrom, containerdRefuses, migrated, notCommitted, type Plans, plansFrom, rolledBack } from "./scenarios.ts";
import { podsRunning, type SimulatedNode, signedIn, standardNode } from "./simulated-node.ts";

// A node whose Docker runs something else beside Kubernetes: by policy it stops for the cutover only, on either way and on the way back.
const KEEP = { keepDocker: true };

let node: SimulatedNode;
let facts: Facts;
let plans: Plans;

const probe = async (): Promise<Facts> => parseProbe((await node.session.run(PROBE_SCRIPT, { timeoutMs: 60_000 })).stdout);
/** Who runs what: Kubernetes' containers by engine, and the other one. */
const running = () => {
	const all = [...node.machine.containers.list("docker"), ...node.machine.containers.list("containerd")].filter(
		({ state }) => state === "running",
	);
	return {
		pods: [...new Set(all.filter(({ pod }) => pod).map(({ engine }) => engine))],
		count: all.filter(({ pod }) => pod).length,
		others: all.filter(({ pod }) => !pod).map(({ name, engine }) => `${name} ${engine}`),
	};
};
const units = async () =>
	(await node.machine.run("for u in docker.socket docker.service; do systemctl is-active $u; done; ls /var/lib/gantry | grep docker-off"))
		.stdout;
const ON = "active\nactive\n";
const stepsOf = (plan: Plan) => plan.steps.filter(({ where }) => where === "node").map(({ id }) => id);

async function over(): Promise<Facts> {
	const done = await migrated(node.session, plans);
	expect(done).toMatchObject({ final: "committed" });
	await podsRunning(node.machine, 2);
	return probe();
}

beforeEach(async () => {
	node = await signedIn(standardNode(BOOKWORM, [{ name: "registry", image: "registry:2" }]));
	await podsRunning(node.machine, 2);
	facts = await probe();
	plans = plansFrom(facts, "node1", null, KEEP);
});
afterEach(() => node?.close());

describe("a node whose Docker is kept for other containers", () => {
	it("is let go by preflight, with a word on what stops meanwhile", () => {
		const found = (policy: object) =>
			preflight({ facts, apiNode: null, policy: policySchema.parse(policy), crictlArchives: new Map() })
				.filter(({ code }) => code.startsWith("docker.foreign"))
				.map(({ code, severity }) => [code, severity]);
		expect(found({})).toEqual([["docker.foreign-containers", "block"]]);
		expect(found(KEEP)).toEqual([["docker.foreign-containers.kept", "warn"]]);
	});

	it("goes over: its pods run on containerd alone, and the other container on Docker again, after a reboot too", async () => {
		expect(running()).toEqual({ pods: ["docker"], count: 2, others: ["registry docker"] });
		expect(stepsOf(plans.migrate("conformlooked")).at(-1)).toBe("start-docker-again");
		await over();
		expect(running()).toEqual({ pods: ["containerd"], count: 2, others: ["registry docker"] });
		expect(await units()).toBe(ON);
		await node.machine.powerOff();
		await node.machine.boot();
		await podsRunning(node.machine, 2);
		expect(running()).toEqual({ pods: ["containerd"], count: 2, others: ["registry docker"] });
		expect(await units()).toBe(ON);
	});

	it("is afterwards no node that somebody forgot to finish", async () => {
		const after = await over();
		const codes = preflight({ facts: after, apiNode: null, policy: policySchema.parse({}), crictlArchives: new Map() }).map(
			({ code }) => code,
		);
		expect(codes).not.toContain("adopted.docker-starts");
		expect(codes).not.toContain("kubelet.runtime.to-complete");
	});

	it("comes back to Docker where nobody commits, and where containerd does not start, no pod running twice", async () => {
		expect(await notCommitted(node.session, plans)).toMatchObject({ final: "reverted" });
		await podsRunning(node.machine, 2);
		expect(running()).toEqual({ pods: ["docker"], count: 2, others: ["registry docker"] });
		expect(await containerdRefuses(node.session, plans)).toMatchObject({ final: "reverted" });
		await podsRunning(node.machine, 2);
		expect(running()).toEqual({ pods: ["docker"], count: 2, others: ["registry docker"] });
		expect(await units()).toBe(ON);
	});

	it("is rolled back with Docker stopped meanwhile, and started once", async () => {
		const after = await over();
		expect(after.docker.service.activeState).toBe("active");
		const plan = plans.rollback("conformlooked", plans.migrate("conformmigrated"), after);
		expect(stepsOf(plan)).toContain("stop-docker");
		expect(await rolledBack(after)(node.session, plans)).toMatchObject({ final: "committed" });
		await podsRunning(node.machine, 2);
		expect(running()).toEqual({ pods: ["docker"], count: 2, others: ["registry docker"] });
		expect(await units()).toBe(ON);
	});

	it("has Docker on as before where a rollback is not committed: its pods on containerd, the other container on Docker", async () => {
		const after = await over();
		const plan = plans.rollback("conformtimer2", plans.migrate("conformmigrated"), after);
		await install(node.session, plan, null);
		await run(node.session, plan, "prepare");
		await run(node.session, plan, "cutover");
		await extendDeadline(node.session, plan.runId, 3, OWNER);
		await settled(node.session, plan);
		await podsRunning(node.machine, 2);
		expect(running()).toEqual({ pods: ["containerd"], count: 2, others: ["registry docker"] });
		expect(await units()).toBe(ON);
	});

	it("takes pods along even where no file of containerd's had to change, on each way back", async () => {
		// What tells the way back elsewhere that the cutover came as far as the runtimes: changed files, or Docker's state.
		const first = await over();
		const config = node.machine.fs.text("/etc/containerd/config.toml") ?? "";
		expect(await rolledBack(first)(node.session, plans)).toMatchObject({ final: "committed" });
		node.machine.fs.put("/etc/containerd/config.toml", config);
		await node.machine.run("systemctl restart containerd");
		await podsRunning(node.machine, 2);
		plans = plansFrom(await probe(), "node1", null, KEEP);
		const again = plans.migrate("conformagain");
		expect(again.files.filter(({ stage, before, after }) => stage === "runtime" && before?.sha256 !== after?.sha256)).toEqual([]);
		await install(node.session, again, null);
		await run(node.session, again, "prepare");
		await run(node.session, again, "cutover");
		await extendDeadline(node.session, again.runId, 3, OWNER);
		await settled(node.session, again);
		await podsRunning(node.machine, 2);
		expect(running()).toEqual({ pods: ["docker"], count: 2, others: ["registry docker"] });
	});

	it("is completed without Docker being touched, where somebody began by hand", async () => {
		const after = await over();
		const plan = completionsFrom(after, "node1", KEEP).migrate("conformcompleted");
		expect(stepsOf(plan)).not.toContain("stop-docker");
		expect(plan.files.map(({ path }) => path).filter((path) => path.includes("docker"))).toEqual([]);
	});

	it("is completed with Docker on where containerd has to be started anew, and comes back so", async () => {
		await over();
		const { machine } = node;
		const config = "/etc/containerd/config.toml";
		machine.fs.put(config, (machine.fs.text(config) ?? "").replace('"io.containerd.runc.v2"', '"io.containerd.runc.v1"'));
		const plan = completionsFrom(await probe(), "node1", KEEP).migrate("conformcompleted");
		expect(stepsOf(plan)).toEqual(expect.arrayContaining(["stop-containerd", "start-docker-again"]));
		expect(await notCommitted(node.session, completionsFrom(await probe(), "node1", KEEP))).toMatchObject({ final: "reverted" });
		expect(running()).toEqual({ pods: ["containerd"], count: 2, others: ["registry docker"] });
		expect(await units()).toBe(ON);
		await install(node.session, plan, null);
		await run(node.session, plan, "prepare");
		await run(node.session, plan, "cutover");
		expect(await commit(node.session, plan.runId, OWNER)).toBe("commit");
		expect(running()).toEqual({ pods: ["containerd"], count: 2, others: ["registry docker"] });
		expect(await units()).toBe(ON);
	});
});
