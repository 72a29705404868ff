import { z } from "zod";
import { LONGEST_QUERY } from "../log-lines.ts";
import { approvalViewSchema } from "./approval.ts";
import { auditTargetKindSchema, fieldChangeSchema } from "./audit.ts";
import { decisionViewSchema, runDecisionInputSchema } from "./decision.ts";
import { draftIdSchema } from "./draft.ts";
import { factsSchema } from "./facts.ts";
import { findingSchema, messageSchema } from "./finding.ts";
import { migrationFiltersSchema, runFiltersSchema } from "./history.ts";
import { leftRunChoiceSchema, leftRunSchema } from "./left-run.ts";
import { nodeViewSchema } from "./node.ts";
import { directionSchema, overrideSchema, planSchema, policySchema } from "./plan.ts";
import { gateSchema, paceSchema } from "./rollout.ts";
import { migrationViewSchema, runEventSchema, runViewSchema } from "./run.ts";
import { scheduleInputSchema } from "./schedule.ts";

/**
 * The console's HTTP API under /api/v1, request and answer of each route. Every route needs a session; every error is
 * `application/problem+json` (problemSchema). Lists are whole unless a cursor is named.
 */
export const problemSchema = z.object({
	type: z.literal("about:blank"),
	status: z.number().int(),
	/** Stable code; its sentence is in the message catalogue under `error.<code>`. */
	code: z.string(),
	values: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
	requestId: z.string(),
	/** For 400: where the input is wrong. */
	issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof problemSchema>;

const id = z.string().min(1).max(64);
const name = z.string().trim().min(1).max(100);
const host = z
	.string()
	.trim()
	.min(1)
	.max(253)
	.regex(/^[A-Za-z0-9._:[\]-]+$/);
const port = z.number().int().min(1).max(65_535);

// ---- GET /me
export const meSchema = z.object({ user: z.object({ id, name: z.string(), email: z.string() }), version: z.string() });

// ---- clusters
export const clusterViewSchema = z.object({
	id,
	name: z.string(),
	/** False: nodes are added by hand and there is no API. */
	hasApi: z.boolean(),
	server: z.string().nullable(),
	serverOverride: z.string().nullable(),
	tlsServerName: z.string().nullable(),
	/** Last test of the access; code "ok" where it works. */
	apiState: messageSchema.nullable(),
	apiCheckedAt: z.string().nullable(),
	nodes: z.object({ total: z.number(), docker: z.number(), containerd: z.number(), other: z.number(), withoutHostKey: z.number() }),
	hasCredential: z.boolean(),
	createdAt: z.string(),
});
export type ClusterView = z.infer<typeof clusterViewSchema>;
/** POST /clusters (tests before it saves), POST /clusters/test (only tests), PATCH /clusters/:id (what is absent stays). */
export const clusterInputSchema = z.object({
	name,
	/** Null or absent: no API. */
	kubeconfig: z.string().max(1_000_000).nullable().default(null),
	context: z.string().max(253).optional(),
	serverOverride: z.string().trim().max(500).nullable().default(null),
	tlsServerName: z.string().trim().max(253).nullable().default(null),
});
export type ClusterInput = z.input<typeof clusterInputSchema>;
/** PATCH /clusters/:id: what is absent stays; a kubeconfig of null takes the API away. */
export const clusterPatchSchema = z.object({
	name: name.optional(),
	kubeconfig: z.string().min(1).max(1_000_000).nullable().optional(),
	context: z.string().max(253).optional(),
	serverOverride: z.string().trim().max(500).nullable().optional(),
	tlsServerName: z.string().trim().max(253).nullable().optional(),
});
/** GET /clusters. */
export const clusterListSchema = z.object({ clusters: z.array(clusterViewSchema) });
export const clusterTestSchema = z.object({
	ok: z.boolean(),
	version: z.string().nullable(),
	problem: messageSchema.nullable(),
	server: z.string(),
});

// ---- SSH credentials: GET/PUT/DELETE /clusters/:id/credential and /nodes/:id/credential
const authInput = z.discriminatedUnion("kind", [
	/** A secret that is left out stays as it is stored, where the kind is the same. */
	z.object({ kind: z.literal("key"), privateKey: z.string().min(1).max(20_000).optional(), passphrase: z.string().max(1_000).optional() }),
	z.object({ kind: z.literal("password"), password: z.string().min(1).max(1_000).optional() }),
]);
export const credentialInputSchema = z.object({
	user: z
		.string()
		.trim()
		.min(1)
		.max(64)
		.regex(/^[A-Za-z_][A-Za-z0-9_.@-]*\$?$/),
	port: port.default(22),
	auth: authInput,
	privilege: z.discriminatedUnion("kind", [
		z.object({ kind: z.literal("root") }),
		/** sudo asks for none. Strict: a password that comes with it is refused and not dropped. */
		z.strictObject({ kind: z.literal("sudo") }),
		/** Left out it stays as it is stored; where none is stored either, sudo takes the login's own. */
		z.object({ kind: z.literal("sudo-password"), password: z.string().min(1).max(1_000).optional() }),
	]),
	jump: z
		.object({ address: host, port: port.default(22), user: z.string().trim().min(1).max(64), auth: authInput })
		.nullable()
		.default(null),
});
export type CredentialInput = z.input<typeof credentialInputSchema>;
/** No secret ever: only what is set. */
export const credentialViewSchema = z.object({
	user: z.string(),
	port: z.number(),
	auth: z.object({
		kind: z.enum(["key", "password"]),
		keyType: z.string().nullable(),
		fingerprint: z.string().nullable(),
		hasPassphrase: z.boolean(),
	}),
	privilege: z.enum(["root", "sudo", "sudo-password"]),
	jump: z.object({ address: z.string(), port: z.number(), user: z.string(), authKind: z.enum(["key", "password"]) }).nullable(),
	updatedAt: z.string(),
});
export type CredentialView = z.infer<typeof credentialViewSchema>;
/** GET, PUT …/credential. */
export const credentialAnswerSchema = z.object({ credential: credentialViewSchema.nullable() });

// ---- nodes
/** GET /nodes?clusterId= → NodeView[] */
export const nodeListSchema = z.object({ nodes: z.array(nodeViewSchema) });
/** POST /nodes: by hand, into a cluster. */
export const nodeInputSchema = z.object({
	clusterId: id,
	name: z
		.string()
		.trim()
		.min(1)
		.max(253)
		.regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/),
	address: host,
	/** Null = the credential's. */
	port: port.nullable().default(null),
});
/** PATCH /nodes/:id: where SSH goes; null = as the API says, the credential's port. */
export const nodePatchSchema = z.object({ address: host.nullable().optional(), port: port.nullable().optional() });
/** POST /nodes/probe → each node's outcome. */
export const probeInputSchema = z.object({ nodeIds: z.array(id).min(1).max(2_000) });
export const probeResultSchema = z.object({ results: z.array(z.object({ nodeId: id, ok: z.boolean(), error: messageSchema.nullable() })) });
/** GET /nodes/:id */
export const nodeDetailSchema = z.object({
	node: nodeViewSchema,
	facts: factsSchema.nullable(),
	/** What preflight says of a migration, by the facts above; empty where there are none. */
	findings: z.array(findingSchema),
	/** Why preflight could not be asked: the cluster does not answer. */
	findingsError: messageSchema.nullable().default(null),
	runs: z.array(runViewSchema),
});
export type NodeDetail = z.infer<typeof nodeDetailSchema>;
/** GET /nodes/:id/left-runs : runs on the node that this console has no record of, read from the node now. */
export const leftRunListSchema = z.object({ runs: z.array(leftRunSchema) });
/** POST /nodes/:id/left-runs : takes one over; answers with its id. */
export const adoptInputSchema = runDecisionInputSchema.extend({
	runId: z.string().regex(/^[a-z0-9]{8,32}$/),
	choice: leftRunChoiceSchema,
});

// ---- host keys
export const scannedKeySchema = z.object({
	entryId: id,
	/** The node, or the jump host of these nodes. */
	nodeId: id.nullable(),
	label: z.string(),
	address: z.string(),
	port: z.number(),
	algorithm: z.string(),
	sha256: z.string(),
	/** Against what was accepted before. */
	accepted: z.enum(["unknown", "accepted", "changed"]),
	/** Of the accepted key, where it changed. */
	expectedSha256: z.string().nullable(),
	/** Against the uploaded known_hosts; null where none was. */
	knownHosts: z.enum(["match", "mismatch", "revoked", "unknown"]).nullable(),
});
/** POST /host-keys/scan {nodeIds, knownHosts?} → scan; GET /host-keys/scan/:id?; POST /host-keys/scan/:id/known-hosts {text}. */
export const hostKeyScanSchema = z.object({
	scanId: id,
	keys: z.array(scannedKeySchema),
	errors: z.array(z.object({ nodeId: id.nullable(), label: z.string(), error: messageSchema })),
});
export type HostKeyScan = z.infer<typeof hostKeyScanSchema>;
export const hostKeyScanInputSchema = z.object({
	nodeIds: z.array(id).min(1).max(2_000),
	knownHosts: z.string().max(2_000_000).optional(),
});
/** POST /host-keys/scan/:id/accept-matches {} accepts those that match known_hosts; POST …/accept {entryId} one; POST …/replace {entryId, expectedSha256} a changed one. Each answers the scan anew. */
export const acceptKeySchema = z.object({ entryId: id });
/** GET /host-keys: what was accepted; DELETE /host-keys/:id takes it back. */
export const hostKeyListSchema = z.object({
	keys: z.array(
		z.object({
			id,
			address: z.string(),
			port: z.number(),
			algorithm: z.string(),
			sha256: z.string(),
			acceptedBy: z.enum(["known-hosts", "person"]),
			userName: z.string(),
			acceptedAt: z.string(),
		}),
	),
});
export const knownHostsInputSchema = z.object({ text: z.string().max(2_000_000) });
export const replaceKeySchema = z.object({ entryId: id, expectedSha256: z.string() });

// ---- crictl archives: GET /archives, POST /archives?fileName=&sha256= (body: the bytes), DELETE /archives/:id
export const archiveViewSchema = z.object({
	id,
	architecture: z.string(),
	version: z.string(),
	fileName: z.string(),
	sizeBytes: z.number(),
	sha256: z.string(),
	binarySha256: z.string(),
	uploadedBy: z.string(),
	uploadedAt: z.string(),
});
export type ArchiveView = z.infer<typeof archiveViewSchema>;
export const archiveListSchema = z.object({ archives: z.array(archiveViewSchema) });
/** `replace=1` puts it in the place of the one for the same architecture. */
export const archiveUploadQuerySchema = z.object({
	fileName: z.string().min(1).max(300),
	sha256: z
		.string()
		.regex(/^[0-9A-Fa-f]{64}$/)
		.optional(),
	replace: z.literal("1").optional(),
});

// ---- migrations
/** POST /migrations: probes and plans the chosen nodes and keeps the result as a draft → {id}. */
export const planInputSchema = z.object({
	clusterId: id,
	direction: directionSchema,
	nodeIds: z.array(id).min(1).max(2_000),
	policy: policySchema,
	/** 422 without one: a start has its migration's reason. */
	reason: z.string().trim().max(2_000).default(""),
	ticket: z.string().trim().max(200).default(""),
	/** Audited: nodes among them that the cluster's API does not know go without it. Refused where it knows them all. */
	withoutApi: z.boolean().default(false),
	/** Blocking findings that are overridden, each for one node; audited one by one. Refused where a code is not overridable. */
	overrides: z.array(overrideSchema).max(20_000).default([]),
	/** Why; without it nothing is overridden. */
	overrideReason: z.string().trim().max(2_000).default(""),
	/** The person's draft that this is the plan of: it is told how far each node is, and its plan before this one is replaced. */
	draftId: draftIdSchema.optional(),
});
export type PlanInput = z.input<typeof planInputSchema>;
export const createdSchema = z.object({ id });
/** GET /migrations?clusterId=&direction=&state=&started=&q=&lastS=&from=&to=&limit=&offset= */
export const migrationListSchema = z.object({
	migrations: z.array(migrationViewSchema.extend({ counts: z.record(z.string(), z.number()) })),
	total: z.number(),
});
export type MigrationList = z.infer<typeof migrationListSchema>;
/** GET /migrations/:id: everything the run page needs but plans and logs. `blockedBy`: nodes that are out and keep others waiting. */
export const migrationDetailSchema = z.object({
	migration: migrationViewSchema,
	runs: z.array(runViewSchema),
	events: z.array(runEventSchema),
	/** Newest first: that one counts. */
	approvals: z.array(approvalViewSchema),
	unavailable: z.array(z.string()),
	/** Newest first: who decided what, and why. */
	decisions: z.array(decisionViewSchema),
	/** Nodes that are read at this moment for another attempt or as an addition. */
	reading: z.number().int().min(0),
	/** Once it has ended: which of its runs another migration has undone since (`over`), or is undoing now. */
	takenBack: z.array(z.object({ runId: z.string(), migrationId: z.string(), over: z.boolean() })),
});
export type MigrationDetail = z.infer<typeof migrationDetailSchema>;
/** POST /migrations/:id/<action>. `confirm` for start and schedule, where control plane nodes are included: the cluster's name. */
export const migrationActionSchema = z.enum([
	"start",
	"schedule",
	"unschedule",
	"pause",
	"resume",
	"stop",
	"cancel",
	"retry-failed",
	"start-not-started",
	"discard",
	"change-pace",
	"approve",
	"add-nodes",
	"explain",
	"check-again",
	"leave-out",
]);
export const migrationActionInputSchema = z.object({
	confirm: z.string().max(200).optional(),
	/** For start and schedule: although there is no cluster API. Audited. Refused where no node of it goes without. */
	withoutApi: z.boolean().optional(),
	/** Why: kept in the audit. 422 where it is needed and missing (lib/decisions.ts); to approve and to explain it is needed too. */
	reason: z.string().trim().max(2_000).optional(),
	/** Where the policy asks for one; absent: the migration's own. */
	ticket: z.string().trim().max(200).optional(),
	/** For explain: what the reason is of, a decision's id; one's own, which has none yet. */
	decision: z.number().int().optional(),
	/** For approve, start, schedule and the answer to a question, each refused without it: of what the person has seen (lib/approval.ts). */
	digest: z.string().max(64).optional(),
	/** For resume, where the migration waits with a question: which one is answered. The answer is an approval; refused where another is asked. */
	gate: gateSchema.optional(),
	/** For add-nodes, leave-out and check-again; absent in the last one: all of them. */
	nodeIds: z.array(id).min(1).max(2_000).optional(),
	/** For resume: runs that the person has seen failed; it is refused where another has failed since. Absent: whatever has. */
	seen: z.array(id).max(2_000).optional(),
	/** For change-pace: all of it, changed or not. */
	pace: paceSchema.optional(),
	/** For check-again: the person's draft, which is told how far each node is. */
	draftId: draftIdSchema.optional(),
	/** For schedule: at most 90 days ahead. */
	schedule: scheduleInputSchema.optional(),
});
const page = { limit: z.coerce.number().int().min(1).max(500).default(50), offset: z.coerce.number().int().min(0).default(0) };
export const migrationFilterSchema = migrationFiltersSchema.extend(page);
export const runFilterSchema = runFiltersSchema.extend(page);

// ---- runs
/** GET /runs?nodeId=&migrationId=&clusterId=&direction=&state=&q=&lastS=&from=&to=&limit=&offset= : the history. */
export const runListSchema = z.object({ runs: z.array(runViewSchema), total: z.number() });
/** GET /runs/:id */
export const runDetailSchema = z.object({
	run: runViewSchema,
	migration: migrationViewSchema,
	findings: z.array(findingSchema.extend({ overridable: z.boolean() })),
	plan: planSchema.nullable(),
	/** What its plan was made from; null where it was not planned, or by a console whose facts this one does not read. */
	facts: factsSchema.nullable(),
	events: z.array(runEventSchema),
	evidence: z.array(z.object({ name: z.string(), text: z.string() })),
});
export type RunDetail = z.infer<typeof runDetailSchema>;
/** POST /runs/:id/uncordon: the node of an ended run that had to leave it cordoned takes pods again. */
export const uncordonAnswerSchema = z.object({ result: z.enum(["uncordoned", "was-schedulable", "gone"]) });
export const logQuerySchema = z.object({
	offset: z.coerce.number().int().min(0).default(0),
	limit: z.coerce
		.number()
		.int()
		.min(1)
		.max(4 * 1024 * 1024)
		.default(1024 * 1024),
	download: z.literal("1").optional(),
});

/** GET /runs/:id/log/search?q=&after= : lines of the whole log as it is stored that hold a text, whatever its case. */
export const logSearchQuerySchema = z.object({
	/** Not trimmed: a space may be what is looked for. */
	q: z.string().min(1).max(LONGEST_QUERY),
	/** Number of the line after which to begin: the answer before's `next`. */
	after: z.coerce.number().int().min(0).default(0),
});
export const logSearchSchema = z.object({
	/** Of the log: another one than before has other lines. */
	generation: z.number().int(),
	/** Numbers of lines, from 1, ascending; at most 1,000 an answer. */
	lines: z.array(z.number().int()),
	/** Where to go on; null at the log's end. It may come without a match: an answer reads a bounded part of the log. */
	next: z.number().int().nullable(),
});
export type LogSearch = z.infer<typeof logSearchSchema>;

// ---- audit: GET /audit?person=&action=&kind=&object=&outcome=&lastS=&from=&to=&q=&before=&limit=
export const auditEventSchema = z.object({
	id: z.number().int(),
	at: z.string(),
	actorName: z.string(),
	address: z.string().nullable(),
	action: z.string(),
	targetKind: z.string().nullable(),
	targetId: z.string().nullable(),
	targetName: z.string().nullable(),
	outcome: z.string(),
	values: z.record(z.string(), z.unknown()),
	/** Before and after, where they are recorded. */
	changes: z.array(fieldChangeSchema),
});
export type AuditEventView = z.infer<typeof auditEventSchema>;
const auditFilters = {
	action: z.string().max(100).optional(),
	/** Who did it, as it is recorded. */
	person: z.string().max(500).optional(),
	kind: auditTargetKindSchema.optional(),
	/** One object of that kind, by its id. */
	object: id.optional(),
	outcome: z.enum(["ok", "failed"]).optional(),
	/** The last so many seconds; or from one moment to another. */
	lastS: z.coerce.number().int().min(1).max(400_000_000).optional(),
	from: z.iso.datetime().optional(),
	to: z.iso.datetime().optional(),
	q: z.string().trim().max(200).optional(),
};
export const auditQuerySchema = z.object({
	...auditFilters,
	before: z.coerce.number().int().optional(),
	limit: z.coerce.number().int().min(1).max(500).default(100),
});
/** GET /audit/people: everybody who is named in it, by name; who was only refused at the sign-in is not. */
export const auditPeopleSchema = z.object({ people: z.array(z.string()) });
/** GET /audit/export?format=: what the filters leave, newest first, as a file; at most MOST_EXPORTED of them. */
export const auditExportQuerySchema = z.object({ ...auditFilters, format: z.enum(["csv", "json"]) });
export type AuditExportQuery = z.output<typeof auditExportQuerySchema>;
export const auditListSchema = z.object({ events: z.array(auditEventSchema), next: z.number().nullable() });
