import toml from "@iarna/toml";
import type { FileSystem } from "../kernel/file-system.ts";
import { atLeast } from "./versions.ts";

type Value = string | number | boolean | Value[] | Table;
interface Table {
	[key: string]: Value;
}

/** What containerd says when it cannot start with its file. */
export class ConfigError extends Error {
	override readonly name = "ConfigError";
}

export interface LoadedConfig {
	/** Everything with the daemon's own values beside the file's. */
	merged: Table;
	cri: "ok" | "absent" | "error";
	sandboxImage: string;
	systemdCgroup: boolean;
	binDir: string;
	confDir: string;
}

const CRI = "io.containerd.grpc.v1.cri";
const CRI_IMAGES = "io.containerd.cri.v1.images";
const CRI_RUNTIME = "io.containerd.cri.v1.runtime";
const OFF = ["cri", CRI, CRI_IMAGES, CRI_RUNTIME];

function isTable(value: Value | undefined): value is Table {
	return typeof value === "object" && !Array.isArray(value);
}

function at(table: Table, ...path: string[]): Value | undefined {
	let value: Value | undefined = table;
	for (const part of path) value = isTable(value) ? value[part] : undefined;
	return value;
}

function merge(base: Table, over: Table): Table {
	const result: Table = { ...base };
	for (const [key, value] of Object.entries(over)) {
		const before = result[key];
		result[key] = isTable(before) && isTable(value) ? merge(before, value) : value;
	}
	return result;
}

function plain(value: unknown): Value {
	if (Array.isArray(value)) return value.map(plain);
	if (typeof value === "bigint") return Number(value);
	if (typeof value === "object" && value !== null && !(value instanceof Date)) {
		return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
	}
	if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
	return String(value);
}

function parse(path: string, text: string): Table {
	try {
		const value = plain(toml.parse(Buffer.from(text, "latin1").toString("utf8")));
		return isTable(value) ? value : {};
	} catch (error) {
		const where = error instanceof Error ? error.message.split("\n")[0] : "";
		throw new ConfigError(`containerd: failed to load TOML: ${path}: ${where}`);
	}
}

/** The daemon's own values for the CRI plugin; the same in every 1.x as far as anybody here looks. */
function criDefaults(version: string, binDir: string): Table {
	const runtime = { base_runtime_spec: "", privileged_without_host_devices: false, runtime_engine: "", runtime_root: "", runtime_type: "" };
	// Up to 1.5 the dump leaves runc's options out.
	return {
		disable_apparmor: false,
		disable_cgroup: false,
		disable_hugetlb_controller: true,
		disable_proc_mount: false,
		disable_tcp_service: true,
		enable_selinux: false,
		enable_tls_streaming: false,
		ignore_image_defined_volumes: false,
		max_concurrent_downloads: 3,
		max_container_log_line_size: 16384,
		restrict_oom_score_adj: false,
		sandbox_image: atLeast(version, 1, 6) ? "registry.k8s.io/pause:3.6" : "k8s.gcr.io/pause:3.2",
		stats_collect_period: 10,
		stream_idle_timeout: "4h0m0s",
		stream_server_address: "127.0.0.1",
		stream_server_port: "0",
		systemd_cgroup: false,
		tolerate_missing_hugetlb_controller: true,
		unset_seccomp_profile: "",
		cni: { bin_dir: binDir, conf_dir: "/etc/cni/net.d", conf_template: "", max_conf_num: 1 },
		containerd: {
			default_runtime_name: "runc",
			no_pivot: false,
			snapshotter: "overlayfs",
			default_runtime: runtime,
			untrusted_workload_runtime: runtime,
			runtimes: { runc: { ...runtime, runtime_type: "io.containerd.runc.v2", options: {} } },
		},
		image_decryption: { key_model: "node" },
		registry: { config_path: "", mirrors: {} },
	};
}

/**
 * Loads a configuration as containerd does: imports first, then the file's own version's rules. Throws ConfigError with the words
 * of the daemon where it would not start.
 */
export function loadConfig(fs: FileSystem, path: string, version: string, cniBinDir: string): LoadedConfig {
	const text = fs.text(path);
	const own = text === undefined ? {} : parse(path, text);
	let file = own;
	const imports = Array.isArray(own["imports"]) ? own["imports"] : [];
	for (const each of imports) {
		const imported = typeof each === "string" ? fs.text(each) : undefined;
		if (typeof each === "string" && imported !== undefined) file = merge(file, parse(each, imported));
	}
	const fileVersion = Number(file["version"] ?? 1);
	const newest = atLeast(version, 2, 3) ? 4 : atLeast(version, 2, 0) ? 3 : atLeast(version, 1, 3) ? 2 : 1;
	if (fileVersion > newest)
		throw new ConfigError(`containerd: expected containerd config version equal to or less than \`${newest}\`, got \`${fileVersion}\``);
	if (fileVersion >= 2) refuseShortNames(file);
	const disabled = Array.isArray(file["disabled_plugins"]) ? file["disabled_plugins"] : [];
	const off = disabled.some((id) => typeof id === "string" && OFF.includes(id));
	// In a version 1 file the long names are read by nobody, and the short one is the plugin's.
	const plugins = isTable(file["plugins"]) ? file["plugins"] : {};
	const given = fileVersion === 1 ? (plugins["cri"] ?? {}) : (plugins[CRI] ?? {});
	const criTable = isTable(given) ? given : {};
	const cri = merge(criDefaults(version, cniBinDir), criTable);
	const runc = at(cri, "containerd", "runtimes", "runc", "options", "SystemdCgroup");
	const base: Table = {
		disabled_plugins: [],
		imports: [path],
		oom_score: 0,
		plugin_dir: "",
		required_plugins: [],
		root: "/var/lib/containerd",
		state: "/run/containerd",
		version: newest === 1 ? 1 : 2,
		cgroup: { path: "" },
		debug: { address: "", gid: 0, level: "", uid: 0 },
		grpc: {
			address: "/run/containerd/containerd.sock",
			gid: 0,
			max_recv_message_size: 16777216,
			max_send_message_size: 16777216,
			tcp_address: "",
			uid: 0,
		},
		metrics: { address: "", grpc_histogram: false },
		plugins: {
			"io.containerd.gc.v1.scheduler": {
				deletion_threshold: 0,
				mutation_threshold: 100,
				pause_threshold: 0.02,
				schedule_delay: "0s",
				startup_delay: "100ms",
			},
			"io.containerd.internal.v1.opt": { path: "/opt/containerd" },
			"io.containerd.internal.v1.restart": { interval: "10s" },
			"io.containerd.metadata.v1.bolt": { content_sharing_policy: "shared" },
			"io.containerd.monitor.v1.cgroups": { no_prometheus: false },
			"io.containerd.runtime.v2.task": { platforms: ["linux/amd64"] },
			"io.containerd.service.v1.diff-service": { default: ["walking"] },
		},
	};
	const { plugins: _, imports: __, version: ___, ...top } = file;
	const shown = atLeast(version, 1, 6) ? cri : withoutRuncOptions(cri);
	const merged = merge(base, top);
	if (!off && isTable(merged["plugins"])) merged["plugins"][CRI] = shown;
	return {
		merged,
		cri: off ? "absent" : typed(cri) ? "ok" : "error",
		sandboxImage: String(cri["sandbox_image"] ?? ""),
		systemdCgroup: runc === true,
		binDir: String(at(cri, "cni", "bin_dir") ?? ""),
		confDir: String(at(cri, "cni", "conf_dir") ?? ""),
	};
}

/** A value of another type than the plugin's own keeps the plugin from loading. */
function typed(cri: Table): boolean {
	return typeof cri["sandbox_image"] === "string" && isTable(cri["containerd"]) && typeof at(cri, "cni", "bin_dir") === "string";
}

function withoutRuncOptions(cri: Table): Table {
	const runtimes = at(cri, "containerd", "runtimes");
	if (!isTable(runtimes) || !isTable(runtimes["runc"])) return cri;
	return merge(cri, { containerd: { runtimes: { runc: { ...runtimes["runc"], options: {} } } } });
}

function refuseShortNames(file: Table): void {
	const isLong = (name: string) => name.split(".").length >= 4;
	for (const [key, word] of [
		["disabled_plugins", "disabled"],
		["required_plugins", "required"],
	] as const) {
		const list = Array.isArray(file[key]) ? file[key] : [];
		const short = list.find((id) => typeof id === "string" && !isLong(id));
		if (short !== undefined) throw new ConfigError(`containerd: invalid ${word} plugin URI "${String(short)}" expect io.containerd.x.vx`);
	}
	const plugins = isTable(file["plugins"]) ? Object.keys(file["plugins"]) : [];
	const short = plugins.find((id) => !isLong(id));
	if (short !== undefined) throw new ConfigError(`containerd: invalid plugin key URI "${short}" expect io.containerd.x.vx`);
}

/** The text of `config dump`: keys in order, tables after values, two blanks a level. */
export function dumped(table: Table, path: readonly string[] = []): string {
	const indent = "  ".repeat(Math.max(0, path.length - 1));
	const inner = path.length === 0 ? "" : `${indent}  `;
	const name = (key: string) => (/^[A-Za-z0-9_-]+$/.test(key) ? key : JSON.stringify(key));
	const values = Object.entries(table).filter(([, value]) => !isTable(value));
	const tables = Object.entries(table).filter((entry): entry is [string, Table] => isTable(entry[1]));
	const sorted = <T>(entries: [string, T][]) => entries.sort(([a], [b]) => (a < b ? -1 : 1));
	const lines = sorted(values).map(([key, value]) => `${path.length === 0 ? "" : inner.slice(2)}${name(key)} = ${spelled(value)}\n`);
	const blocks = sorted(tables).map(([key, value]) => {
		const here = [...path, key];
		const heading = `${"  ".repeat(here.length - 1)}[${here.map(name).join(".")}]\n`;
		const body = dumped(value, here)
			.split("\n")
			.map((line) => (line.startsWith("  ".repeat(here.length)) || line === "" || line.trimStart().startsWith("[") ? line : `  ${line}`))
			.join("\n");
		return `\n${heading}${body}`;
	});
	return lines.join("") + blocks.join("");
}

function spelled(value: Value): string {
	if (typeof value === "string") return JSON.stringify(value);
	if (Array.isArray(value)) return `[${value.map(spelled).join(", ")}]`;
	return String(value);
}
