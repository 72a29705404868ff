import { z } from "zod";
import { KubernetesError } from "./error.ts";

const statusSchema = z.object({
	kind: z.literal("Status"),
	message: z.string().default(""),
	reason: z.string().default(""),
	details: z
		.object({
			name: z.string().default(""),
			group: z.string().default(""),
			kind: z.string().default(""),
			retryAfterSeconds: z.number().default(0),
			causes: z.array(z.object({ reason: z.string().default(""), message: z.string().default("") })).nullish(),
		})
		.nullish(),
});
export type ApiStatus = z.infer<typeof statusSchema>;

export interface RefusedRequest {
	server: string;
	method: string;
	/** Path without the server's prefix and without the query. */
	path: string;
	status: number;
	body: string;
	retryAfter: string | undefined;
}

/** A refusal of the API, with the Status object it came with, for those who must look closer (evictions). */
export class ApiRefusal extends KubernetesError {
	readonly status: number;
	readonly apiStatus: ApiStatus | null;

	constructor(error: KubernetesError, status: number, apiStatus: ApiStatus | null) {
		super(error.code, error.values);
		this.status = status;
		this.apiStatus = apiStatus;
	}
}

/** Turns an answer outside 200–299 into an error. Pure. A body that is no Status object is not shown: it may be anybody's page. */
export function fromStatus(request: RefusedRequest): ApiRefusal {
	const parsed = statusSchema.safeParse(parseJson(request.body));
	const apiStatus = parsed.success ? parsed.data : null;
	return new ApiRefusal(classify(request, apiStatus), request.status, apiStatus);
}

function classify({ server, method, path, status, body, retryAfter }: RefusedRequest, apiStatus: ApiStatus | null): KubernetesError {
	const reason = shorten(apiStatus?.message || apiStatus?.reason || "");
	const details = apiStatus?.details;
	if (status === 401) return new KubernetesError("cluster.unauthorized", { server, reason });
	if (/^Client sent an HTTP request to an HTTPS server/.test(body))
		return new KubernetesError("cluster.not-kubernetes", { server, reason: "http-to-https" });
	if (status === 429) {
		const retryAfterS = Number.parseInt(retryAfter ?? "", 10) || details?.retryAfterSeconds || 1;
		return new KubernetesError("cluster.throttled", { retryAfterS, reason });
	}
	if (status >= 500) return new KubernetesError("cluster.server-error", { status, reason });
	if (apiStatus === null) return new KubernetesError("cluster.not-kubernetes", { server, reason: `http-${status}` });
	if (status === 403) return new KubernetesError("cluster.forbidden", { ...askedFor(method, path), reason });
	if (status === 404) return new KubernetesError("cluster.not-found", { resource: details?.kind ?? "", name: details?.name ?? "" });
	if (status === 409) return new KubernetesError("cluster.conflict", { reason });
	return new KubernetesError("cluster.rejected", { status, reason });
}

/** The verb and resource of a request, as RBAC names them: GET /api/v1/nodes is `list nodes`. Pure. */
export function askedFor(method: string, path: string): { verb: string; resource: string } {
	const parts = path.split("/").filter((part) => part !== "");
	let rest = parts[0] === "api" ? parts.slice(2) : parts[0] === "apis" ? parts.slice(3) : [];
	if (rest.length === 0) return { verb: method.toLowerCase(), resource: path };
	if (rest[0] === "namespaces" && rest.length > 2) rest = rest.slice(2);
	const [resource = "", name, subresource] = rest;
	const verbs: Record<string, string> = {
		GET: name === undefined ? "list" : "get",
		POST: "create",
		PUT: "update",
		PATCH: "patch",
		DELETE: "delete",
	};
	return { verb: verbs[method] ?? method.toLowerCase(), resource: subresource === undefined ? resource : `${resource}/${subresource}` };
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

function shorten(text: string): string {
	return text.length > 500 ? `${text.slice(0, 499)}…` : text;
}
