import { approvalDigest, bindsToApproval, subjectOf } from "../../lib/approval.ts";
import { type ApprovalSubject, type ApprovalView, approvalSubjectSchema } from "../../lib/contracts/approval.ts";
import { keptOverrideSchema, type Policy, policySchema } from "../../lib/contracts/plan.ts";
import type { Db } from "../db/client.ts";
import type { Prisma } from "../db/generated/client.ts";
import { latestAttempts } from "./attempts.ts";
import { MigrationChangeError } from "./change-error.ts";
import { passedGates } from "./gates.ts";
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

interface Given {
	/** Of what the person has seen; absent where nobody looked. */
	digest?: string | undefined;
	reason: string;
	/** "" or absent: the migration's own. */
	ticket?: string | undefined;
	person: Approver;
	at: Date;
}

/**
 * What keeps that this person approves what is there now, to be written with what it lets happen. Throws `migration.approval-by-starter`,
 * `migration.reason-needed`, and `migration.changed-since` where that is not what they have seen.
 */
export async function approvalOf(
	db: Db,
	migration: Pick<Prisma.MigrationModel, "id" | "ticket" | "startedById" | "policy">,
	{ digest: seen, reason, ticket, person, at }: Given,
): Promise<{ write: Prisma.PrismaPromise<unknown> }> {
	if (policySchema.parse(migration.policy).approval.byAnother && migration.startedById === person.id)
		throw new MigrationChangeError("migration.approval-by-starter", { person: person.name });
	if (reason === "") throw new MigrationChangeError("migration.reason-needed", {});
	const subject = await currentSubject(db, migration.id);
	const digest = approvalDigest(subject);
	if (seen !== undefined && seen !== digest) throw new MigrationChangeError("migration.changed-since", {});
	// In an object: awaited, it would be done.
	return {
		write: db.approval.create({
			data: {
				migrationId: migration.id,
				digest,
				subject: subject as unknown as Prisma.InputJsonValue,
				reason,
				ticket: ticket || migration.ticket,
				userId: person.id,
				userName: person.name,
				at,
			},
		}),
	};
}

/** The newest one counts; null where there is none. */
export function lastApproval(db: Db, migrationId: string): Promise<{ digest: string; userId: string; userName: string } | null> {
	return db.approval.findFirst({
		where: { migrationId },
		orderBy: { id: "desc" },
		select: { digest: true, userId: true, userName: true },
	});
}

/** Throws where this may not start or go on by these people's word: where an approval binds it, and there is none that is valid. */
export async function refuseUnapproved(db: Db, migrationId: string, starterIds: readonly string[]): Promise<void> {
	const migration = await db.migration.findUniqueOrThrow({ where: { id: migrationId }, select: { policy: true, gates: true } });
	const policy = policySchema.parse(migration.policy);
	const last = await lastApproval(db, migrationId);
	if (!bindsToApproval({ policy, passed: passedGates(migration.gates) }, last)) return;
	if (!last) throw new MigrationChangeError("migration.approval-needed", {});
	if (last.digest !== approvalDigest(await currentSubject(db, migrationId)))
		throw new MigrationChangeError("migration.approval-void", { person: last.userName });
	if (policy.approval.byAnother && starterIds.includes(last.userId))
		throw new MigrationChangeError("migration.approval-by-starter", { person: last.userName });
}
