import { afterEach, expect, it, vi } from "vitest";
import { AuditLog } from "../../server/audit/audit.ts";
import type { RunContext } from "../../server/engine/executor/context.ts";
import { PrismaRunStore } from "../../server/engine/store.ts";
import { FAULTS } from "./faults.ts";
import type { Judgement } from "./promise.ts";
import { runCase } from "./simulated/run-case.ts";

// The harness has to catch a product that breaks the promise: here it is broken on purpose, one thing at a time.
const broken = vi.hoisted(() => ({ commit: false, uncordon: false, lease: false }));

vi.mock("../../server/remote/commit.ts", async (original) => {
	const real = await original<typeof import("../../server/remote/commit.ts")>();
	return {
		...real,
		commit: (...args: Parameters<typeof real.commit>) => (broken.commit ? Promise.resolve("commit") : real.commit(...args)),
	};
});
vi.mock("../../server/engine/executor/cordon.ts", async (original) => {
	const real = await original<typeof import("../../server/engine/executor/cordon.ts")>();
	const forgotten = (context: RunContext) => context.patch({ cordonedByUs: false, waiting: null });
	return {
		...real,
		uncordon: (...args: Parameters<typeof real.uncordon>) => (broken.uncordon ? forgotten(args[0]) : real.uncordon(...args)),
	};
});
vi.mock("../../server/engine/leases.ts", async (original) => {
	const real = await original<typeof import("../../server/engine/leases.ts")>();
	const claim = async (...args: Parameters<typeof real.claim>) => {
		const lease = await real.claim(...args);
		return lease && broken.lease ? { ...lease, renew: async () => true } : lease;
	};
	return { ...real, claim };
});
afterEach(() => {
	Object.assign(broken, { commit: false, uncordon: false, lease: false });
	vi.restoreAllMocks();
});

async function migrated(fault?: string): Promise<Judgement> {
	const chosen = FAULTS.find(({ name }) => name === fault) ?? null;
	const moment = { step: "start-kubelet", edge: "begin" } as const;
	return (await runCase({ seed: 1, fault: fault ?? "none", scenario: "migrate", shape: "bookworm", moment }, chosen)).judgement;
}

it("catches a commit that the node never took: the record says done, and the node goes back", async () => {
	broken.commit = true;
	const { ending, broken: found } = await migrated();
	expect(ending).toBe("half-way");
	expect(found.join("\n")).toMatch(/a revert is still armed|the kubelet is on docker, containerd is on record/);
});

it("catches a cordon that nobody took back", async () => {
	broken.uncordon = true;
	expect(await migrated()).toMatchObject({ ending: "half-way", broken: ["the node is cordoned and nothing says why"] });
});

it("catches a decision that was written without its line in the audit", async () => {
	// As two statements one after the other are, where the console dies in between.
	vi.spyOn(AuditLog.prototype, "commit").mockImplementation(async function (this: AuditLog, writes) {
		return (await Reflect.get(this, "db").$transaction([...writes])) as never;
	});
	const { broken: found } = await migrated("pause");
	expect(found).toContain("migration.start was done 1 times, and the audit says 0");
	expect(found).toContain("migration.pause was done 1 times, and the audit says 0");
});

it("catches log lines that are stored twice", async () => {
	const append = PrismaRunStore.prototype.appendLog;
	vi.spyOn(PrismaRunStore.prototype, "appendLog").mockImplementation(async function (
		this: PrismaRunStore,
		lease,
		generation,
		offset,
		bytes,
	) {
		await append.call(this, lease, generation, offset, bytes);
		// The last of the node's own: nobody compares what is stored with the node after it.
		if (bytes.includes("end verify-node")) await append.call(this, lease, generation, offset + bytes.length, bytes);
	});
	expect((await migrated()).linesDoubled).toBeGreaterThan(0);
});

it("catches a console that writes by a lease which another has taken over", async () => {
	broken.lease = true;
	const patch = PrismaRunStore.prototype.patch;
	vi.spyOn(PrismaRunStore.prototype, "patch").mockImplementation(async function (this: PrismaRunStore, lease, change) {
		// Whoever holds the lease now is pushed aside: what the conditional update is there to prevent.
		await Reflect.get(this, "db").run.updateMany({ where: { id: lease.runId }, data: { leaseId: lease.leaseId } });
		await patch.call(this, lease, change);
	});
	expect((await migrated("frozen")).broken.join("\n")).toMatch(/written by a lost lease/);
});
