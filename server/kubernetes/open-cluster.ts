import type { V1ListMeta } from "@kubernetes/client-node";
import { z } from "zod";
import type { FailingOwner } from "../rollout/pod-gate.ts";
import type { ClusterAccess } from "./access.ts";
import { budgetListSchema, toBudgetRow } from "./budget-row.ts";
import { type CallOptions, limited } from "./call.ts";
import { type Client, createClient, forCall } from "./client.ts";
import type { ClusterApi, NodeLease } from "./cluster-api.ts";
import { type ClusterTest, readVersion, testConnection } from "./connection-test.ts";
import { type CordonResult, cordonPatch, type UncordonResult, uncordonPatch } from "./cordon.ts";
import { originsOf } from "./endpoints.ts";
import { isKubernetesError, KubernetesError } from "./error.ts";
import {
	type EvictionResult,
	type EvictionTarget,
	type EvictionVersion,
	evictionBody,
	evictionOutcome,
	evictionVersion,
} from "./eviction.ts";
import { FailingPods } from "./failing-pods.ts";
import { checkedAnnotationKey, checkedName } from "./names.ts";
import { isoTime, type NodeRow, toNodeRow } from "./node-row.ts";
import { controlPlaneComponent, type PodRow, toPodRow } from "./pod-row.ts";
import { Transport } from "./transport.ts";
import { toNodeVolumeRow } from "./volume-row.ts";

const MERGE_PATCH = "application/merge-patch+json";
/** Big enough that a thousand nodes take two requests, small enough that an answer stays near 10 MB. */
const PAGE_SIZE = 500;
/** A patch collides with the kubelet's status updates, seconds apart; five times in a row means something else. */
const PATCH_ATTEMPTS = 5;
/** All pods of a cluster: 10,000 are twenty pages. */
const FAILING_LIMIT_MS = 60_000;

const objectSchema = z.object({ metadata: z.object({ uid: z.string() }) });

export interface OpenOptions {
	/** Other origins of the same API, as learnt while it answered (`endpoints`): asked where the kubeconfig's own server is not there. */
	alternatives?: () => readonly string[];
}

/** Opens the way to a cluster. Connects only when first asked something. */
export function openCluster(access: ClusterAccess, options: OpenOptions = {}): ClusterApi {
	return new HttpClusterApi(access, options);
}

class HttpClusterApi implements ClusterApi {
	readonly server: string;
	readonly #transport: Transport;
	readonly #client: Client;
	/** Asked once: a server does not change its API while it runs, and a new one keeps the old versions for years. */
	#evictionVersion: EvictionVersion | null = null;
	#budgetVersion: string | null = null;

	constructor(access: ClusterAccess, { alternatives }: OpenOptions) {
		this.server = access.server;
		this.#transport = new Transport(access, alternatives);
		this.#client = createClient(access, this.#transport);
	}

	get answering(): string {
		return this.#transport.answering;
	}

	endpoints(options?: CallOptions): Promise<string[]> {
		return this.#call(options, async (signal) => {
			try {
				const { subsets } = await this.#client.core.readNamespacedEndpoints({ name: "kubernetes", namespace: "default" }, forCall(signal));
				return originsOf(subsets ?? []);
			} catch (error) {
				if (isKubernetesError(error, "cluster.forbidden") || isKubernetesError(error, "cluster.not-found")) return [];
				throw error;
			}
		});
	}

	version(options?: CallOptions): Promise<string> {
		return this.#call(options, (signal) => readVersion(this.server, this.#client, signal));
	}

	test(options?: CallOptions): Promise<ClusterTest> {
		return testConnection(this.server, this.#client, (signal) => this.#discoverEviction(signal), options);
	}

	listNodes(options?: CallOptions): Promise<NodeRow[]> {
		return this.#call(options, async (signal) => {
			const nodes = await pages((_continue) => this.#client.core.listNode({ limit: PAGE_SIZE, _continue }, forCall(signal)));
			return nodes.map(toNodeRow);
		});
	}

	getNode(name: string, options?: CallOptions): Promise<NodeRow> {
		return this.#call(options, (signal) => this.#readNode(name, signal));
	}

	cordon(name: string, owner: string, options?: CallOptions): Promise<CordonResult> {
		return this.#call(options, (signal) =>
			this.#patchNode(name, signal, (node) => {
				const patch = cordonPatch(node, owner);
				return { patch, result: { changed: patch !== null, ours: patch !== null || uncordonPatch(node, owner).result === "uncordoned" } };
			}),
		);
	}

	uncordon(name: string, owner: string | null, options?: CallOptions): Promise<UncordonResult> {
		return this.#call(options, (signal) => this.#patchNode(name, signal, (node) => uncordonPatch(node, owner)));
	}

	annotate(name: string, key: string, value: string | null, options?: CallOptions): Promise<{ changed: boolean; previous: string | null }> {
		return this.#call(options, (signal) => {
			checkedAnnotationKey(key);
			return this.#patchNode(name, signal, (node) => {
				const previous = node.annotations[key] ?? null;
				const patch = { metadata: { resourceVersion: node.resourceVersion, annotations: { [key]: value } } };
				return { patch: previous === value ? null : patch, result: { changed: previous !== value, previous } };
			});
		});
	}

	podsOnNode(name: string, options?: CallOptions): Promise<PodRow[]> {
		return this.#call(options, async (signal) => {
			const fieldSelector = `spec.nodeName=${checkedName(name)}`;
			const pods = await pages((_continue) =>
				this.#client.core.listPodForAllNamespaces({ fieldSelector, limit: PAGE_SIZE, _continue }, forCall(signal)),
			);
			return pods.map(toPodRow);
		});
	}

	failingPods(nowMs: number, options?: CallOptions): Promise<FailingOwner[]> {
		return this.#call({ timeoutMs: FAILING_LIMIT_MS, ...options }, async (signal) => {
			const found = new FailingPods();
			const fieldSelector = "status.phase!=Succeeded";
			await eachPage(
				(_continue) => this.#client.core.listPodForAllNamespaces({ fieldSelector, limit: PAGE_SIZE, _continue }, forCall(signal)),
				(pods) => found.add(pods),
			);
			return found.owners(nowMs);
		});
	}

	async staticControlPlanePods(name: string, options?: CallOptions) {
		const pods = await this.podsOnNode(name, options);
		return pods.flatMap((pod) => {
			const component = controlPlaneComponent(pod);
			return component === null ? [] : [{ component, pod }];
		});
	}

	evict(pod: EvictionTarget, gracePeriodS: number | null, options?: CallOptions): Promise<EvictionResult> {
		return this.#call(options, async (signal) => {
			const [name, namespace] = [checkedName(pod.name), checkedName(pod.namespace)];
			const body = evictionBody(await this.#discoverEviction(signal), pod, gracePeriodS);
			try {
				await this.#client.core.createNamespacedPodEviction({ name, namespace, body }, forCall(signal));
				return { result: "evicted" };
			} catch (error) {
				return evictionOutcome(error);
			}
		});
	}

	listPdbs(options?: CallOptions) {
		return this.#call(options, async (signal) => {
			const version = await this.#discoverBudgets(signal);
			const budgets = await pages(async (_continue) => {
				const target = { group: "policy", version, plural: "poddisruptionbudgets", limit: PAGE_SIZE, _continue };
				const list: unknown = await this.#client.custom.listClusterCustomObject(target, forCall(signal));
				const parsed = budgetListSchema.safeParse(list);
				if (!parsed.success) throw new KubernetesError("cluster.not-kubernetes", { server: this.server, reason: "unreadable" });
				return { items: parsed.data.items, metadata: { _continue: parsed.data.metadata.continue } };
			});
			return budgets.map((budget) => toBudgetRow(budget, version));
		});
	}

	listNodeVolumes(options?: CallOptions) {
		return this.#call(options, async (signal) => {
			const volumes = await pages((_continue) => this.#client.core.listPersistentVolume({ limit: PAGE_SIZE, _continue }, forCall(signal)));
			return volumes.flatMap((volume) => toNodeVolumeRow(volume) ?? []);
		});
	}

	daemonSetUid(namespace: string, name: string, options?: CallOptions): Promise<string | null> {
		return this.#call(options, async (signal) => {
			const target = { group: "apps", version: "v1", plural: "daemonsets", namespace: checkedName(namespace), name: checkedName(name) };
			try {
				const found = objectSchema.safeParse(await this.#client.custom.getNamespacedCustomObject(target, forCall(signal)));
				if (!found.success) throw new KubernetesError("cluster.not-kubernetes", { server: this.server, reason: "unreadable" });
				return found.data.metadata.uid;
			} catch (error) {
				if (isKubernetesError(error, "cluster.not-found")) return null;
				throw error;
			}
		});
	}

	ready(options?: CallOptions): Promise<boolean> {
		return this.#call(options, async (signal) => {
			for (const path of ["/readyz", "/healthz"]) {
				try {
					await this.#transport.request({ method: "GET", url: `${this.server.replace(/\/$/, "")}${path}`, signal });
					return true;
				} catch (error) {
					if (isKubernetesError(error, "cluster.server-error")) return false;
					if (!isKubernetesError(error, "cluster.not-found")) throw error;
				}
			}
			return false;
		});
	}

	nodeLease(name: string, options?: CallOptions): Promise<NodeLease | null> {
		return this.#call(options, async (signal) => {
			const target = { name: checkedName(name), namespace: "kube-node-lease" };
			try {
				const lease = await this.#client.coordination.readNamespacedLease(target, forCall(signal));
				const renewedAt = isoTime(lease.spec?.renewTime);
				return renewedAt === null ? null : { holder: lease.spec?.holderIdentity ?? "", renewedAt };
			} catch (error) {
				if (isKubernetesError(error, "cluster.not-found")) return null;
				throw error;
			}
		});
	}

	close(): void {
		this.#transport.close();
	}

	#call<T>(options: CallOptions | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
		return limited(this.server, options, work);
	}

	async #readNode(name: string, signal: AbortSignal): Promise<NodeRow> {
		return toNodeRow(await this.#client.core.readNode({ name: checkedName(name) }, forCall(signal)));
	}

	/** Reads the node, decides, and patches it as it was read; starts again where it changed in between. */
	async #patchNode<T>(name: string, signal: AbortSignal, decide: (node: NodeRow) => { patch: object | null; result: T }): Promise<T> {
		for (let attempt = 1; ; attempt++) {
			const { patch, result } = decide(await this.#readNode(name, signal));
			if (patch === null) return result;
			try {
				await this.#client.core.patchNode({ name, body: patch }, forCall(signal, MERGE_PATCH));
				return result;
			} catch (error) {
				if (!isKubernetesError(error, "cluster.conflict") || attempt >= PATCH_ATTEMPTS) throw error;
			}
		}
	}

	async #discoverEviction(signal: AbortSignal): Promise<EvictionVersion> {
		if (this.#evictionVersion === null) {
			const { resources } = await this.#client.core.getAPIResources({}, forCall(signal));
			this.#evictionVersion = evictionVersion(this.server, resources);
		}
		return this.#evictionVersion;
	}

	async #discoverBudgets(signal: AbortSignal): Promise<string> {
		if (this.#budgetVersion === null) {
			const group = await this.#client.policy.getAPIGroup({}, forCall(signal));
			this.#budgetVersion = group.versions.some((entry) => entry.version === "v1") ? "v1" : "v1beta1";
		}
		return this.#budgetVersion;
	}
}

type List<T> = (from: string | undefined) => Promise<{ items: T[]; metadata?: Pick<V1ListMeta, "_continue"> }>;

async function pages<T>(list: List<T>): Promise<T[]> {
	const items: T[] = [];
	await eachPage(list, (page) => items.push(...page));
	return items;
}

/** One page after the other, none of which is kept. */
async function eachPage<T>(list: List<T>, take: (items: readonly T[]) => void): Promise<void> {
	let from: string | undefined;
	do {
		const page = await list(from);
		take(page.items ?? []);
		from = page.metadata?._continue || undefined;
	} while (from !== undefined);
}
