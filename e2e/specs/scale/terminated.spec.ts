import { expect, test } from "@playwright/test";
import Database from "better-sqlite3";
import { createdSchema } from "../../../lib/contracts/id.ts";
import { migrationDetailSchema } from "../../../lib/contracts/migration.ts";
import { nodeListSchema } from "../../../lib/contracts/node.ts";
import { type Scale, startScale } from "./start-scale.ts";

// SIGTERM as a service manager sends it, at the built console as `npm start` runs it.
test.describe.configure({ timeout: 600_000 });

const STOP_LIMIT_MS = 5_000;
const IN_FLIGHT = /^(draining|cutover|verifying)$/;

let scale: Scale;

test.beforeAll(async () => {
	test.setTimeout(600_000);
	// Runs stay in flight until the cluster shows their nodes on containerd.
	scale = await startScale(3, { lagMs: 20_000 });
});

test.afterAll(async () => {
	await scale?.close();
});

/** Three workers at once. Returns the migration's id. */
async function migrateThree(): Promise<string> {
	const { api } = scale;
	const { nodes } = await api.call("/nodes", nodeListSchema);
	const workers = nodes;
	expect(workers).toHaveLength(3);
	const policy = { drain: { enabled: false }, maxUnavailable: 3 };
	const body = {
		clusterId: workers[0]?.clusterId,
		direction: "migrate",
		nodeIds: workers.map((node) => node.id),
		policy,
		reason: "To see what it survives",
	};
	const { id } = await api.call("/migrations", createdSchema.loose(), { method: "POST", body });
	await api.start(id);
	return id;
}

async function states(migrationId: string): Promise<string[]> {
	const { runs } = await scale.api.call(`/migrations/${migrationId}`, migrationDetailSchema);
	return runs.map((run) => run.state);
}

/** Reads until it ends; "ended" where it was closed in order, else what broke it. */
async function endOf(stream: ReadableStream<Uint8Array>): Promise<string> {
	try {
		for await (const _piece of stream);
		return "ended";
	} catch (error) {
		return String(error);
	}
}

test("told to end it closes its streams, hands its leases back and is gone within five seconds, with three runs in flight", async () => {
	const { console, api } = scale;
	const streams = await Promise.all([api.stream(), api.stream()]);
	const ends = streams.map(endOf);
	const migrationId = await migrateThree();
	await expect
		.poll(() => states(migrationId), { timeout: 240_000, intervals: [200] })
		.toEqual(Array(3).fill(expect.stringMatching(IN_FLIGHT)));

	const begun = performance.now();
	expect(await console.stop()).toBe(0);
	const tookMs = performance.now() - begun;
	expect(tookMs).toBeLessThan(STOP_LIMIT_MS);
	expect(await Promise.all(ends)).toEqual(["ended", "ended"]);
	test.info().annotations.push({ type: "SIGTERM to exit", description: `${Math.round(tookMs)} ms` });

	const database = new Database(console.database, { readonly: true });
	const runs = database.prepare("SELECT state, leaseId, leaseUntil FROM Run ORDER BY position").all();
	database.close();
	expect(runs).toEqual(Array(3).fill({ state: expect.stringMatching(IN_FLIGHT), leaseId: null, leaseUntil: null }));

	// Whoever comes next finds nobody in the way, and the nodes where they have gone by themselves.
	await console.up();
	await api.signIn(console.email, console.password);
	await expect.poll(() => states(migrationId), { timeout: 240_000 }).toEqual(["done", "done", "done"]);
});
