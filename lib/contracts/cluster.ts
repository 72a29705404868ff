import { z } from "zod";
import { messageSchema } from "./finding.ts";
import { idSchema } from "./id.ts";

const name = z.string().trim().min(1).max(100);

export const clusterViewSchema = z.object({
	id: idSchema,
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
