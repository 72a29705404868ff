import { expect, it } from "vitest";
import { soundApiNode, soundFacts } from "../preflight/fixtures/node.ts";
import { SshError } from "../ssh/errors.ts";
import { PROBED, testDatabase } from "./testing/migrations.ts";
import { planRequest, testNodes, testPlanning } from "./testing/plans.ts";

const facts = soundFacts(PROBED);

it("reads many nodes at once, but never more than a few, however many plans are asked for", async () => {
	const db = await testDatabase();
	const names = await testNodes(db, ...Array.from({ length: 30 }, (_, index) => `node${index}`));
	let [now, most] = [0, 0];
	let answer = () => {};
	const silent = new Promise<void>((resolve) => {
		answer = resolve;
	});
	const probe = async () => {
		most = Math.max(most, ++now);
		await silent;
		now -= 1;
		throw new SshError("connection.unreachable", { label: "root@192.0.2.1:22" });
	};
	const planning = testPlanning(db, { probe, apiNode: async () => soundApiNode(facts) });
	const told: string[] = [];
	const both = [
		planning.draft(planRequest(names.slice(0, 20), { onNode: (_, state) => void told.push(state) })),
		planning.draft(planRequest(names.slice(20))),
	];
	await expect.poll(() => now).toBe(16);
	answer();
	await Promise.all(both);
	expect(most).toBe(16);
	expect(told.filter((state) => state === "reading")).toHaveLength(20);
	expect(told.filter((state) => state === "failed")).toHaveLength(20);
	expect(await db.run.count({ where: { state: "skipped" } })).toBe(30);
});
