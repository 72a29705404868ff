import {
	AuthorizationV1Api,
	CoordinationV1Api,
	CoreV1Api,
	CustomObjectsApi,
	createConfiguration,
	type HttpLibrary,
	Observable,
	type ObservableMiddleware,
	PolicyApi,
	type RequestContext,
	ResponseContext,
	ServerConfiguration,
	VersionApi,
} from "@kubernetes/client-node";
import type { ClusterAccess } from "./access.ts";
import { KubernetesError } from "./error.ts";
import type { Transport } from "./transport.ts";

/** The parts of the Kubernetes API that we call, typed by @kubernetes/client-node and carried by our transport. */
export interface Client {
	core: CoreV1Api;
	policy: PolicyApi;
	authorization: AuthorizationV1Api;
	coordination: CoordinationV1Api;
	version: VersionApi;
	/** For policy/v1beta1, which the library no longer knows and v1.20 still needs. */
	custom: CustomObjectsApi;
}

/** A client for one cluster over `transport`. Opens no connection. */
export function createClient(access: ClusterAccess, transport: Transport): Client {
	const configuration = createConfiguration({
		baseServer: new ServerConfiguration(access.server, {}),
		httpApi: throughTransport(access.server, transport),
	});
	return {
		core: new CoreV1Api(configuration),
		policy: new PolicyApi(configuration),
		authorization: new AuthorizationV1Api(configuration),
		coordination: new CoordinationV1Api(configuration),
		version: new VersionApi(configuration),
		custom: new CustomObjectsApi(configuration),
	};
}

function throughTransport(server: string, transport: Transport): HttpLibrary {
	const send = async (request: RequestContext): Promise<ResponseContext> => {
		const body: unknown = request.getBody();
		const answer = await transport.request({
			method: request.getHttpMethod(),
			url: request.getUrl(),
			headers: request.getHeaders(),
			body: typeof body === "string" ? body : undefined,
			signal: request.getSignal(),
		});
		// A page of a proxy or a login form answers 200 as well.
		if (!/^application\/json\b/.test(answer.headers["content-type"] ?? "")) {
			throw new KubernetesError("cluster.not-kubernetes", { server, reason: "not-json" });
		}
		const text = () => Promise.resolve(answer.text);
		return new ResponseContext(answer.status, answer.headers, { text, binary: async () => Buffer.from(answer.text) });
	};
	return { send: (request) => new Observable(send(request)) };
}

/** Options for one call of the client: the signal that ends it, and the body's type where it is a patch. */
export function forCall(signal: AbortSignal, contentType?: string): { middleware: ObservableMiddleware[] } {
	return {
		middleware: [
			{
				pre: (request) => {
					request.setSignal(signal);
					if (contentType !== undefined) request.setHeaderParam("Content-Type", contentType);
					return new Observable(Promise.resolve(request));
				},
				post: (response) => new Observable(Promise.resolve(response)),
			},
		],
	};
}
