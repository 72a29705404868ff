import { fileURLToPath } from "node:url";
import { closeDatabase, openDatabase } from "../../server/db/client.ts";

export const MIGRATION = "benchmigration01";
/** Of another migration, which is over: its log is the long one. */
export const LOGGED_RUN = "benchlog00000001";

/** A node's steps as a plan has them: id, phase, where. */
export const STEPS = [
	["connect", "prepare", "console"],
	["check-facts", "prepare", "console"],
	["snapshot", "prepare", "node"],
	["install-crictl", "prepare", "node"],
	["stage-files", "prepare", "node"],
	["carry-images", "prepare", "node"],
	["cordon", "drain", "console"],
	["evict", "drain", "console"],
	["compare-files", "cutover", "node"],
	["arm-revert", "cutover", "node"],
	["stop-kubelet", "cutover", "node"],
	["end-containers", "cutover", "node"],
	["stop-docker", "cutover", "node"],
	["stop-containerd", "cutover", "node"],
	["place-files", "cutover", "node"],
	["start-containerd", "cutover", "node"],
	["start-kubelet", "cutover", "node"],
	["verify-node", "verify", "node"],
	["verify-cluster", "verify", "console"],
	["commit", "finish", "console"],
	["annotate", "finish", "console"],
	["uncordon", "finish", "console"],
] as const;

const CHUNK = 64 * 1024;

/**
 * Writes a paused migration of so many nodes, none begun, and an ended run whose log has so many lines, into a console's database while
 * the console is not running. Nothing of it makes the console go to a node.
 */
export async function seed(file: string, { nodes, lines }: { nodes: number; lines: number }): Promise<void> {
	const migrations = fileURLToPath(new URL("../../prisma/sqlite/migrations", import.meta.url));
	const db = await openDatabase({ file, migrations });
	try {
		const names = Array.from({ length: nodes }, (_, index) => `worker-${index + 1}`);
		await db.cluster.create({
			data: { id: "bench", name: "bench", nodes: { create: names.map((name) => ({ id: name, name, address: "192.0.2.1" })) } },
		});
		const migration = {
			clusterId: "bench",
			direction: "migrate",
			policy: { maxUnavailable: "10%", rollout: { canary: { nodes: 5 }, batchSize: "25%" } },
			reason: "What a page of many nodes costs",
			ticket: "BENCH-1",
			createdById: "bench",
			createdBy: "bench",
			startedAt: new Date(),
		};
		const run = { direction: "migrate", fromRuntime: "docker://19.3.13", toRuntime: "containerd://1.4.3" };
		await db.migration.create({
			data: { ...migration, id: MIGRATION, state: "paused", stateWhy: { code: "migration.paused", values: { person: "bench" } } },
		});
		await db.run.createMany({
			data: names.map((name, position) => ({
				...run,
				id: runIdOf(position),
				migrationId: MIGRATION,
				nodeId: name,
				nodeName: name,
				position,
				state: "queued",
			})),
		});
		await db.runStep.createMany({
			data: names.flatMap((_, index) =>
				STEPS.map(([stepId, phase, where], position) => ({
					runId: runIdOf(index),
					stepId,
					position,
					phase,
					where,
					state: "waiting",
				})),
			),
		});
		const log = Buffer.from(Array.from({ length: lines }, (_, index) => logLine(index + 1)).join(""));
		await db.migration.create({
			data: {
				...migration,
				id: "benchmigration02",
				state: "done",
				endedAt: new Date(),
				runs: {
					create: {
						...run,
						id: LOGGED_RUN,
						nodeId: "worker-1",
						nodeName: "worker-1",
						position: 0,
						state: "done",
						startedAt: new Date(),
						endedAt: new Date(),
						logBytes: log.length,
						logLines: lines,
					},
				},
			},
		});
		const chunks = [];
		for (let offset = 0, line = 1; offset < log.length; offset += CHUNK) {
			const bytes = log.subarray(offset, offset + CHUNK);
			const ends = bytes.filter((byte) => byte === 10).length;
			chunks.push({ runId: LOGGED_RUN, generation: 0, offset, firstLine: line, lines: ends, bytes: new Uint8Array(bytes) });
			line += ends;
		}
		await db.logChunk.createMany({ data: chunks });
	} finally {
		await closeDatabase();
	}
}

export function runIdOf(index: number): string {
	return `benchrun${String(index).padStart(8, "0")}`;
}

/** As a node writes them: of several lengths, some with colours. */
function logLine(number: number): string {
	const words = `line ${number} of what a command said on the node ${"about its work ".repeat(number % 6)}`;
	return number % 7 === 0 ? `\u001b[32m${words}\u001b[0m\n` : `${words}\n`;
}
