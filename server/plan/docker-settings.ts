import type { Facts, FileFact } from "../../lib/contracts/facts.ts";
import type { FileChange, Policy } from "../../lib/contracts/plan.ts";
import { textOf } from "../runtime/bytes.ts";
import { hostsFile, REGISTRY_FOLDER, registryStyle } from "../runtime/containerd/registries.ts";
import type { ContainerdSettings } from "../runtime/containerd/types.ts";
import { type DockerSettings, readDockerSettings } from "../runtime/docker/daemon.ts";
import { hasProxy, type ProxySettings, proxyDropIn, proxyOfDaemon, proxyOfService } from "../runtime/docker/proxy.ts";
import { dockerRegistries } from "../runtime/docker/registries.ts";
import { limitsDropIn, shownUlimit, unitLimits } from "../runtime/docker/ulimits.ts";
import { type LogRotation, logRotationOf } from "../runtime/kubelet/log-rotation.ts";
import { parseUnitFile } from "../runtime/kubelet/unit-file.ts";
import { newFile } from "./new-file.ts";

/** Docker's settings as containerd and the kubelet are told them. */
export interface CarriedSettings {
	containerd: Pick<ContainerdSettings, "registryFolder" | "inlineRegistries" | "defaultRuntime" | "enableSelinux">;
	/** New files: hosts.toml of registries, and containerd's drop-ins with the proxy and the ulimits. */
	files: FileChange[];
	logRotation: LogRotation;
	/** What the plan says in other words, by Docker's key. */
	carried: { key: string; value: string; to: string }[];
	/** What it would have carried and cannot, with the reason's code. */
	left: { key: string; value: string; because: LeftBecause }[];
}
export type LeftBecause =
	| "network"
	| "other-folder"
	| "exists"
	| "specifier"
	| "runtime-arguments"
	| "policy"
	| "daemon-itself"
	| "systemd-too-old";

export const PROXY_DROP_IN = "/etc/systemd/system/containerd.service.d/50-gantry-proxy.conf";
export const ULIMITS_DROP_IN = "/etc/systemd/system/containerd.service.d/50-gantry-ulimits.conf";
export const NOTHING_CARRIED: CarriedSettings = { containerd: {}, files: [], logRotation: {}, carried: [], left: [] };

/**
 * What of Docker's settings a plan carries over (domain: mirrors, insecure registries, certificates, proxies, log rotation, default
 * runtime, SELinux, ulimits). Throws `json.syntax`, `env.syntax`, `toml.*`, `version.unreadable`, `file.encoding`.
 */
export function carriedSettings(facts: Facts, policy: Pick<Policy, "carryDockerSettings" | "registryMirrors">): CarriedSettings {
	const chosen = (policy.registryMirrors ?? []).length > 0;
	if (!policy.carryDockerSettings && !chosen) return NOTHING_CARRIED;
	const docker = policy.carryDockerSettings
		? readDockerSettings(textOf(facts.docker.daemonJson), facts.docker.argv)
		: readDockerSettings(null, []);
	const registries = registriesOf(facts, policy, docker);
	if (!policy.carryDockerSettings) return { ...NOTHING_CARRIED, ...registries };
	const proxy = proxyOf(facts, docker);
	const runtime = runtimeOf(docker);
	const selinux = selinuxOf(facts, docker);
	const ulimits = ulimitsOf(facts, docker);
	const logRotation = logRotationOf(docker.logDriver.value, docker.logOpts);
	const rotated = Object.entries(logRotation).map(([to, value]) => ({ key: "log-opts", value: String(value), to }));
	return {
		containerd: { ...registries.containerd, ...runtime.containerd, ...selinux.containerd },
		files: [...registries.files, ...proxy.files, ...ulimits.files],
		logRotation,
		carried: [...registries.carried, ...proxy.carried, ...runtime.carried, ...selinux.carried, ...ulimits.carried, ...rotated],
		left: [...registries.left, ...proxy.left, ...runtime.left, ...ulimits.left],
	};
}

type Part = Omit<CarriedSettings, "logRotation">;

function registriesOf(facts: Facts, policy: Pick<Policy, "registryMirrors" | "carryDockerSettings">, docker: DockerSettings): Part {
	const chosen = policy.registryMirrors ?? [];
	const { registries, untranslated } = dockerRegistries({
		registryMirrors: docker.registryMirrors,
		insecureRegistries: docker.insecureRegistries,
		certificates: policy.carryDockerSettings ? (facts.docker.certificates ?? []) : [],
		mirrorsOf: chosen.length > 0 ? chosen : null,
	});
	// Mirrors that the policy names for other registries must not lose Docker's without a word.
	const replaced = chosen.length > 0 && docker.registryMirrors.length > 0 && !chosen.some(({ registry }) => registry === "docker.io");
	const left: Part["left"] = [
		...untranslated.map((value) => ({ key: "insecure-registries", value, because: "network" as const })),
		...(replaced ? [{ key: "registry-mirrors", value: docker.registryMirrors.join(", "), because: "policy" as const }] : []),
	];
	const { version, config, registryHosts = [] } = facts.containerd;
	if (registries.length === 0 || !version.known) return { ...NOTHING_CARRIED, left };
	const style = registryStyle(config.state === "absent" ? null : textOf(config), version.value);
	const hosts = registries.map(({ host }) => host);
	if (style.kind === "elsewhere") {
		return {
			...NOTHING_CARRIED,
			left: [...left, { key: "registries", value: `${hosts.join(", ")} (${style.path})`, because: "other-folder" }],
		};
	}
	const urls = registries.map(({ host, endpoints }) => ({
		key: "registries",
		value: `${host}: ${endpoints.map(({ url }) => url).join(", ")}`,
		to: style.kind === "folder" ? `${REGISTRY_FOLDER}/${host}/hosts.toml` : config.path,
	}));
	if (style.kind === "inline") return { ...NOTHING_CARRIED, containerd: { inlineRegistries: registries }, carried: urls, left };
	// A file that somebody wrote is theirs.
	const taken = new Set(registryHosts.filter(({ state }) => state !== "absent").map(({ path }) => path));
	const files = registries.map(hostsFile).filter(({ path }) => !taken.has(path));
	const kept = registries.map(hostsFile).filter(({ path }) => taken.has(path));
	return {
		containerd: style.set ? { registryFolder: REGISTRY_FOLDER } : {},
		files: files.map(({ path, text }) => newFile(path, text, [{ key: "hosts", from: null, to: path }])),
		carried: urls.filter(({ to }) => !taken.has(to)),
		left: [...left, ...kept.map(({ path }) => ({ key: "registries", value: path, because: "exists" as const }))],
	};
}

/** The proxy of containerd's own unit; null where it cannot be told. Throws `env.syntax`, `kubelet.flags.quoting`, `file.encoding`. */
export function containerdProxy({ containerd }: Facts): ProxySettings | null {
	return proxyOfService(texts(containerd.unitFiles ?? []));
}

function proxyOf(facts: Facts, settings: DockerSettings): Part {
	const { docker } = facts;
	const service = proxyOfService(texts(docker.unitFiles ?? []));
	const daemon = proxyOfDaemon(settings.untranslated);
	if (service === null && !hasProxy(daemon))
		return { ...NOTHING_CARRIED, left: [{ key: "proxy", value: docker.service.name, because: "specifier" }] };
	const wanted: ProxySettings = { ...(service ?? {}), ...daemon };
	const own = containerdProxy(facts);
	// A proxy of containerd's own is what pulls of pods are meant to take.
	if (!hasProxy(wanted) || own === null || hasProxy(own)) return NOTHING_CARRIED;
	return {
		...NOTHING_CARRIED,
		files: [newFile(PROXY_DROP_IN, proxyDropIn(wanted), [{ key: "Environment", from: null, to: PROXY_DROP_IN }])],
		carried: Object.entries(wanted).map(([key, value]) => ({ key, value, to: PROXY_DROP_IN })),
	};
}

function runtimeOf({ defaultRuntime, runtimes }: DockerSettings): Part {
	const name = defaultRuntime.value;
	if (name === "runc" || name === "io.containerd.runc.v2") return NOTHING_CARRIED;
	const binary = runtimes[name] ?? "";
	if (binary === "") return { ...NOTHING_CARRIED, left: [{ key: "default-runtime", value: name, because: "runtime-arguments" }] };
	return {
		...NOTHING_CARRIED,
		containerd: { defaultRuntime: { name, binary } },
		carried: [{ key: "default-runtime", value: `${name} (${binary})`, to: "default_runtime_name" }],
	};
}

/** Where the kernel enforces nothing Docker passes over its switch too. */
function selinuxOf({ host }: Facts, { selinuxEnabled }: DockerSettings): Part {
	if (!selinuxEnabled || (host.selinux !== "enforcing" && host.selinux !== "permissive")) return NOTHING_CARRIED;
	return {
		...NOTHING_CARRIED,
		containerd: { enableSelinux: true },
		carried: [{ key: "selinux-enabled", value: "true", to: "enable_selinux" }],
	};
}

function ulimitsOf({ containerd, host }: Facts, { ulimits }: DockerSettings): Part {
	// What a package's unit says is nobody's choice; a drop-in is somebody's.
	const dropIns = texts(containerd.unitFiles ?? []).filter(({ path }) => path.endsWith(".conf"));
	const own = new Set(dropIns.flatMap(({ text }) => parseUnitFile(text).map(({ key }) => key)));
	const { lines, carried, left } = unitLimits(ulimits, host.systemdVersion.known ? host.systemdVersion.value : 0, own);
	const key = "default-ulimits";
	return {
		...NOTHING_CARRIED,
		files: lines.length > 0 ? [newFile(ULIMITS_DROP_IN, limitsDropIn(lines), [{ key: "Limit", from: null, to: lines.join(" ") }])] : [],
		carried: carried.map((limit) => ({ key, value: shownUlimit(limit), to: ULIMITS_DROP_IN })),
		left: left.map(({ limit, because }) => ({ key, value: shownUlimit(limit), because })),
	};
}

function texts(files: readonly FileFact[]): { path: string; text: string }[] {
	return files.flatMap((file) => {
		const text = textOf(file);
		return text === null ? [] : [{ path: file.path, text }];
	});
}
