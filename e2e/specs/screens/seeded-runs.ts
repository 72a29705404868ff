import { fileURLToPath } from "node:url";
import { closeDatabase, openDatabase } from "../../../server/db/client.ts";

/** As a plan for a node of the control plane has them: id, phase, how long it takes; milliseconds. */
const STEPS = [
	["connect", "prepare", 844],
	["probe-again", "prepare", 1_140],
	["check-host", "prepare", 220],
	["snapshot", "prepare", 4_100],
	["install-crictl", "prepare", 40],
	["stage-files", "prepare", 570],
	["validate-config", "prepare", 70],
	["carry-images", "prepare", 97_000],
	["cordon", "drain", 36],
	["evict", "drain", 372_000],
	["compare-files", "cutover", 330],
	["check-control-plane", "cutover", 410],
	["arm-revert", "cutover", 490],
	["stop-kubelet", "cutover", 570],
	["end-containers", "cutover", 12_300],
	["stop-docker", "cutover", 2_900],
	["stop-containerd", "cutover", 80],
	["put-runtime-files", "cutover", 30],
	["start-containerd", "cutover", 1_590],
	["put-kubelet-files", "cutover", 50],
	["release-addresses", "cutover", 160],
	["arm-boot", "cutover", 90],
	["start-kubelet", "cutover", 6_200],
	["verify-node", "verify", 17_000],
	["verify-control-plane", "verify", 9_400],
	["verify-cluster", "verify", 21_000],
	["commit", "finish", 310],
	["annotate", "finish", 45],
	["uncordon", "finish", 52],
] as const;
const OF_CONTROL_PLANE: readonly string[] = ["check-control-plane", "verify-control-plane"];
/** What the node that went back undid. */
const BACK = ["stop-kubelet", "restore-files", "start-docker", "start-kubelet"] as const;
const FAILED_AT = "start-containerd";
const HOUR_MS = 3_600_000;

export const seededMigration = (nodes: number) => `screens${nodes}`;

/**
 * Writes a migration for each of these numbers of nodes into a console's database while the console is not running: three of five nodes
 * are done, one has gone back, and the rest has not begun. All are paused, so that nothing of them moves.
 */
export async function seedRuns(file: string, sizes: readonly number[]): Promise<void> {
	const db = await openDatabase({ file, migrations: fileURLToPath(new URL("../../../prisma/sqlite/migrations", import.meta.url)) });
	try {
		for (const size of sizes) {
			const id = seededMigration(size);
			const names = Array.from({ length: size }, (_, index) => (index === size - 1 ? "master-1" : `worker-${index + 1}`));
			const nodeId = (name: string) => `${id}-${name}`;
			const startedAt = new Date(Date.now() - 2 * HOUR_MS);
			await db.cluster.create({
				data: {
					id,
					name: `prod-${size}`,
					nodes: { create: names.map((name, index) => ({ id: nodeId(name), name, address: `192.0.2.${(index % 250) + 1}` })) },
				},
			});
			await db.migration.create({
				data: {
					id,
					clusterId: id,
					direction: "migrate",
					state: "paused",
					stateWhy: { code: "migration.paused", values: { person: "admin@gantry.local" } },
					policy: { maxUnavailable: "10%", rollout: { canary: { nodes: 1 }, batchSize: "25%" } },
					reason: "Docker is leaving",
					ticket: `CHG-${9_000 + size}`,
					createdById: "screens",
					createdBy: "admin@gantry.local",
					createdAt: startedAt,
					startedAt,
				},
			});
			const begun = Math.ceil(size * 0.6);
			const runs = names.map((nodeName, position) => ({
				id: `${id}r${position}`,
				migrationId: id,
				nodeId: nodeId(nodeName),
				nodeName,
				position,
				direction: "migrate",
				fromRuntime: "docker://19.3.13",
				toRuntime: "containerd://1.4.3",
				...endOf(position, begun, startedAt),
			}));
			await db.run.createMany({ data: runs });
			await db.runStep.createMany({ data: runs.flatMap((run) => stepsOf(run, startedAt)) });
		}
	} finally {
		await closeDatabase();
	}
}

function endOf(position: number, begun: number, startedAt: Date) {
	if (position >= begun) return { state: "queued" };
	const ended = { startedAt, endedAt: new Date(startedAt.getTime() + HOUR_MS) };
	if (position === begun - 1) return { state: "reverted", result: { code: "run.reverted", values: {} }, ...ended };
	return { state: "done", verified: "cluster", ...ended };
}

function stepsOf({ id, nodeName, state }: { id: string; nodeName: string; state: string }, startedAt: Date) {
	const plan = STEPS.filter(([step]) => nodeName.startsWith("master") || !OF_CONTROL_PLANE.includes(step));
	const failedAt = plan.findIndex(([step]) => step === FAILED_AT);
	const forward = plan.map(([stepId, phase, durationMs], position) => {
		const went = state === "done" || (state === "reverted" && position < failedAt);
		const failed = state === "reverted" && position === failedAt;
		return { stepId, phase, position, state: went ? "ok" : failed ? "failed" : "waiting", durationMs: went || failed ? durationMs : null };
	});
	const back = state === "reverted" ? BACK : [];
	return [
		...forward,
		...back.map((step, index) => ({
			stepId: `revert:${step}`,
			phase: "revert",
			position: plan.length + index,
			state: "ok",
			durationMs: 1_200 + index * 900,
		})),
	].map((step) => ({ runId: id, where: "node", startedAt: step.durationMs === null ? null : startedAt, ...step }));
}
