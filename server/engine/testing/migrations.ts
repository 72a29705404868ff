import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import pino from "pino";
import { afterEach } from "vitest";
import type { Facts } from "../../../lib/contracts/facts.ts";
import { type Direction, type Plan, policySchema } from "../../../lib/contracts/plan.ts";
import type { MigrationState, RunState } from "../../../lib/contracts/run.ts";
import { closeDatabase, type Db, openDatabase } from "../../db/client.ts";
import type { Prisma } from "../../db/generated/client.ts";
import { temporaryFolder } from "../../db/temporary-folder.ts";
import { planMigration } from "../../plan/migrate.ts";
import { soundFacts } from "../../preflight/fixtures/node.ts";

const text = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What a real node on dockershim answered to the probe. */
export const PROBED = readFileSync(text("../../probe/fixtures/bookworm-dockershim.txt"), "utf8");
export const FACTS: Facts = soundFacts(PROBED);
const CLUSTER = "cluster1";
export const silentLog = pino({ level: "silent" });

/** A database of the test's own; closed when it ends. */
export async function testDatabase(): Promise<Db> {
	const db = await openDatabase({ file: `${temporaryFolder()}/gantry.db`, migrations: text("../../../prisma/sqlite/migrations") });
	await db.cluster.create({ data: { id: CLUSTER, name: "test" } });
	return db;
}
afterEach(closeDatabase);

/** A real plan of a real node; `change` for what a test needs otherwise. */
export function testPlan(runId: string, change: Partial<Plan> = {}): Plan {
	const policy = policySchema.parse({ installCrictl: false });
	const plan = planMigration({ runId, nodeName: "node1", controlPlane: false, facts: FACTS, policy, findings: [], crictl: null });
	return { ...plan, ...change };
}

export interface TestRun {
	id: string;
	/** Default: the run's position counted from 1, as `node1`. */
	node?: string;
	state?: RunState;
	attempt?: number;
	plan?: Plan;
	more?: Partial<Prisma.RunUncheckedCreateInput>;
}

export interface TestMigration {
	id?: string;
	state?: MigrationState;
	direction?: Direction;
	policy?: object;
	withoutApi?: boolean;
	runs: TestRun[];
}

/** Stores a migration as planning does, with its runs in the states given. Returns its id. */
export async function testMigration(db: Db, given: TestMigration): Promise<string> {
	const id = given.id ?? "migration1";
	const direction = given.direction ?? "migrate";
	await db.migration.create({
		data: {
			id,
			clusterId: CLUSTER,
			direction,
			state: given.state ?? "running",
			policy: policySchema.parse(given.policy ?? {}),
			reason: "",
			ticket: "",
			withoutApi: given.withoutApi ?? false,
			createdById: "p1",
			createdBy: "tester",
		},
	});
	for (const [index, run] of given.runs.entries()) {
		const node = run.node ?? `node${index + 1}`;
		await db.node.upsert({
			where: { id: node },
			update: {},
			create: { id: node, clusterId: CLUSTER, name: node, address: "192.0.2.1" },
		});
		const plan = run.plan ?? testPlan(run.id, { nodeName: node });
		await db.run.create({
			data: {
				id: run.id,
				migrationId: id,
				nodeId: node,
				nodeName: node,
				direction,
				position: index,
				attempt: run.attempt ?? 1,
				state: run.state ?? "queued",
				withoutApi: given.withoutApi ?? false,
				plan: plan as unknown as Prisma.InputJsonValue,
				facts: FACTS as unknown as Prisma.InputJsonValue,
				fromRuntime: plan.runtimeFrom,
				toRuntime: plan.runtimeTo,
				...run.more,
			},
		});
		await db.runStep.createMany({
			data: plan.steps.map((step, position) => ({
				runId: run.id,
				stepId: step.id,
				position,
				phase: step.phase,
				where: step.where,
				state: "waiting",
			})),
		});
	}
	return id;
}
