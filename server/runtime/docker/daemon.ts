import { SyntaxRuntimeError } from "../errors.ts";
import { type Flag, parseFlags } from "../kubelet/argv.ts";
import { type Json, parseJson } from "./json.ts";

/** A value and where it was read: "daemon.json", "flag --data-root" or "default". */
export type From<T> = { readonly value: T; readonly from: string };

/** What a Docker daemon was told, as far as a migration has to translate or report it. Nothing of it is written. */
export type DockerSettings = {
	readonly cgroupDriver: From<string> | null;
	readonly dataRoot: From<string>;
	readonly storageDriver: From<string> | null;
	readonly logDriver: From<string>;
	readonly logOpts: Readonly<Record<string, string>>;
	readonly registryMirrors: readonly string[];
	readonly insecureRegistries: readonly string[];
	readonly defaultRuntime: From<string>;
	/** Runtimes beside runc: name, and the program as it was given; "" where only a shim or arguments are. */
	readonly runtimes: Readonly<Record<string, string>>;
	readonly liveRestore: boolean;
	readonly selinuxEnabled: boolean;
	/** What containers get that ask for nothing else. */
	readonly ulimits: readonly Ulimit[];
	/** Settings without a counterpart in containerd, as they were given: report them. */
	readonly untranslated: readonly { readonly key: string; readonly value: string; readonly from: string }[];
};

/** A limit by its name in setrlimit(2), lower case; -1 = none. */
export type Ulimit = { readonly name: string; readonly soft: number; readonly hard: number };

/** Short flags of dockerd, and names that other releases used. */
const ALIASES: Readonly<Record<string, string>> = {
	"-g": "--data-root",
	"--graph": "--data-root",
	"-s": "--storage-driver",
	"-H": "--host",
	"-D": "--debug",
};
const UNTRANSLATED = [
	"bip",
	"iptables",
	"ip-masq",
	"userns-remap",
	"proxies",
	"http-proxy",
	"https-proxy",
	"no-proxy",
	"max-concurrent-downloads",
	"icc",
	"mtu",
	"seccomp-profile",
	"default-shm-size",
	"no-new-privileges",
];

/**
 * Reads /etc/docker/daemon.json and the live dockerd's argv together; Docker itself refuses a key that stands in both.
 * `text` null = there is no file. Throws SyntaxRuntimeError `json.syntax` (line and column; also where it is no object).
 */
export function readDockerSettings(text: string | null, argv: readonly string[]): DockerSettings {
	const file = daemonJson(text);
	const flags = parseFlags(argv.slice(1).flatMap(expandAlias));
	const read = new Settings(file, flags);
	return {
		cgroupDriver: read.option("exec-opts", "exec-opt", "native.cgroupdriver"),
		dataRoot: read.one("data-root") ?? read.one("graph") ?? { value: "/var/lib/docker", from: "default" },
		storageDriver: read.one("storage-driver"),
		logDriver: read.one("log-driver") ?? { value: "json-file", from: "default" },
		logOpts: read.pairs("log-opts", "log-opt"),
		registryMirrors: read.list("registry-mirrors", "registry-mirror"),
		insecureRegistries: read.list("insecure-registries", "insecure-registry"),
		defaultRuntime: read.one("default-runtime") ?? { value: "runc", from: "default" },
		runtimes: read.runtimes(),
		liveRestore: read.one("live-restore")?.value === "true",
		selinuxEnabled: read.one("selinux-enabled")?.value === "true",
		ulimits: read.ulimits(),
		untranslated: UNTRANSLATED.flatMap((key) => {
			const found = read.one(key);
			return found ? [{ key, ...found }] : [];
		}),
	};
}

function daemonJson(text: string | null): { readonly [key: string]: Json } {
	// dockerd takes an empty file for an empty object.
	if (text === null || text.replace("\uFEFF", "").trim() === "") return {};
	const value = parseJson(text);
	if (typeof value !== "object" || value === null || isArray(value))
		throw new SyntaxRuntimeError("json.syntax", "expected an object", 1, 1);
	return value;
}

function isArray(value: Json): value is readonly Json[] {
	return Array.isArray(value);
}

function expandAlias(word: string): string[] {
	const [name = "", ...rest] = word.split("=");
	const long = ALIASES[name];
	if (long) return [[long, ...rest].join("=")];
	const short = /^-([gsH])(.+)$/.exec(word);
	return short ? [`${ALIASES[`-${short[1]}`]}=${short[2]}`] : [word];
}

class Settings {
	constructor(
		private readonly file: { readonly [key: string]: Json },
		private readonly flags: readonly Flag[],
	) {}

	one(key: string): From<string> | null {
		const flag = this.flags.findLast(({ name }) => name === key);
		if (flag) return { value: flag.value ?? "true", from: `flag --${key}` };
		const value = this.file[key];
		return value === undefined || value === null ? null : { value: show(value), from: "daemon.json" };
	}

	list(key: string, flag: string): string[] {
		const value = this.file[key];
		const given = value !== undefined && value !== null && isArray(value) ? value.map(show) : [];
		return [...given, ...this.flags.filter(({ name }) => name === flag).map((item) => item.value ?? "")];
	}

	pairs(key: string, flag: string): Record<string, string> {
		const value = this.file[key];
		const given =
			typeof value === "object" && value !== null && !isArray(value) ? Object.entries(value).map(([name, item]) => [name, show(item)]) : [];
		const words = this.flags.filter(({ name }) => name === flag).map((item) => cut(item.value ?? ""));
		return Object.fromEntries([...given, ...words]);
	}

	/** An option of a list of `name=value`, such as native.cgroupdriver. */
	option(key: string, flag: string, option: string): From<string> | null {
		const word = this.flags.findLast((item) => item.name === flag && item.value?.startsWith(`${option}=`));
		if (word) return { value: cut(word.value ?? "")[1], from: `flag --${flag}` };
		const given = this.list(key, "").findLast((item) => item.startsWith(`${option}=`));
		return given === undefined ? null : { value: cut(given)[1], from: "daemon.json" };
	}

	ulimits(): Ulimit[] {
		const value = this.file["default-ulimits"];
		const given = typeof value === "object" && value !== null && !isArray(value) ? Object.entries(value) : [];
		const byFile = given.flatMap(([name, limit]) => {
			if (typeof limit !== "object" || limit === null || isArray(limit)) return [];
			const { Soft: soft, Hard: hard } = limit;
			return typeof soft === "number" && typeof hard === "number" ? [{ name, soft, hard }] : [];
		});
		// NAME=SOFT[:HARD] (docs.docker.com, dockerd, "Default ulimit settings").
		const byFlag = this.flags.flatMap(({ name: flag, value: word }) => {
			const match = flag === "default-ulimit" ? /^([a-z]+)=(-?\d+)(?::(-?\d+))?$/.exec(word ?? "") : null;
			return match?.[1] ? [{ name: match[1], soft: Number(match[2]), hard: Number(match[3] ?? match[2]) }] : [];
		});
		return [...byFile, ...byFlag];
	}

	runtimes(): Record<string, string> {
		const value = this.file.runtimes;
		const given = typeof value === "object" && value !== null && !isArray(value) ? Object.entries(value) : [];
		const programs = given.map(([name, runtime]): [string, string] => [name, programOf(runtime)]);
		const words = this.flags.filter(({ name }) => name === "add-runtime").map((item) => cut(item.value ?? ""));
		return Object.fromEntries([...programs, ...words].filter(([name]) => name !== "runc"));
	}
}

/** A runtime with arguments of its own has no counterpart: options of runc.v2 name a program and nothing more. */
function programOf(runtime: Json): string {
	if (typeof runtime !== "object" || runtime === null || isArray(runtime)) return "";
	const { path, runtimeArgs } = runtime;
	const plain = runtimeArgs === undefined || runtimeArgs === null || (isArray(runtimeArgs) && runtimeArgs.length === 0);
	return typeof path === "string" && plain ? path : "";
}

function cut(word: string): [string, string] {
	const equals = word.indexOf("=");
	return equals === -1 ? [word, ""] : [word.slice(0, equals), word.slice(equals + 1)];
}

function show(value: Json): string {
	return typeof value === "string" ? value : JSON.stringify(value);
}
