import { expect, vi } from "vitest";
import type { Db } from "@/server/db/client.ts";
import { testPlan } from "@/server/engine/testing/migrations.ts";
import type { ClusterApi } from "@/server/kubernetes/cluster-api.ts";
import { type TestConsole, testConsole } from "./console.ts";

const RUN = { direction: "migrate", fromRuntime: "docker", toRuntime: "containerd", attempt: 1 };
const PLAN = JSON.parse(JSON.stringify(testPlan("run00001")));
// A failure that nobody takes for a constraint of the change's own.
const REFUSES_SUCCESS = `CREATE TRIGGER refuses_success BEFORE INSERT ON "AuditEvent" WHEN NEW.outcome = 'ok'
	BEGIN SELECT json('no line for a success'); END`;

export const WHY = "its kubelet needs it";
export const queued = { state: "queued" };

/** A migration as it is before somebody decides about it. */
export interface Given {
	state?: string;
	stateWhy?: object;
	policy?: object;
	runs?: object[];
	podGate?: object;
}

/** A console with a cluster of three nodes, in which nothing is carried out: what a request writes is all that happens. */
export class WatchedConsole {
	private constructor(
		readonly test: TestConsole,
		/** Of the administrator. */
		readonly cookie: string,
	) {}

	static async start(): Promise<WatchedConsole> {
		const test = await testConsole();
		const cookie = await test.signIn();
		await test.console.engine.stop();
		const { db, engine, connections, probes } = test.console;
		const nodes = ["n1", "n2", "n3"].map((id, index) => ({ id, name: `node${index + 1}`, address: `10.0.0.${index + 1}` }));
		await db.cluster.create({ data: { id: "c1", name: "legacy", nodes: { create: nodes } } });
		const credential = { id: "cr1", clusterId: "c1", user: "root", port: 22, authKind: "key", secret: "", privilege: "root" };
		await db.credential.create({ data: credential });
		const key = { port: 22, algorithm: "ssh-ed25519", keyBase64: "", sha256: "", acceptedBy: "person", userName: "ann" };
		await db.hostKey.createMany({ data: nodes.map(({ id, address }) => ({ id, address, ...key })) });
		// No node is read.
		vi.spyOn(probes, "read").mockRejectedValue(new Error("no node is read"));
		const planned = (id: string, nodeId: string, position: number) => ({ ...RUN, id, nodeId, nodeName: nodeId, position, state: "queued" });
		vi.spyOn(engine.planning, "again").mockImplementation(async (migrationId, run) => ({
			...planned("again", run.nodeId, run.position),
			migrationId,
			attempt: run.attempt + 1,
		}));
		vi.spyOn(engine.planning, "added").mockImplementation(async (migrationId, nodeId, position) => ({
			...planned("added", nodeId, position),
			migrationId,
		}));
		vi.spyOn(engine.planning, "anew").mockImplementation(async (_, { nodeId, position }) => ({
			row: planned("anew", nodeId, position),
			controlPlane: false,
		}));
		vi.spyOn(connections, "get").mockResolvedValue({ uncordon: async () => "uncordoned" } as unknown as ClusterApi);
		return new WatchedConsole(test, cookie);
	}

	get db(): Db {
		return this.test.console.db;
	}

	get audit() {
		return this.test.console.audit;
	}

	close(): Promise<void> {
		return this.test.close();
	}

	/** Takes away what the last test left. */
	async forget(): Promise<void> {
		await this.db.migration.deleteMany();
		await this.db.auditEvent.deleteMany();
	}

	/** Writes the migration `m1`. */
	async given({ state = "running", runs = [{}], podGate, ...more }: Given): Promise<void> {
		const base = { clusterId: "c1", direction: "migrate", reason: WHY, ticket: "", policy: {}, createdById: "u", createdBy: "ann" };
		const rows = runs.map((change, index) => ({
			...RUN,
			id: `r${index + 1}`,
			nodeId: `n${index + 1}`,
			nodeName: `node${index + 1}`,
			position: index,
			state: "prepared",
			plan: PLAN,
			...change,
		}));
		const gate = podGate ? { podGate: { create: podGate } } : {};
		await this.db.migration.create({ data: { ...base, id: "m1", state, ...more, ...gate, runs: { create: rows } } } as never);
	}

	/** All that a decision may change. */
	async everything(): Promise<string> {
		const { db } = this;
		return JSON.stringify([
			await db.migration.findMany(),
			await db.run.findMany({ orderBy: { id: "asc" } }),
			await db.runEvent.findMany(),
			await db.approval.findMany(),
			await db.podGate.findMany(),
			await db.cluster.findMany(),
			await db.node.findMany(),
			await db.credential.findMany(),
			await db.hostKey.findMany(),
			await db.template.findMany(),
			await db.crictlArchive.findMany(),
			await db.migrationDraft.findMany(),
			await db.user.findMany({ include: { accounts: true } }),
			await db.session.findMany(),
		]);
	}

	/** While `work` goes on, no line of a success can be written. */
	async refusing<T>(work: () => Promise<T>): Promise<T> {
		await this.db.$executeRawUnsafe(REFUSES_SUCCESS);
		try {
			return await work();
		} finally {
			await this.db.$executeRawUnsafe("DROP TRIGGER refuses_success");
		}
	}

	/** Holds `press` to it: nothing where its line cannot be written, and otherwise the change and one line for it. */
	async doneOnlyWithItsLine(action: string, press: () => Promise<Response>, lines: readonly string[] = []): Promise<void> {
		const was = await this.everything();
		expect((await this.refusing(press)).status).toBe(500);
		expect(await this.everything()).toBe(was);
		const said = async () => (await this.audit.list()).events.map((event) => `${event.action} ${event.outcome}`);
		expect(await said()).toEqual([`${action} http.unexpected`]);

		expect((await press()).status).toBe(200);
		expect(await this.everything()).not.toBe(was);
		expect(await said()).toEqual([`${action} ok`, ...lines.map((line) => `${line} ok`), `${action} http.unexpected`]);
	}
}
