import { expect, it } from "vitest";
import { approvalDigest } from "../../lib/approval.ts";
import { policySchema } from "../../lib/contracts/plan.ts";
import type { RunState } from "../../lib/contracts/run.ts";
import { paceOf } from "../../lib/pace.ts";
import { currentSubject } from "./approvals.ts";
import { claim } from "./leases.ts";
import { Batch, MIGRATION } from "./testing/batch.ts";
import { furtherRun } from "./testing/further-run.ts";
import type { TestRun } from "./testing/migrations.ts";

// The rollout looks, a person or a failure changes what it saw, and only then it writes.

const READY: TestRun[] = [
	{ id: "run00001", state: "prepared" },
	{ id: "run00002", state: "prepared" },
];
const PERSON = { id: "p2", name: "ben" };

async function running(policy: { maxUnavailable?: number; rollout?: object; approval?: object }, runs = READY): Promise<Batch> {
	const rollout = { podGate: { enabled: false }, ...policy.rollout };
	return Batch.of({ state: "running", policy: { maxUnavailable: 2, ...policy, rollout }, runs });
}

async function changePace(batch: Batch, change: object): Promise<void> {
	const { policy } = await batch.migration();
	await batch.change.changePace(MIGRATION, { ...paceOf(policySchema.parse(policy)), ...change });
}

const out = (states: Record<string, RunState>) => Object.entries(states).flatMap(([id, state]) => (state === "draining" ? [id] : []));

it("lets no more nodes out than the pace says by now", async () => {
	const batch = await running({});
	batch.beforeWrite = () => changePace(batch, { maxUnavailable: 1 });
	await batch.coordinator.tick();
	expect(out(await batch.states())).toEqual(["run00001"]);
});

it("lets none out within hours that are none any more", async () => {
	const batch = await running({});
	const hour = new Date().getUTCHours();
	const later = (hours: number) => `${String((hour + hours) % 24).padStart(2, "0")}:00`;
	batch.beforeWrite = () => changePace(batch, { window: { from: later(2), to: later(3), timeZone: "UTC" } });
	await batch.coordinator.tick();
	expect(out(await batch.states())).toEqual([]);
});

it("does not pause for want of an approval that was just given, and goes on by it at once", async () => {
	const batch = await running({ approval: { needed: true } });
	batch.beforeWrite = async () => {
		const digest = approvalDigest(await currentSubject(batch.db, MIGRATION));
		await batch.change.approve(MIGRATION, PERSON, { digest, reason: "seen" });
	};
	await batch.coordinator.tick();
	expect(await batch.state()).toBe("running");
	expect(out(await batch.states())).toEqual(["run00001", "run00002"]);
});

it("does not hold for a failure that is tried again by now", async () => {
	const batch = await running({ rollout: { maxFailures: 0 } }, [{ id: "run00001", state: "failed" }, ...READY.slice(1)]);
	const again = async ({ nodeId, position }: { nodeId: string; position: number }) => furtherRun("run00009", nodeId, position, 2);
	batch.beforeWrite = async () => void (await batch.change.tryAgain(MIGRATION, "failed", "ann", again));
	await batch.coordinator.tick();
	expect(await batch.state()).toBe("running");
});

it("lets no node out before one that was added, and comes first by now", async () => {
	const batch = await running({ rollout: { batchSize: 1, order: "name" } });
	await batch.db.node.create({ data: { id: "node0", clusterId: "cluster1", name: "node0", address: "192.0.2.1" } });
	batch.beforeWrite = async () => {
		await batch.change.pause(MIGRATION, "ann");
		await batch.change.addNodes(MIGRATION, ["node0"], "ann", async (nodeId, position) => furtherRun("run00000", nodeId, position));
		await batch.change.resume(MIGRATION, "ann");
	};
	await batch.coordinator.tick();
	expect(await batch.states()).toEqual({ run00000: "preparing", run00001: "prepared", run00002: "prepared" });
});

it("has the next node prepare at once in the place of one that was skipped", async () => {
	const batch = await running({ rollout: { prepareConcurrency: 1 } }, [{ id: "run00001" }, { id: "run00002" }]);
	batch.beforeWrite = () => batch.change.cancelRun("run00001", "ann");
	await batch.coordinator.tick();
	expect(await batch.states()).toEqual({ run00001: "cancelled", run00002: "preparing" });
});

it.each([
	["draining", ["cleaning"]],
	["draining", ["cleaning", "failed"]],
	["cutover", ["reverting"]],
	["verifying", ["reverting", "reverted"]],
	["cutover", ["revert-failed"]],
] as const)("lets no more nodes out after one that is %s becomes %j", async (state, becomes) => {
	const batch = await running({ rollout: { maxFailures: 0 } }, [{ id: "run00001", state }, ...READY.slice(1)]);
	batch.beforeWrite = async () => {
		for (const to of becomes) await batch.move("run00001", to);
	};
	await batch.coordinator.tick();
	expect(await batch.states()).toEqual({ run00001: becomes.at(-1), run00002: "prepared" });
});

it("lets no more nodes out after one that is held", async () => {
	const batch = await running({ rollout: { maxFailures: 0 } }, [{ id: "run00001", state: "verifying" }, ...READY.slice(1)]);
	batch.beforeWrite = async () => {
		const lease = await claim(batch.db, "run00001", ["verifying"], () => new Date());
		if (!lease) throw new Error("nobody else holds it");
		await batch.store.patch(lease, { hold: { kind: "held", since: { bootId: "b1", uptimeS: 1 } } });
		await lease.release();
	};
	await batch.coordinator.tick();
	expect(await batch.states()).toEqual({ run00001: "verifying", run00002: "prepared" });
	expect(await batch.state()).toBe("held");
});
