import { z } from "zod";
import { MIRROR_URL, MOST_HOST, MOST_MIRRORS, MOST_URL, REGISTRY_HOST } from "../registry-mirrors.ts";
import { DIRECTIONS } from "../run-states.ts";
import { findingSchema } from "./finding.ts";
import { countOrPercentSchema, rolloutSchema } from "./rollout.ts";

export const PLAN_VERSION = 1;

export const phaseSchema = z.enum(["prepare", "drain", "cutover", "verify", "finish"]);
export type Phase = z.infer<typeof phaseSchema>;

const registryHostSchema = z.string().max(MOST_HOST).regex(REGISTRY_HOST);
const mirrorUrlSchema = z.string().max(MOST_URL).regex(MIRROR_URL);

/** What the person who plans may choose; everything else follows from facts. */
export const policySchema = z.object({
	/** At most this many nodes between cordon and verified. */
	maxUnavailable: countOrPercentSchema.default(1),
	rollout: rolloutSchema.prefault({}),
	prepareOnly: z.boolean().default(false),
	/** Who has to agree before it starts, and again to whatever is changed afterwards. */
	approval: z
		.object({
			needed: z.boolean().default(false),
			/** By somebody else than who starts it. */
			byAnother: z.boolean().default(false),
		})
		.prefault({}),
	/** No migration without a change ticket. */
	ticketNeeded: z.boolean().default(false),
	drain: z
		.object({
			enabled: z.boolean().default(true),
			timeoutS: z.number().int().min(10).max(86_400).default(900),
			/** null = each pod's own terminationGracePeriodSeconds. */
			gracePeriodS: z.number().int().min(0).nullable().default(null),
			/** Pods with emptyDir volumes lose their data when evicted; without this they block. */
			deleteEmptyDir: z.boolean().default(true),
			/** Pods without a controller are not recreated; without this they block. */
			force: z.boolean().default(false),
		})
		.prefault({}),
	/** null = the pause image that the kubelet uses now. */
	sandboxImage: z.string().nullable().default(null),
	carryImages: z.boolean().default(true),
	installCrictl: z.boolean().default(true),
	crictlDebug: z.boolean().default(false),
	/** Write the stream server's three keys (127.0.0.1, port 0, no TLS). */
	streamServer: z.boolean().default(false),
	/** `keep` = the kubelet's own driver; another one is set for the kubelet and containerd alike. */
	cgroupDriver: z.enum(["keep", "systemd", "cgroupfs"]).default("keep"),
	/** Carry Docker's mirrors, insecure registries, certificates, proxies, log rotation and default runtime over. */
	carryDockerSettings: z.boolean().default(true),
	/** Start Docker again once the node is verified, for containers that are not of Kubernetes. */
	keepDocker: z.boolean().default(false),
	/** Mirrors by registry, in the order in which they are asked, in place of Docker's own. null or none = those that Docker has. */
	registryMirrors: z
		.array(z.object({ registry: registryHostSchema, mirrors: z.array(mirrorUrlSchema).min(1).max(MOST_MIRRORS) }))
		.max(100)
		.nullable()
		.default(null),
	/** How long the cluster, as long as its API answers, may take to show a node that has verified itself. Beyond it the node goes back. */
	verifyTimeoutS: z.number().int().min(30).max(3600).default(300),
	/** How long after the cutover an API that does not answer is waited for, the revert put off meanwhile, before the policy below decides. */
	apiOutageS: z.number().int().min(30).max(86_400).default(1800),
	/** API unreachable beyond the cap, node verified: commit and stay cordoned, or go back. null = by role (safety.md 16). */
	apiUnreachable: z.enum(["commit-cordoned", "revert"]).nullable().default(null),
});
export type Policy = z.infer<typeof policySchema>;

/** A person lets a node go in spite of a blocking finding that may be overridden. */
export const overrideSchema = z.object({ nodeId: z.string().min(1).max(64), code: z.string().min(1).max(100) });
export type Override = z.infer<typeof overrideSchema>;

/** The same as kept with the node's run: why, and by whom. */
export const keptOverrideSchema = z.object({ code: z.string(), reason: z.string(), by: z.string() });
export type KeptOverride = z.infer<typeof keptOverrideSchema>;

const fileStateSchema = z.object({
	sha256: z.string(),
	/** Null where the bytes are too large to show: a crictl binary, or a file that comes from an older run's snapshot. */
	contentBase64: z.string().nullable(),
	mode: z.string(),
	uid: z.number().int(),
	gid: z.number().int(),
});

/** One file the run changes. `before` null = absent before; `after` null = removed. Bytes are base64. */
export const fileChangeSchema = z.object({
	path: z.string(),
	/** Where the bytes really lie once symlinks are resolved; what the scripts touch. */
	realPath: z.string(),
	/** When it is put in place: with containerd stopped, or just before the kubelet starts. */
	stage: z.enum(["prepare", "runtime", "kubelet"]),
	before: fileStateSchema.nullable(),
	after: fileStateSchema.nullable(),
	/** Where the new bytes come from: written in prepare.sh, unpacked from crictl's archive, or copied from a snapshot on the node. */
	source: z.discriminatedUnion("kind", [
		z.object({ kind: z.literal("inline") }),
		z.object({ kind: z.literal("crictl-archive"), archiveSha256: z.string() }),
		z.object({ kind: z.literal("snapshot"), runId: z.string(), index: z.number().int() }),
	]),
	/** What the change means, one entry a key: shown above the diff. Paths such as `plugins."io.containerd.grpc.v1.cri".sandbox_image`. */
	intended: z.array(z.object({ key: z.string(), from: z.string().nullable(), to: z.string().nullable() })),
});
export type FileChange = z.infer<typeof fileChangeSchema>;

export const plannedStepSchema = z.object({
	/** Stable id, such as "stop-kubelet": marker lines, rows and catalogue keys (`step.<id>`) carry it. */
	id: z.string(),
	phase: phaseSchema,
	where: z.enum(["console", "node"]),
	/** The step's own limit in seconds. */
	limitS: z.number(),
	values: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
});
export type PlannedStep = z.infer<typeof plannedStepSchema>;

export const scriptSchema = z.object({ text: z.string(), sha256: z.string() });
export type Script = z.infer<typeof scriptSchema>;

export const directionSchema = z.enum(DIRECTIONS);
export type Direction = z.infer<typeof directionSchema>;

/** A registry and where its images are asked for, in order; certificates by their paths on the node. */
const registrySchema = z.object({
	host: z.string(),
	endpoints: z
		.array(
			z.object({
				url: z.string(),
				skipVerify: z.boolean(),
				ca: z.array(z.string()).readonly(),
				clients: z.array(z.object({ cert: z.string(), key: z.string() })).readonly(),
			}),
		)
		.readonly(),
});

export const planSchema = z.object({
	version: z.literal(PLAN_VERSION),
	direction: directionSchema,
	runId: z.string(),
	nodeName: z.string(),
	controlPlane: z.boolean(),
	/** As the node reports them: `docker://20.10.24`, `containerd://1.6.20`. */
	runtimeFrom: z.string(),
	runtimeTo: z.string(),
	findings: z.array(findingSchema),
	steps: z.array(plannedStepSchema),
	files: z.array(fileChangeSchema),
	/** Images that containerd must have, by the name given to `docker save`. `present`: it has that name already, so nothing is carried. */
	images: z.array(z.object({ name: z.string(), id: z.string(), sizeBytes: z.number(), present: z.boolean().optional() })),
	pauseImage: z.string(),
	/** Length of the armed revert timer, seconds: sum of remaining step limits, verification and a margin. */
	revertAfterS: z.number(),
	/** Words the live kubelet's command line must hold, and words it must not, after the cutover. */
	kubelet: z.object({ mustHave: z.array(z.string()), mustNotHave: z.array(z.string()) }),
	/** What containerd's own dump is judged by; null on the way back. */
	containerd: z
		.object({
			daemonVersion: z.string(),
			settings: z.object({
				sandboxImage: z.string(),
				systemdCgroup: z.boolean(),
				cniBinDirs: z.array(z.string()).readonly(),
				cniConfDir: z.string(),
				streamServer: z.boolean(),
				enableSelinux: z.boolean().optional(),
				registryFolder: z.string().optional(),
				inlineRegistries: z.array(registrySchema).readonly().optional(),
				defaultRuntime: z.object({ name: z.string(), binary: z.string() }).optional(),
			}),
		})
		.nullable(),
	/** SHA-256 over the facts the plan rests on; prepare stops where a new probe gives another. */
	factsDigest: z.string(),
	scripts: z.object({ prepare: scriptSchema, cutover: scriptSchema, revert: scriptSchema }),
});
export type Plan = z.infer<typeof planSchema>;
