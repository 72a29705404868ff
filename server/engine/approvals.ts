import { approvalDigest, subjectOf } from "../../lib/approval.ts";
import { type ApprovalSubject, type ApprovalView, approvalSubjectSchema } from "../../lib/contracts/approval.ts";
import type { Message } from "../../lib/contracts/finding.ts";
import { keptOverrideSchema, type Policy, policySchema } from "../../lib/contracts/plan.ts";
import type { Db } from "../db/client.ts";
import type { Prisma } from "../db/generated/client.ts";
import { latestAttempts } from "./attempts.ts";
import { MigrationChangeError } from "./change-error.ts";
import { type PlanSummary, planSummaries } from "./plan-summary.ts";

export interface SubjectRun {
	id: string;
	nodeName: string;
	withoutApi: boolean;
	/** As `Run.overrides` keeps them. */
	overrides: Prisma.JsonValue;
}

/** What an approval given now would bind to. `runs` are the newest attempts. */
export function subjectNow(policy: Policy, runs: readonly SubjectRun[], plans: ReadonlyMap<string, PlanSummary | null>): ApprovalSubject {
	return subjectOf(
		policy,
		runs.map(({ id, nodeName, withoutApi, overrides }) => {
			const plan = plans.get(id) ?? null;
			return {
				nodeName,
				scriptSha256: plan?.scriptSha256 ?? null,
				factsDigest: plan?.factsDigest ?? null,
				withoutApi,
				overrides: keptOverrideSchema.array().parse(overrides),
			};
		}),
	);
}

/** The same, read from the database. Throws where there is no such migration. */
export async function currentSubject(db: Db, migrationId: string): Promise<ApprovalSubject> {
	const { policy } = await db.migration.findUniqueOrThrow({ where: { id: migrationId }, select: { policy: true } });
	const all = await db.run.findMany({
		where: { migrationId },
		select: { id: true, nodeId: true, nodeName: true, attempt: true, withoutApi: true, overrides: true },
	});
	const runs = latestAttempts(all);
	const plans = await planSummaries(
		db,
		runs.map(({ id }) => id),
	);
	return subjectNow(policySchema.parse(policy), runs, plans);
}

/** Newest first. */
export async function approvalViews(db: Db, migrationId: string): Promise<ApprovalView[]> {
	const rows = await db.approval.findMany({ where: { migrationId }, orderBy: { id: "desc" } });
	return rows.map(({ id, digest, subject, reason, ticket, userName, at }, index) => ({
		id,
		digest,
		subject: index === 0 ? approvalSubjectSchema.parse(subject) : null,
		reason,
		ticket,
		by: userName,
		at: at.toISOString(),
	}));
}

interface Approver {
	id: string;
	name: string;
}

/** Throws `migration.changed-since` where what would run now is not what the person who asks has seen. */
export async function refuseUnseen(db: Db, migrationId: string, digest: string): Promise<void> {
	if (approvalDigest(await currentSubject(db, migrationId)) !== digest) throw new MigrationChangeError("migration.changed-since", {});
}

/** Keeps that this person approves what is there now. Throws RangeError where that is not what they have seen. */
export async function approve(
	db: Db,
	migrationId: string,
	{ digest, reason, ticket, person, at }: { digest: string; reason: string; ticket: string; person: Approver; at: Date },
): Promise<void> {
	const subject = await currentSubject(db, migrationId);
	if (approvalDigest(subject) !== digest) throw new RangeError("what was approved is not what is there now");
	await db.approval.create({
		data: {
			migrationId,
			digest,
			subject: subject as unknown as Prisma.InputJsonValue,
			reason,
			ticket,
			userId: person.id,
			userName: person.name,
			at,
		},
	});
}

/** The newest one counts; null where there is none. */
export function lastApproval(db: Db, migrationId: string): Promise<{ digest: string; userId: string; userName: string } | null> {
	return db.approval.findFirst({
		where: { migrationId },
		orderBy: { id: "desc" },
		select: { digest: true, userId: true, userName: true },
	});
}

/** Why this may not start or go on by these people's word; null where the policy asks for no approval, or there is a valid one. */
export async function whyNotApproved(db: Db, migrationId: string, starterIds: readonly string[]): Promise<Message | null> {
	const migration = await db.migration.findUniqueOrThrow({ where: { id: migrationId }, select: { policy: true } });
	const { approval } = policySchema.parse(migration.policy);
	if (!approval.needed) return null;
	const last = await lastApproval(db, migrationId);
	if (!last) return { code: "migration.approval-needed", values: {} };
	if (last.digest !== approvalDigest(await currentSubject(db, migrationId)))
		return { code: "migration.approval-void", values: { person: last.userName } };
	if (approval.byAnother && starterIds.includes(last.userId))
		return { code: "migration.approval-by-starter", values: { person: last.userName } };
	return null;
}
