import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { AUDIT_ACTIONS, type AuditAction } from "../../lib/audit-record.ts";
import { auditPageSchema } from "../../lib/contracts/audit.ts";
import { inventory, PERSON } from "../inventory/testing/inventory.ts";
import { keyPair } from "../ssh/testing/keys.ts";
import { AuditLog, type AuditRecord } from "./audit.ts";

it("keeps who did what to what, by value, and tells that there is something new", async () => {
	const { db, hub, published } = await inventory();
	const audit = new AuditLog(db, hub, () => new Date("2026-02-01T10:00:00Z"));
	const target = { kind: "cluster" as const, id: "c1", name: "prod" };
	const id = await audit.record({ actor: PERSON, action: "cluster.create", target, values: { server: "https://10.0.0.1:6443" } });
	await audit.record({
		actor: { id: null, name: "nobody", address: "192.0.2.9" },
		action: "session.sign-in-refused",
		outcome: "auth.wrong-password",
	});
	const page = await audit.list();
	expect(auditPageSchema.parse(page)).toEqual(page);
	expect(page.events.at(-1)).toEqual({
		id,
		at: "2026-02-01T10:00:00.000Z",
		actorId: "u1",
		actorName: "Ann",
		address: "192.0.2.1",
		action: "cluster.create",
		target,
		outcome: "ok",
		values: { server: "https://10.0.0.1:6443" },
		changes: [],
	});
	expect(page.events[0]).toMatchObject({ actorId: null, target: null, outcome: "auth.wrong-password" });
	expect(published).toEqual([
		{ type: "changed", what: "audit" },
		{ type: "changed", what: "audit" },
	]);
});

it("keeps a change and its line together: both, or neither", async () => {
	const { db, audit, published } = await inventory();
	const event: AuditRecord = { actor: PERSON, action: "cluster.create" };
	const made = () => db.cluster.create({ data: { id: "c1", name: "prod" }, select: { id: true } });
	expect(await audit.commit([made()], [event])).toEqual([{ id: "c1" }]);
	expect(await db.auditEvent.count()).toBe(1);
	expect(published).toHaveLength(1);

	// The change is not there, and so is no line.
	await expect(audit.commit([made()], [event])).rejects.toMatchObject({ code: "P2002" });
	await expect(audit.commit([db.cluster.update({ where: { id: "c2" }, data: { name: "x" } })], [event])).rejects.toThrow();
	expect(await db.auditEvent.count()).toBe(1);
	// The line is not there, and so is no change.
	const removed = db.cluster.delete({ where: { id: "c1" } });
	await expect(audit.commit([removed], [{ ...event, outcome: null as unknown as string }])).rejects.toThrow();
	expect(await db.cluster.count()).toBe(1);
	expect(published).toHaveLength(1);
});

it("is read by pages, newest first, none twice and none left out", async () => {
	const { audit } = await inventory();
	for (let at = 0; at < 7; at++)
		await audit.record({ actor: PERSON, action: at % 2 === 0 ? "node.probe" : "cluster.delete", outcome: at === 4 ? "ssh.x" : "ok" });
	const read = async (filter: Parameters<typeof audit.list>[0]) => {
		const ids: number[] = [];
		for (let before: number | undefined; ; ) {
			const page = await audit.list({ ...filter, before, limit: 2 });
			ids.push(...page.events.map((event) => event.id));
			if (page.nextBefore === null) return ids;
			before = page.nextBefore;
		}
	};
	expect(await read({})).toEqual([7, 6, 5, 4, 3, 2, 1]);
	expect(await read({ action: "node.probe" })).toEqual([7, 5, 3, 1]);
	expect(await read({ action: "node.probe", outcome: "failed" })).toEqual([5]);
	expect(await read({ actorId: "somebody else" })).toEqual([]);
	expect(await read({ from: "2100-01-01T00:00:00Z" })).toEqual([]);
	await expect(audit.list({ limit: 0 })).rejects.toThrow();
});

it("is searched by ticket and reason too, as it is written and whatever is in it", async () => {
	const { audit } = await inventory();
	const record = async (values: Record<string, string>, action: AuditAction = "migration.start") =>
		audit.record({ actor: PERSON, action, target: { kind: "migration", id: "m1", name: "prod" }, values } as AuditRecord);
	const started = await record({ ticket: "CHG-8841", reason: "end of life", direction: "migrate" });
	const paused = await record({ ticket: "CHG-8842", reason: 'disks: "slow", 节点满了, 100 %' }, "migration.pause");
	const scanned = await audit.record({ actor: PERSON, action: "host-key.scan", values: { count: 8841 } });
	const found = async (q: string) => (await audit.list({ q })).events.map(({ id }) => id);
	expect(await found("CHG-8841")).toEqual([started]);
	expect(await found("chg-88")).toEqual([paused, started]);
	expect(await found("of life")).toEqual([started]);
	expect(await found("节点满了")).toEqual([paused]);
	expect(await found('"slow"')).toEqual([paused]);
	// Other values are not looked through, and a quote ends nothing.
	expect(await found("8841")).toEqual([started]);
	expect(await found("rollback")).toEqual([]);
	expect(await found("migrate")).toEqual([]);
	expect(await found("' OR 1=1 --")).toEqual([]);
	expect(await found("prod")).toEqual([paused, started]);
	expect(await found("192.0.2.1")).toEqual([scanned, paused, started]);
	expect(await audit.count({ q: "CHG-8842" }, 10)).toBe(1);
});

it("never stores a secret, whichever action it comes with and wherever it stands", async () => {
	const { db, audit } = await inventory();
	const secret = `S3cret${randomBytes(8).toString("hex")}`;
	const { privateKey } = keyPair();
	const names = ["password", "passphrase", "privateKey", "sudoPassword", "kubeconfig", "token", "secret", "auth"];
	const values = Object.fromEntries(names.map((name) => [name, secret]));
	for (const action of AUDIT_ACTIONS) await audit.record({ actor: PERSON, action, values } as unknown as AuditRecord<AuditAction>);
	// Pasted into the wrong field.
	const target = { kind: "node" as const, id: "n1", name: privateKey };
	await audit.record({
		actor: { ...PERSON, name: privateKey },
		action: "migration.start",
		target,
		values: { reason: `see ${privateKey} there` },
	});
	const rows = await db.auditEvent.findMany();
	expect(rows).toHaveLength(AUDIT_ACTIONS.length + 1);
	const stored = JSON.stringify(rows);
	expect(stored).not.toContain(secret);
	for (const line of privateKey.split("\n").filter((text) => text.length > 20)) expect(stored).not.toContain(line);
	expect(stored).toMatch(/see \*\*\*[^"]*there/);
});
