import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Message } from "../../lib/contracts/finding.ts";
import { maskedLog } from "../../server/logs/redactor.ts";
import { runDir } from "../../server/plan/layout.ts";
import { extendDeadline } from "../../server/remote/deadline.ts";
import type { SshTarget } from "../../server/ssh/session.ts";
import { type EngineHarness, engineHarness, type HarnessOptions } from "./engine-harness.ts";
import { EngineProcess } from "./engine-process.ts";
import type { Fleet, FleetNode } from "./fleet.ts";
import { openSession, sshTarget } from "./node-run.ts";
import { until } from "./process.ts";
import { sharedFleet } from "./shared-fleet.ts";

// What goes wrong beside the engine, on real nodes: its own death, a reboot, a runtime that will not start, a budget, ways that lead nowhere.
let fleet: Fleet;
let harness: EngineHarness | undefined;
const touched = new Set<string>();

beforeAll(async () => {
	fleet = await sharedFleet();
});
afterAll(async () => {
	await harness?.close();
	await freshen();
});

const node = (name: string): FleetNode => {
	touched.add(name);
	return fleet.node(name);
};

/** Each test finds its nodes as new. */
async function freshen(): Promise<void> {
	await Promise.all([...touched].map((name) => fleet.reset(name)));
	touched.clear();
}

async function withHarness(options: HarnessOptions, work: (harness: EngineHarness) => Promise<void>): Promise<void> {
	await freshen();
	harness = await engineHarness(fleet, options);
	try {
		await work(harness);
	} finally {
		await harness.close();
		harness = undefined;
	}
}

const runtimeOf = async (name: string) => (await fleet.node(name).status())?.runtime;
const runOf = (h: EngineHarness, migrationId: string, nodeName: string) =>
	h.db.run.findFirstOrThrow({ where: { migrationId, nodeName }, orderBy: { attempt: "desc" } });
const codesOf = async (h: EngineHarness, runId: string) =>
	(await h.db.runEvent.findMany({ where: { runId }, orderBy: { id: "asc" } })).map((event) => event.code);

/** Resolves when the run's revert is armed on the node, with the run's id. */
async function armed(nodeName: string, runId: string): Promise<void> {
	await until(
		`revert armed on ${nodeName}`,
		180_000,
		async () => ((await node(nodeName).exec(`test -e ${runDir(runId)}/deadline`)).code === 0 ? true : undefined),
		async () => (await node(nodeName).exec(`tail -n 30 ${runDir(runId)}/log`)).stdout,
		100,
	);
}

describe("an engine killed in the middle of two cutovers", () => {
	it("finds one node gone back by its own timer, and takes the other one over to its end", async () => {
		const engine = await EngineProcess.start(fleet);
		try {
			const policy = { maxUnavailable: 2, drain: { enabled: false } };
			const id = await engine.ask({ do: "draft", names: [node("node1").name, node("node2").name], policy });
			await engine.ask({ do: "start", migrationId: id });
			const [first, second] = engine.runs(id);
			if (!first || !second) throw new Error("two runs were planned");
			await Promise.all([armed("node1", first.id), armed("node2", second.id)]);
			await engine.kill();
			expect(engine.runs(id).map((run) => run.state)).toEqual(["cutover", "cutover"]);

			// Nobody is there to commit: the timer of node2, made short, takes it back.
			const session = await openSession(node("node2"));
			expect((await extendDeadline(session, second.id, 20)).decision).toBe("none");
			session.close();
			await until(
				"node2 is back by itself",
				180_000,
				async () => ((await node("node2").exec(`cat ${runDir(second.id)}/final`)).stdout === "reverted\n" ? true : undefined),
				async () => (await node("node2").exec(`tail -n 40 ${runDir(second.id)}/log`)).stdout,
			);
			await node("node2").waitReady({ runtime: "docker://" });
			expect(engine.runs(id).map((run) => run.state)).toEqual(["cutover", "cutover"]);

			await engine.start();
			const ended = await until(
				"both runs end",
				180_000,
				() => {
					const runs = engine.runs(id);
					return runs.every((run) => ["done", "reverted", "revert-failed", "failed"].includes(run.state)) ? runs : undefined;
				},
				() => JSON.stringify(engine.runs(id)),
			);
			expect(ended[0]).toMatchObject({ state: "done", verified: "cluster", cordonedByUs: false, result: { code: "run.done" } });
			expect(ended[1]).toMatchObject({ state: "reverted", cordonedByUs: false, result: { code: "run.went-back-by-itself" } });
			expect(await runtimeOf("node1")).toMatch(/^containerd:/);
			expect(await runtimeOf("node2")).toMatch(/^docker:/);
			for (const run of ended) {
				const onNode = Buffer.from(await node(run.nodeName).must(`base64 -w0 ${runDir(run.id)}/log`), "base64");
				expect(engine.log(run.id).equals(maskedLog(run.id, onNode))).toBe(true);
			}
			expect((await fleet.node("node2").status())?.unschedulable).toBe(false);
		} finally {
			await engine.close();
		}
	});
});

describe("the engine", () => {
	it("knows of a node that was rebooted in its cutover, and of a containerd that would not start", async () => {
		await withHarness({}, async (h) => {
			// It starts with its old configuration and not with the new one: nothing shows before the cutover.
			const dropIn = "[Service]\nExecStartPre=/bin/sh -c '! grep -q SystemdCgroup /etc/containerd/config.toml'\n";
			const folder = "/etc/systemd/system/containerd.service.d";
			await node("node2").must(`mkdir -p ${folder} && cat >${folder}/broken.conf && systemctl daemon-reload`, { input: dropIn });
			const id = await h.draft([node("node1").name, "node2"], "migrate", { maxUnavailable: 2, drain: { enabled: false } });
			await h.engine.change.start(id, "tester");
			const rebooted = await runOf(h, id, "node1");
			await armed("node1", rebooted.id);
			await node("node1").reboot();
			// After the first failure nothing new starts; both were out already.
			expect(await h.ended(id, 300_000)).toMatch(/^done-with-failures/);

			const one = await runOf(h, id, "node1");
			expect(one).toMatchObject({ state: "reverted", result: { code: "run.node-restarted" }, cordonedByUs: false, revertAt: null });
			expect(await node("node1").must(`cat ${runDir(one.id)}/final`)).toBe("reverted\n");
			await node("node1").waitReady({ runtime: "docker://", since: new Date(0) });

			const two = await runOf(h, id, "node2");
			expect(two).toMatchObject({ state: "reverted", cordonedByUs: false });
			expect((two.result as Message | null)?.code).toBe("node.unit-did-not-start");
			expect((two.result as Message | null)?.values).toMatchObject({ unit: "containerd.service", node: "node2" });
			await node("node2").waitReady({ runtime: "docker://", since: new Date(0) });
			const steps = await h.db.runStep.findMany({ where: { runId: two.id, state: { in: ["failed", "running"] } } });
			expect(steps.map((step) => `${step.stepId} ${step.state}`)).toEqual(["start-containerd failed"]);
			expect(await fleet.kubectl(["get", "nodes", "--no-headers"])).not.toContain("SchedulingDisabled");
		});
	});

	it("says which budget and pod a node waits for, and cleans up and uncordons when a person cancels", async () => {
		await withHarness({}, async (h) => {
			await fleet.kubectl(["label", "node", "node3", "faults=yes", "--overwrite"]);
			await fleet.deploy({ name: "held", replicas: 1, minAvailable: 1, nodeSelector: { faults: "yes" } });
			const id = await h.draft([node("node3").name], "migrate");
			await h.engine.change.start(id, "tester");
			const waiting = await until(
				"node3 waits for a budget",
				180_000,
				async () => {
					const told = (await runOf(h, id, "node3")).waiting as Message | null;
					return told?.code === "drain.blocked" ? told : undefined;
				},
				async () => JSON.stringify(await runOf(h, id, "node3")),
			);
			expect(waiting.values).toMatchObject({ budget: "held", why: "budget", done: 0, total: 1 });
			expect(String(waiting.values["pod"])).toMatch(/^default\/held-/);
			expect((await fleet.node("node3").status())?.unschedulable).toBe(true);
			await h.engine.change.cancel(id, "tester");
			expect(await h.ended(id, 120_000)).toMatch(/^cancelled/);
			const run = await runOf(h, id, "node3");
			expect(run).toMatchObject({ state: "cancelled", result: { code: "run.cancelled" }, waiting: null, cordonedByUs: false });
			expect((await fleet.node("node3").status())?.unschedulable).toBe(false);
			expect(await node("node3").must(`cat ${runDir(run.id)}/final`)).toBe("cleaned\n");
			expect(await fleet.kubectl(["get", "pods", "-l", "app=held", "--no-headers"])).toContain("Running");
			await fleet.kubectl(["delete", "deployment/held", "poddisruptionbudget/held"]);
		});
	});

	it("gives each node of a batch its own clear error, and takes the sound one over", async () => {
		const [one, two, three] = ["node1", "node2", "node3"].map((name) => fleet.node(name));
		if (!one || !two || !three) throw new Error("three nodes are needed");
		const { ops, guest } = one.ssh.accounts;
		const as = async (of: FleetNode, change: Partial<SshTarget>): Promise<SshTarget> => ({ ...(await sshTarget(of)), ...change });
		const ways = {
			"wrong-host-key": async () => as(one, { hostKeys: (await sshTarget(two)).hostKeys }),
			"wrong-password": () => as(one, { user: ops.user, auth: { kind: "password", password: "not it" }, privilege: { kind: "sudo" } }),
			"wrong-sudo-password": () => as(one, { user: ops.user, privilege: { kind: "sudo", password: "not it" } }),
			"no-sudo": () => as(one, { user: guest.user, privilege: { kind: "sudo", password: guest.password } }),
			unreachable: () => as(one, { address: one.address.replace(/\.\d+$/, ".250") }),
		} satisfies HarnessOptions["ways"];
		await withHarness({ ways }, async (h) => {
			await node("node2").must(`printf '\\n[plugins\\n' >>/etc/containerd/config.toml`);
			const names = [...Object.keys(ways), "node2", node("node3").name, node("node1").name];
			const id = await h.draft(names, "migrate", { drain: { enabled: false } });
			const planned = await h.db.run.findMany({ where: { migrationId: id, state: "skipped" } });
			const told = Object.fromEntries(planned.map((run) => [run.nodeName, run.result as Message | null]));
			expect(Object.fromEntries(Object.entries(told).map(([name, why]) => [name, why?.code]))).toEqual({
				"wrong-host-key": "ssh.host-key.changed",
				"wrong-password": "ssh.authentication.refused",
				"wrong-sudo-password": "ssh.privilege.wrong-password",
				"no-sudo": "ssh.privilege.not-in-sudoers",
				unreachable: expect.stringMatching(/^ssh\.connection\.(unreachable|timeout)$/),
				node2: "run.blocked",
			});
			expect(told["node2"]?.values).toMatchObject({ first: "containerd.config.syntax" });

			// Space runs out after the plan was made: prepare says so, and the rest waits for a person.
			await node("node3").must("mkdir -p -m 0700 /var/lib/gantry && mount -t tmpfs -o size=16m,mode=0700 tmpfs /var/lib/gantry");
			await h.engine.change.start(id, "tester");
			expect(await h.ended(id, 180_000)).toMatch(/^held/);
			const full = await runOf(h, id, "node3");
			expect(full).toMatchObject({
				state: "failed",
				result: { code: "node.no-space", values: { path: "/var/lib/gantry", node: "node3" } },
			});
			expect(await codesOf(h, full.id)).toContain("migration.held");
			await h.engine.change.resume(id, "tester");
			expect(await h.ended(id, 240_000)).toMatch(/^done-with-failures/);
			expect(await runOf(h, id, "node1")).toMatchObject({ state: "done", verified: "cluster" });
			expect(await runtimeOf("node1")).toMatch(/^containerd:/);
			expect(await runtimeOf("node3")).toMatch(/^docker:/);
		});
	});

	it("takes a node over without an API: verified on the node only; and ends at once where it cannot be reached any more", async () => {
		let gone = false;
		const ways = {
			"byhand-node2": async () => {
				const target = await sshTarget(fleet.node("node2"));
				return gone ? { ...target, address: target.address.replace(/\.\d+$/, ".251") } : target;
			},
		};
		await withHarness({ ways }, async (h) => {
			const id = await h.draft([node("node1").name, "node2"], "migrate", {}, { withoutApi: true });
			gone = true;
			await h.restart();
			await h.engine.change.start(id, "tester");
			// The sound one may be out by the time the other is given up, and then ends first.
			if ((await h.ended(id, 240_000)).startsWith("held")) await h.engine.change.resume(id, "tester");
			expect(await h.ended(id, 240_000)).toMatch(/^done-with-failures/);
			const lost = await runOf(h, id, "node2");
			expect(lost).toMatchObject({ state: "failed", waiting: null });
			expect((lost.result as Message | null)?.code).toMatch(/^ssh\.connection\.(unreachable|timeout)$/);
			expect(await codesOf(h, lost.id)).not.toContain("run.left-behind");
			const run = await runOf(h, id, "node1");
			expect(run).toMatchObject({ state: "done", verified: "node", result: { code: "run.done-on-node-only" }, before: null });
			const steps = await h.db.runStep.findMany({ where: { runId: run.id, state: "skipped" }, orderBy: { position: "asc" } });
			expect(steps.map((step) => step.stepId)).toEqual(expect.arrayContaining(["cordon", "evict", "annotate", "uncordon"]));
			expect(await node("node1").must(`cat ${runDir(run.id)}/final`)).toBe("committed\n");
			await node("node1").waitReady({ runtime: "containerd://", since: new Date(0) });
		});
	});
});
