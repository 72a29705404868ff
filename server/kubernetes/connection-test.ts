import type { Message } from "../../lib/contracts/finding.ts";
import { type CallOptions, limited } from "./call.ts";
import { type Client, forCall } from "./client.ts";
import { isKubernetesError, KubernetesError, type KubernetesErrorCode } from "./error.ts";
import type { EvictionVersion } from "./eviction.ts";

/** One right that a migration needs, in RBAC's words. */
export interface Permission {
	verb: string;
	group: string;
	resource: string;
	subresource: string;
}

/** Everything the console does in a cluster. Reading leases and volumes is left out: a verification and a preflight do without. */
export const NEEDED_PERMISSIONS: readonly Permission[] = [
	{ verb: "list", group: "", resource: "nodes", subresource: "" },
	{ verb: "get", group: "", resource: "nodes", subresource: "" },
	{ verb: "patch", group: "", resource: "nodes", subresource: "" },
	{ verb: "list", group: "", resource: "pods", subresource: "" },
	{ verb: "create", group: "", resource: "pods", subresource: "eviction" },
	{ verb: "list", group: "policy", resource: "poddisruptionbudgets", subresource: "" },
];

/** `code` is the cause to name to a person; with `cluster.forbidden`, `missing` lists every right that is not given. */
export type ClusterTest =
	| { ok: true; serverVersion: string; evictionVersion: EvictionVersion }
	| { ok: false; code: KubernetesErrorCode; values: Message["values"]; missing: Permission[] };

/** Tells whether a migration could use this way to the cluster. Throws only `cluster.aborted`; every other failure is a result. */
export async function testConnection(
	server: string,
	client: Client,
	discover: (signal: AbortSignal) => Promise<EvictionVersion>,
	options?: CallOptions,
): Promise<ClusterTest> {
	try {
		return await limited(server, options, async (signal) => {
			const serverVersion = await readVersion(server, client, signal);
			const allowed = await Promise.all(NEEDED_PERMISSIONS.map((permission) => isAllowed(server, client, permission, signal)));
			const missing = NEEDED_PERMISSIONS.filter((_, index) => !allowed[index]);
			const first = missing[0];
			if (first !== undefined) {
				const values = {
					verb: first.verb,
					resource: resourceText(first),
					reason: missing.map((each) => `${each.verb} ${resourceText(each)}`).join(", "),
				};
				return { ok: false, code: "cluster.forbidden", values, missing };
			}
			return { ok: true, serverVersion, evictionVersion: await discover(signal) };
		});
	} catch (error) {
		if (!(error instanceof KubernetesError) || error.code === "cluster.aborted") throw error;
		return { ok: false, code: error.code, values: error.values, missing: [] };
	}
}

/** `v1.20.2`. Throws `cluster.not-kubernetes` where what answers is something else. */
export async function readVersion(server: string, client: Client, signal: AbortSignal): Promise<string> {
	try {
		const { gitVersion } = await client.version.getCode({}, forCall(signal));
		if (typeof gitVersion === "string" && /^v\d+\.\d+/.test(gitVersion)) return gitVersion;
	} catch (error) {
		if (!isKubernetesError(error, "cluster.not-found")) throw error;
	}
	throw new KubernetesError("cluster.not-kubernetes", { server, reason: "no-version" });
}

async function isAllowed(server: string, client: Client, permission: Permission, signal: AbortSignal): Promise<boolean> {
	const body = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec: { resourceAttributes: { ...permission } } };
	try {
		const review = await client.authorization.createSelfSubjectAccessReview({ body }, forCall(signal));
		return review.status?.allowed === true;
	} catch (error) {
		// Everyone who is signed in may ask. One who may not was taken for nobody: /version answers them too.
		if (isKubernetesError(error, "cluster.forbidden")) throw new KubernetesError("cluster.unauthorized", { server, reason: "anonymous" });
		throw error;
	}
}

function resourceText(permission: Permission): string {
	const name = permission.subresource === "" ? permission.resource : `${permission.resource}/${permission.subresource}`;
	return permission.group === "" ? name : `${name}.${permission.group}`;
}
