import type { z } from "zod";
import type { archiveListSchema, archiveViewSchema } from "./contracts/archive.ts";
import type { attentionListSchema } from "./contracts/attention.ts";
import type { AuditExportQuery, auditListSchema, auditPeopleSchema, auditQuerySchema } from "./contracts/audit-page.ts";
import type { ClusterInput, clusterListSchema, clusterPatchSchema, clusterTestSchema, clusterViewSchema } from "./contracts/cluster.ts";
import type { CredentialInput, credentialAnswerSchema } from "./contracts/credential.ts";
import type { RunDecisionInput } from "./contracts/decision.ts";
import type { DraftInput, draftListSchema, draftSavedSchema, draftViewSchema, migrationFindingsSchema } from "./contracts/draft.ts";
import type { migrationListSchema, runListSchema } from "./contracts/history.ts";
import type { hostKeyListSchema, hostKeyScanSchema } from "./contracts/host-key.ts";
import type { createdSchema } from "./contracts/id.ts";
import type { adoptInputSchema, leftRunListSchema } from "./contracts/left-run.ts";
import type { logSearchSchema } from "./contracts/log.ts";
import type { migrationActionInputSchema, migrationActionSchema, migrationDetailSchema, PlanInput } from "./contracts/migration.ts";
import type { nodeInputSchema, nodeListSchema, nodePatchSchema, probeResultSchema } from "./contracts/node.ts";
import type { nodeDetailSchema, nodeFilesSchema, nodePodListSchema, sshTestSchema } from "./contracts/node-page.ts";
import type { activityListSchema, progressListSchema, trendSchema } from "./contracts/overview.ts";
import type { givenPasswordSchema, meSchema, PersonInput, personListSchema } from "./contracts/person.ts";
import type { Problem } from "./contracts/problem.ts";
import type { LogCut } from "./contracts/run.ts";
import type { runDetailSchema, uncordonAnswerSchema } from "./contracts/run-detail.ts";
import type { TemplateInput, templateListSchema } from "./contracts/template.ts";
import type { durationsSchema, workloadsSchema } from "./contracts/workload.ts";
import { cutFromHeader } from "./log-cut.ts";
import { LOG_HEADERS } from "./log-headers.ts";
import { areValues, isProblem } from "./problem.ts";

/** What the API answered, or what kept it from answering: `http.offline`, `http.bad-answer`. */
export class ApiError extends Error {
	override readonly name = "ApiError";
	constructor(readonly problem: Problem) {
		super(`${problem.status} ${problem.code}`);
	}
}

/** Whatever was thrown, or a stored message, in the form that ProblemAlert shows. */
export function asProblem(error: unknown): Problem {
	if (error instanceof ApiError) return error.problem;
	if (isProblem(error)) return error;
	if (typeof error === "object" && error !== null && "code" in error && typeof error.code === "string")
		return made(0, error.code, "values" in error && areValues(error.values) ? error.values : {});
	return made(0, "ui.unexpected", { reason: error instanceof Error ? error.message : String(error) });
}

function made(status: number, code: string, values: Problem["values"] = {}): Problem {
	return { type: "about:blank", status, code, values, requestId: "" };
}

/** Of a proxy, a sign-in page in front of the console, or a console that was cut off. */
function badAnswer({ status }: Response): Problem {
	return made(status, "http.bad-answer", { status });
}

type Query = Record<string, string | number | boolean | null | undefined>;

interface RequestOptions {
	method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
	query?: Query;
	/** Sent as JSON; a Blob is sent as its bytes. */
	body?: unknown;
	signal?: AbortSignal;
	/** Sent to its end also where the page is left meanwhile; the browser takes few bytes of such. */
	keepalive?: boolean;
}

const reachability = new Set<(reachable: boolean) => void>();

/** Told after every request whether the server answered at all. Returns how to stop. */
export function onReachability(listener: (reachable: boolean) => void): () => void {
	reachability.add(listener);
	return () => reachability.delete(listener);
}

/** `/api/v1` + path; empty and absent query values are left out. */
export function apiUrl(path: string, query: Query = {}): string {
	const parameters = new URLSearchParams();
	for (const [name, value] of Object.entries(query)) {
		if (value !== undefined && value !== null && value !== "") parameters.set(name, String(value));
	}
	const text = parameters.toString();
	return `/api/v1${path}${text ? `?${text}` : ""}`;
}

/** Sends one request. Throws ApiError for a problem, and for no answer; an abort is thrown as it is. */
export async function send(path: string, { method = "GET", query, body, signal, keepalive }: RequestOptions = {}): Promise<Response> {
	const bytes = body instanceof Blob;
	let response: Response;
	try {
		response = await fetch(apiUrl(path, query), {
			method,
			signal: signal ?? null,
			cache: "no-store",
			credentials: "same-origin",
			...(keepalive ? { keepalive } : {}),
			headers: body === undefined ? {} : { "content-type": bytes ? "application/octet-stream" : "application/json" },
			body: body === undefined ? null : bytes ? body : JSON.stringify(body),
		});
	} catch (error) {
		if (signal?.aborted) throw error;
		for (const listener of reachability) listener(false);
		throw new ApiError(made(0, "http.offline"));
	}
	for (const listener of reachability) listener(true);
	if (response.ok) return response;
	const problem: unknown = await response.json().catch(() => null);
	throw new ApiError(isProblem(problem) ? problem : badAnswer(response));
}

/**
 * Sends one request. Its answer is ours where it is an object of JSON; that it is of `Schema` is the server's to see to (server/http/route.ts):
 * no page carries the schemas, or reads thousands of rows twice.
 */
export async function call<Schema extends z.ZodType>(path: string, options: RequestOptions = {}): Promise<z.output<Schema>> {
	const response = await send(path, options);
	const answer: unknown = await response.json().catch(() => undefined);
	if (typeof answer !== "object" || answer === null) throw new ApiError(badAnswer(response));
	return answer as z.output<Schema>;
}

/** For requests whose answer says nothing more than that it was done. */
async function done(path: string, options: RequestOptions): Promise<void> {
	await send(path, options);
}

const id = encodeURIComponent;
type MigrationAction = z.infer<typeof migrationActionSchema>;
type CredentialOwner = { kind: "clusters" | "nodes"; id: string };
const credentialPath = (owner: CredentialOwner) => `/${owner.kind}/${id(owner.id)}/credential`;

export interface LogPiece {
	bytes: Uint8Array<ArrayBuffer>;
	/** Of the first byte. */
	offset: number;
	/** Where to read on. */
	next: number;
	total: number;
	generation: number;
	/** Number of the line that the first byte belongs to, from 1. */
	firstLine: number;
	/** What is left out of the log's middle. */
	cut: LogCut | null;
}

/** Every route of the console's API, typed. Names follow the paths. */
export const api = {
	me: (signal?: AbortSignal) => call<typeof meSchema>("/me", { signal }),

	attention: async (clusterId?: string, signal?: AbortSignal) =>
		(await call<typeof attentionListSchema>("/attention", { query: { clusterId }, signal })).items,

	clusters: async (signal?: AbortSignal) => (await call<typeof clusterListSchema>("/clusters", { signal })).clusters,
	cluster: (clusterId: string, signal?: AbortSignal) => call<typeof clusterViewSchema>(`/clusters/${id(clusterId)}`, { signal }),
	testCluster: (input: ClusterInput) => call<typeof clusterTestSchema>("/clusters/test", { method: "POST", body: input }),
	createCluster: (input: ClusterInput) => call<typeof createdSchema>("/clusters", { method: "POST", body: input }),
	updateCluster: (clusterId: string, input: z.input<typeof clusterPatchSchema>) =>
		done(`/clusters/${id(clusterId)}`, { method: "PATCH", body: input }),
	/** `withHistory`: what was recorded of its migrations goes with it. */
	deleteCluster: (clusterId: string, withHistory = false) =>
		done(`/clusters/${id(clusterId)}`, { method: "DELETE", query: { withHistory: withHistory ? 1 : null } }),
	/** Reads the cluster's nodes now and not at the next turn. */
	refreshCluster: (clusterId: string) => call<typeof clusterViewSchema>(`/clusters/${id(clusterId)}/refresh`, { method: "POST", body: {} }),

	credential: async (owner: CredentialOwner, signal?: AbortSignal) =>
		(await call<typeof credentialAnswerSchema>(credentialPath(owner), { signal })).credential,
	setCredential: (owner: CredentialOwner, input: CredentialInput) => done(credentialPath(owner), { method: "PUT", body: input }),
	removeCredential: (owner: CredentialOwner) => done(credentialPath(owner), { method: "DELETE" }),

	nodes: async (clusterId?: string, signal?: AbortSignal) =>
		(await call<typeof nodeListSchema>("/nodes", { query: { clusterId }, signal })).nodes,
	node: (nodeId: string, signal?: AbortSignal) => call<typeof nodeDetailSchema>(`/nodes/${id(nodeId)}`, { signal }),
	createNode: (input: z.input<typeof nodeInputSchema>) => call<typeof createdSchema>("/nodes", { method: "POST", body: input }),
	updateNode: (nodeId: string, input: z.input<typeof nodePatchSchema>) => done(`/nodes/${id(nodeId)}`, { method: "PATCH", body: input }),
	deleteNode: (nodeId: string, withHistory = false) =>
		done(`/nodes/${id(nodeId)}`, { method: "DELETE", query: { withHistory: withHistory ? 1 : null } }),
	probe: (nodeIds: readonly string[]) => call<typeof probeResultSchema>("/nodes/probe", { method: "POST", body: { nodeIds } }),

	testSsh: (nodeId: string) => call<typeof sshTestSchema>(`/nodes/${id(nodeId)}/ssh-test`, { method: "POST", body: {} }),
	nodePods: async (nodeId: string, signal?: AbortSignal) =>
		(await call<typeof nodePodListSchema>(`/nodes/${id(nodeId)}/pods`, { signal })).pods,
	nodeFiles: (nodeId: string, signal?: AbortSignal) => call<typeof nodeFilesSchema>(`/nodes/${id(nodeId)}/files`, { signal }),

	leftRuns: async (nodeId: string, signal?: AbortSignal) =>
		(await call<typeof leftRunListSchema>(`/nodes/${id(nodeId)}/left-runs`, { signal })).runs,
	adoptRun: (nodeId: string, input: z.input<typeof adoptInputSchema>) =>
		call<typeof createdSchema>(`/nodes/${id(nodeId)}/left-runs`, { method: "POST", body: input }),

	hostKeys: async (signal?: AbortSignal) => (await call<typeof hostKeyListSchema>("/host-keys", { signal })).keys,
	removeHostKey: (keyId: string) => done(`/host-keys/${id(keyId)}`, { method: "DELETE" }),
	scanHostKeys: (nodeIds: readonly string[], knownHosts?: string) =>
		call<typeof hostKeyScanSchema>("/host-keys/scan", { method: "POST", body: { nodeIds, knownHosts } }),
	scanKnownHosts: (scanId: string, text: string) =>
		call<typeof hostKeyScanSchema>(`/host-keys/scan/${id(scanId)}/known-hosts`, { method: "POST", body: { text } }),
	acceptMatches: (scanId: string) =>
		call<typeof hostKeyScanSchema>(`/host-keys/scan/${id(scanId)}/accept-matches`, { method: "POST", body: {} }),
	acceptHostKey: (scanId: string, entryId: string) =>
		call<typeof hostKeyScanSchema>(`/host-keys/scan/${id(scanId)}/accept`, { method: "POST", body: { entryId } }),
	replaceHostKey: (scanId: string, entryId: string, expectedSha256: string) =>
		call<typeof hostKeyScanSchema>(`/host-keys/scan/${id(scanId)}/replace`, { method: "POST", body: { entryId, expectedSha256 } }),

	archives: async (signal?: AbortSignal) => (await call<typeof archiveListSchema>("/archives", { signal })).archives,
	uploadArchive: (file: File, { sha256, replace = false }: { sha256?: string; replace?: boolean } = {}) =>
		call<typeof archiveViewSchema>("/archives", {
			method: "POST",
			query: { fileName: file.name, sha256, replace: replace ? 1 : null },
			body: file,
		}),
	deleteArchive: (archiveId: string) => done(`/archives/${id(archiveId)}`, { method: "DELETE" }),

	migrations: (query: Query = {}, signal?: AbortSignal) => call<typeof migrationListSchema>("/migrations", { query, signal }),
	migration: (migrationId: string, signal?: AbortSignal) =>
		call<typeof migrationDetailSchema>(`/migrations/${id(migrationId)}`, { signal }),
	createMigration: (input: PlanInput) => call<typeof createdSchema>("/migrations", { method: "POST", body: input }),
	changeMigration: (migrationId: string, action: MigrationAction, input: z.input<typeof migrationActionInputSchema> = {}) =>
		done(`/migrations/${id(migrationId)}/${action}`, { method: "POST", body: input }),

	migrationFindings: async (migrationId: string, signal?: AbortSignal) =>
		(await call<typeof migrationFindingsSchema>(`/migrations/${id(migrationId)}/findings`, { signal })).nodes,
	workloads: (migrationId: string, signal?: AbortSignal) =>
		call<typeof workloadsSchema>(`/migrations/${id(migrationId)}/workloads`, { signal }),
	durations: (migrationId: string, signal?: AbortSignal) =>
		call<typeof durationsSchema>(`/migrations/${id(migrationId)}/durations`, { signal }),

	drafts: async (signal?: AbortSignal) => (await call<typeof draftListSchema>("/drafts", { signal })).drafts,
	draft: (draftId: string, signal?: AbortSignal) => call<typeof draftViewSchema>(`/drafts/${id(draftId)}`, { signal }),
	saveDraft: (draftId: string, input: DraftInput, keepalive = false) =>
		call<typeof draftSavedSchema>(`/drafts/${id(draftId)}`, { method: "PUT", body: input, keepalive }),
	discardDraft: (draftId: string) => done(`/drafts/${id(draftId)}`, { method: "DELETE" }),

	templates: async (signal?: AbortSignal) => (await call<typeof templateListSchema>("/templates", { signal })).templates,
	createTemplate: (input: TemplateInput) => call<typeof createdSchema>("/templates", { method: "POST", body: input }),
	renameTemplate: (templateId: string, name: string) => done(`/templates/${id(templateId)}`, { method: "PATCH", body: { name } }),
	deleteTemplate: (templateId: string) => done(`/templates/${id(templateId)}`, { method: "DELETE" }),

	trend: async (query: { clusterId?: string; days: number }, signal?: AbortSignal) => call<typeof trendSchema>("/trend", { query, signal }),
	progress: async (clusterId?: string, signal?: AbortSignal) =>
		(await call<typeof progressListSchema>("/migrations/progress", { query: { clusterId }, signal })).migrations,
	activity: async (clusterId?: string, signal?: AbortSignal) =>
		(await call<typeof activityListSchema>("/activity", { query: { clusterId }, signal })).items,

	people: async (signal?: AbortSignal) => (await call<typeof personListSchema>("/people", { signal })).people,
	/** Answers with the password to hand over, which is told this once. */
	addPerson: (input: PersonInput) => call<typeof givenPasswordSchema>("/people", { method: "POST", body: input }),
	removePerson: (personId: string) => done(`/people/${id(personId)}`, { method: "DELETE" }),
	/** As `addPerson`; whoever it is, is signed out everywhere. */
	resetPassword: (personId: string) =>
		call<typeof givenPasswordSchema>(`/people/${id(personId)}/reset-password`, { method: "POST", body: {} }),

	/** Filters as in lib/contracts/history.ts; empty ones are left out. */
	runs: (query: Query = {}, signal?: AbortSignal) => call<typeof runListSchema>("/runs", { query, signal }),
	/** For a link: what these filters leave, as a file. */
	runsExport: (query: Query, format: "csv" | "json") => apiUrl("/runs/export", { ...query, format }),
	migrationsExport: (query: Query, format: "csv" | "json") => apiUrl("/migrations/export", { ...query, format }),
	run: (runId: string, signal?: AbortSignal) => call<typeof runDetailSchema>(`/runs/${id(runId)}`, { signal }),
	cancelRun: (runId: string, why: RunDecisionInput = {}) => done(`/runs/${id(runId)}/cancel`, { method: "POST", body: why }),
	uncordonRun: (runId: string, why: RunDecisionInput) =>
		call<typeof uncordonAnswerSchema>(`/runs/${id(runId)}/uncordon`, { method: "POST", body: why }),
	keepRun: (runId: string, why: RunDecisionInput) => done(`/runs/${id(runId)}/keep`, { method: "POST", body: why }),
	lookAgain: (runId: string, why: RunDecisionInput) => done(`/runs/${id(runId)}/look-again`, { method: "POST", body: why }),
	/** Bytes of a run's log from `offset`, at most `limit`. */
	runLog: async (runId: string, offset: number, limit?: number, signal?: AbortSignal): Promise<LogPiece> => {
		const response = await send(`/runs/${id(runId)}/log`, { query: { offset, limit }, signal });
		const header = (name: string) => Number(response.headers.get(name) ?? Number.NaN);
		const bytes = new Uint8Array(await response.arrayBuffer());
		const piece = {
			bytes,
			offset: header(LOG_HEADERS.offset),
			next: header(LOG_HEADERS.next),
			total: header(LOG_HEADERS.total),
			generation: header(LOG_HEADERS.generation),
			firstLine: header(LOG_HEADERS.firstLine),
			cut: cutFromHeader(response.headers.get(LOG_HEADERS.cut)),
		};
		if ([piece.offset, piece.next, piece.total, piece.generation, piece.firstLine].some(Number.isNaN)) {
			throw new ApiError(made(response.status, "http.bad-answer", { status: response.status }));
		}
		return piece;
	},
	searchRunLog: (runId: string, query: { q: string; after: number }, signal?: AbortSignal) =>
		call<typeof logSearchSchema>(`/runs/${id(runId)}/log/search`, { query, signal }),
	/** For a link: the whole log as a text file. */
	runLogDownload: (runId: string) => apiUrl(`/runs/${id(runId)}/log`, { download: 1 }),

	audit: (query: Partial<z.output<typeof auditQuerySchema>> = {}, signal?: AbortSignal) =>
		call<typeof auditListSchema>("/audit", { query, signal }),
	auditPeople: async (signal?: AbortSignal) => (await call<typeof auditPeopleSchema>("/audit/people", { signal })).people,
	/** For a link: what the filters leave, as a file. */
	auditExport: (query: AuditExportQuery) => apiUrl("/audit/export", query),
};
