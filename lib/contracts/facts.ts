import { z } from "zod";

/**
 * What one probe read from one node. Versioned, because it is stored with the run it was read for.
 * A value that could not be read is `unknown` with a reason; nothing here is ever a default.
 */
export const FACTS_VERSION = 1;

const known = <T extends z.ZodType>(value: T) =>
	z.discriminatedUnion("known", [z.object({ known: z.literal(true), value }), z.object({ known: z.literal(false), reason: z.string() })]);
export type Known<T> = { known: true; value: T } | { known: false; reason: string };

/** A file as it lies on the node. `contentBase64` is its bytes; null where it is no regular file or larger than 1 MiB. */
export const fileFactSchema = z.object({
	path: z.string(),
	/** The path with every symlink resolved; equals `path` for a plain file. */
	realPath: z.string(),
	state: z.enum(["file", "absent", "directory", "other", "unreadable"]),
	isMountPoint: z.boolean(),
	/** Four octal digits, such as "0644". Empty when absent. */
	mode: z.string(),
	uid: z.number().int(),
	gid: z.number().int(),
	/** SELinux label, or null where the host has none. */
	label: z.string().nullable(),
	sizeBytes: z.number().int(),
	sha256: z.string(),
	contentBase64: z.string().nullable(),
});
export type FileFact = z.infer<typeof fileFactSchema>;

/** `systemctl show` of one unit; `loadState` is "not-found" where there is none. */
export const unitFactSchema = z.object({
	name: z.string(),
	loadState: z.string(),
	activeState: z.string(),
	subState: z.string(),
	unitFileState: z.string(),
	fragmentPath: z.string(),
	dropInPaths: z.array(z.string()),
	needDaemonReload: z.boolean(),
	mainPid: z.number().int(),
	/** ExecStart's argv as systemd prints it, variables not expanded. */
	execStart: z.string(),
	/** Requires, Wants, BindsTo and After together, as unit names. */
	dependencies: z.array(z.string()),
	/** BindsTo and Requisite: units without which this one does not run, one that its own condition keeps off included. */
	boundTo: z.array(z.string()).optional(),
});
export type UnitFact = z.infer<typeof unitFactSchema>;

/** Where kubelet flags may live, in the order in which a kubeadm unit reads them; a later one wins. */
export const flagPlaceSchema = z.object({
	kind: z.enum(["kubeadm-flags", "default", "sysconfig", "drop-in", "unit", "kubespray-env", "environment-file"]),
	file: fileFactSchema,
});
export type FlagPlace = z.infer<typeof flagPlaceSchema>;

export const containerFactSchema = z.object({
	id: z.string(),
	name: z.string(),
	image: z.string(),
	running: z.boolean(),
	/** True where it carries a Kubernetes label (io.kubernetes.*). */
	kubernetes: z.boolean(),
});
export type ContainerFact = z.infer<typeof containerFactSchema>;

export const imageFactSchema = z.object({
	id: z.string(),
	/** Names with tags, as `docker save` accepts them. */
	tags: z.array(z.string()),
	digests: z.array(z.string()),
	sizeBytes: z.number(),
});
export type ImageFact = z.infer<typeof imageFactSchema>;

export const spaceFactSchema = z.object({
	path: z.string(),
	mountPoint: z.string(),
	fsType: z.string(),
	totalBytes: z.number(),
	availableBytes: z.number(),
	totalInodes: z.number(),
	availableInodes: z.number(),
});

/** A member of the etcd cluster, as this node's own member names it and as it answered itself. Numbers of 64 bits are text. */
export const etcdMemberSchema = z.object({
	id: z.string(),
	/** "" for a member that was added and has not begun yet. */
	name: z.string(),
	clientUrls: z.array(z.string()),
	/** Has no vote yet. */
	learner: z.boolean(),
	/** What its own /health says; unknown where it did not answer. */
	healthy: known(z.boolean()),
	/** The leader it follows; "" where it did not say. */
	leader: z.string(),
	version: z.string(),
});
export type EtcdMember = z.infer<typeof etcdMemberSchema>;

/** The etcd member that this node runs as a static pod. */
export const etcdFactSchema = z.object({
	/** The static pod's manifest. */
	manifest: z.string(),
	/** Where its clients reach it on this node; "" where the manifest does not say. */
	url: z.string(),
	/** Files on the node by which one asks it; null where it listens without TLS, or where none were found. */
	certificates: z.object({ ca: z.string(), cert: z.string(), key: z.string() }).nullable(),
	/** `api` is the path of its JSON gateway, `self` this node's member id. */
	cluster: known(z.object({ api: z.string(), self: z.string(), members: z.array(etcdMemberSchema) })),
});
export type EtcdFact = z.infer<typeof etcdFactSchema>;

/** A switch of the kernel's that pods' traffic needs: as it is, and as it is set when the machine starts. */
export const sysctlFactSchema = z.object({
	/** With dots, such as `net.ipv4.ip_forward`. */
	name: z.string(),
	/** null: the kernel has no such switch now. */
	value: z.string().nullable(),
	/** The assignment that counts at boot and its file; null where no file has one. */
	kept: z.object({ value: z.string(), path: z.string() }).nullable(),
});
export type SysctlFact = z.infer<typeof sysctlFactSchema>;

/** A module of the kernel's; `keptIn` is the file that has it loaded at boot. */
export const moduleFactSchema = z.object({
	name: z.string(),
	state: z.enum(["loaded", "built-in", "absent"]),
	keptIn: z.string().nullable(),
});

export const kubeletRuntimeSchema = z.enum(["dockershim", "cri-dockerd", "containerd", "other", "none"]);

export const factsSchema = z.object({
	version: z.literal(FACTS_VERSION),
	/** How long the probe script ran on the node. */
	probeMs: z.number(),
	host: z.object({
		hostname: z.string(),
		osId: z.string(),
		osVersionId: z.string(),
		osPretty: z.string(),
		/** `uname -r` and `uname -m`; architecture as Go names it (amd64, arm64) beside it. */
		kernel: z.string(),
		machine: z.string(),
		architecture: z.string(),
		bootId: z.string(),
		/** /etc/machine-id; clones of one image may share it. */
		machineId: z.string().optional(),
		/** Age of PID 1 in seconds: the boot's, also inside a container. */
		uptimeS: known(z.number()),
		epochS: z.number(),
		initSystem: z.string(),
		systemdVersion: known(z.number().int()),
		/** `systemctl is-system-running`. */
		systemState: z.string(),
		cgroup: z.enum(["v1", "v2", "hybrid", "unknown"]),
		selinux: z.enum(["enforcing", "permissive", "disabled", "absent"]),
		forwardPolicy: known(z.string()),
		/** Chains of Docker's that FORWARD jumps to. */
		dockerChains: known(z.array(z.string())).optional(),
		sysctls: z.array(sysctlFactSchema).optional(),
		modules: z.array(moduleFactSchema).optional(),
		/** The node's clock minus the console's when it was probed, in seconds; no finer than the probe took. */
		clockSkewS: z.number().optional(),
		swapOn: z.boolean(),
		/** The kernel enforces AppArmor: containers are started under a profile. */
		apparmor: z.boolean().optional(),
		/** A package manager's lock that is held right now, by the file's path. */
		packageLocks: z.array(z.string()),
		/** Active units that install packages by themselves, such as `apt-daily-upgrade.timer`. */
		automaticUpgrades: z.array(z.string()).optional(),
		needrestart: z.boolean(),
		/** Commands the scripts need, each with its absolute path or "" where missing. */
		commands: z.record(z.string(), z.string()),
		/** Folders the scripts write to; false = not writable (read-only file system, image-based system). */
		writable: z.record(z.string(), z.boolean()),
		/** An OSTree system: its software is an image, not packages. */
		imageBased: z.boolean().optional(),
	}),
	space: z.array(spaceFactSchema),
	docker: z.object({
		installed: z.boolean(),
		version: known(z.string()),
		service: unitFactSchema,
		socket: unitFactSchema,
		criDockerService: unitFactSchema,
		criDockerSocket: unitFactSchema,
		/** The live dockerd's argv; empty where it does not run. */
		argv: z.array(z.string()),
		/** The live cri-dockerd's argv; empty where it does not run. */
		criDockerArgv: z.array(z.string()).optional(),
		daemonJson: fileFactSchema,
		/** The service's unit, its drop-ins and what they read as environment. */
		unitFiles: z.array(fileFactSchema).optional(),
		/** Paths of the files below /etc/docker/certs.d, one folder a registry. Their bytes stay on the node: keys are among them. */
		certificates: z.array(z.string()).optional(),
		dataRoot: known(z.string()),
		storageDriver: known(z.string()),
		cgroupDriver: known(z.string()),
		liveRestore: known(z.boolean()),
		defaultRuntime: known(z.string()).optional(),
		containers: known(z.array(containerFactSchema)),
		/** Images that a container of this node uses (running or not), once each. */
		imagesInUse: known(z.array(imageFactSchema)),
		/** Names with tags of all images that Docker holds, in use or not. */
		imageNames: known(z.array(z.string())).optional(),
	}),
	containerd: z.object({
		installed: z.boolean(),
		/** Of the binary: what runs after the next start. */
		version: known(z.string()),
		/** Of the daemon that answers now; another one than the binary's after an upgrade without a restart. */
		runningVersion: known(z.string()).optional(),
		unit: unitFactSchema,
		/** The unit, its drop-ins and what they read as environment. */
		unitFiles: z.array(fileFactSchema).optional(),
		argv: z.array(z.string()),
		/** The file the unit's real ExecStart reads; default /etc/containerd/config.toml. */
		configPath: z.string(),
		config: fileFactSchema,
		/** Address of its socket, default /run/containerd/containerd.sock. */
		socketPath: z.string(),
		/** Its data folder, default /var/lib/containerd. */
		root: z.string().optional(),
		/** dockerd runs a containerd of its own (below /run/docker/containerd), as Docker 18.06 and the static binaries do. */
		embedded: z.boolean().optional(),
		/** `ftype` of the XFS that holds `root`; unknown on every other file system. */
		xfsFtype: known(z.boolean()).optional(),
		/** Files that name a registry's hosts, below /etc/containerd/certs.d. */
		registryHosts: z.array(fileFactSchema).optional(),
		/** State of the CRI plugin by `ctr plugins ls`: "ok", "error", "skip" or "absent". */
		criPlugin: known(z.string()),
		/** `config dump` of the running file, with imports merged; judged beside the file itself. */
		dump: known(z.string()),
		/** What that dump says of the CRI plugin. */
		cri: known(
			z.object({
				snapshotter: z.string(),
				defaultRuntime: z.string(),
				runtimes: z.array(z.string()),
				registries: z.discriminatedUnion("kind", [
					z.object({ kind: z.literal("folder"), path: z.string() }),
					z.object({ kind: z.literal("inline"), hosts: z.array(z.string()) }),
					z.object({ kind: z.literal("none") }),
				]),
			}),
		).optional(),
		/** Names of the images in the k8s.io namespace. */
		images: known(z.array(z.string())),
		/** Those of them that the kubelet's collection of images spares by their label. */
		pinned: known(z.array(z.string())).optional(),
		/** Ids of the containers in the k8s.io namespace, sandboxes among them, running or not. */
		containers: known(z.array(z.string())).optional(),
	}),
	kubelet: z.object({
		installed: z.boolean(),
		version: known(z.string()),
		unit: unitFactSchema,
		/** The live kubelet's argv with argv[0]; empty where it does not run. */
		argv: z.array(z.string()),
		/** Its flags in their order, each with the file that it comes from; null where no file that the unit reads names it. */
		flags: z
			.array(z.object({ at: z.number().int(), name: z.string(), value: z.string().nullable(), from: z.string().nullable() }))
			.optional(),
		runtime: kubeletRuntimeSchema,
		/** Endpoint of the live kubelet as given, or null (dockershim). */
		endpoint: z.string().nullable(),
		flagPlaces: z.array(flagPlaceSchema),
		configPath: z.string(),
		config: fileFactSchema,
		instanceConfig: fileFactSchema,
		/** Effective driver, and where it was decided ("flag --cgroup-driver", the config file's path, "default"). */
		cgroupDriver: known(z.object({ value: z.string(), from: z.string() })),
		healthz: known(z.object({ address: z.string(), port: z.number().int(), ok: z.boolean() })),
		staticPodPath: z.string(),
		/** File names below staticPodPath. */
		staticPods: z.array(z.string()),
		/** Which of kube-apiserver and etcd the manifests below staticPodPath run. */
		staticPodComponents: known(z.array(z.string())).optional(),
		/** The containers that the manifests below staticPodPath name. */
		staticPodContainers: z.array(z.object({ namespace: z.string(), pod: z.string(), container: z.string() })).optional(),
		kubeadm: z.boolean(),
		/** Pause image the live kubelet names, or its built-in default by version, and where it was read. */
		pauseImage: known(z.object({ value: z.string(), from: z.string() })),
		cpuManagerPolicy: known(z.string()),
		/** The running kubelet's file was replaced: the next start runs another version. */
		binaryReplaced: z.boolean().optional(),
	}),
	/** Null where no static pod of this node runs etcd: it is elsewhere, or not the runtime's business. */
	etcd: etcdFactSchema.nullable().optional(),
	cni: z.object({
		/** From the kubelet's flags, else its built-in defaults. */
		binDir: z.string(),
		confDir: z.string(),
		networkPlugin: z.string(),
		confFiles: z.array(fileFactSchema),
		/** File names below binDir. */
		plugins: z.array(z.string()),
		/** Addresses reserved below /var/lib/cni/networks: network and address, and whether it has been for ten minutes or more. */
		reserved: z.array(z.object({ network: z.string(), address: z.string(), sandbox: z.string(), settled: z.boolean().optional() })),
		/** File names below /var/lib/cni/cache/results. */
		cached: z.array(z.string()),
	}),
	crictl: z.object({
		path: z.string(),
		version: known(z.string()),
		config: fileFactSchema,
	}),
	gantry: z.object({
		/** Run folders on the node: id, decision and whether a final state was written. */
		runs: z.array(z.object({ id: z.string(), decision: z.string(), final: z.string() })),
		lockOwner: z.string(),
		dockerOff: z.boolean(),
	}),
	/** Further files the probe was asked for, such as those that a snapshot holds. */
	files: z.array(fileFactSchema).optional(),
});
export type Facts = z.infer<typeof factsSchema>;
