import { parse } from "yaml";
import type { Facts, FileFact, FlagPlace, Known } from "../../../lib/contracts/facts.ts";
import { kubeletFlags } from "../../../lib/kubelet-flags.ts";
import { textOf } from "../../runtime/bytes.ts";
import { RuntimeError } from "../../runtime/errors.ts";
import { kubeletEndpoint, runtimeOfKubelet } from "../../runtime/kubelet/state.ts";
import { defaultPauseImage } from "../../runtime/matrix.ts";
import { readVersion } from "../../runtime/versions.ts";
import { INSTANCE_CONFIG } from "../commands.ts";
import type { PsLine } from "./docker.ts";
import { flagValue } from "./kubelet-argv.ts";
import { failure, type Records } from "./records.ts";
import { type ProbedUnit, readArgv, type UnitName } from "./units.ts";

type Config = Readonly<Record<string, unknown>>;

/** The kubelet's configuration file. Unknown where it is named and cannot be read: its values are then unknown too, not defaults. */
export function readConfig(file: FileFact, named: boolean): Known<Config> {
	if (file.state === "absent" && !named) return { known: true, value: {} };
	try {
		const text = textOf(file);
		if (text === null) return { known: false, reason: `${file.state}: ${file.path}` };
		const value: unknown = parse(text);
		if (value === null || value === undefined) return { known: true, value: {} };
		if (typeof value === "object" && !Array.isArray(value)) return { known: true, value: value as Config };
		return { known: false, reason: `unreadable: ${file.path} is no mapping` };
	} catch (error) {
		return {
			known: false,
			reason: `unreadable: ${file.path}: ${error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)}`,
		};
	}
}

interface Setting {
	readonly value: string;
	readonly from: string;
}

/** A setting by flag, else by the file, else the kubelet's own default. */
function setting(
	argv: readonly string[],
	config: Known<Config>,
	configPath: string,
	flag: string,
	key: string,
	fallback: string,
): Known<Setting> {
	if (argv.length === 0) return { known: false, reason: "not-running" };
	const byFlag = flagValue(argv, flag);
	if (byFlag !== null) return { known: true, value: { value: byFlag, from: `flag --${flag}` } };
	if (!config.known) return config;
	const value = config.value[key];
	if (value !== undefined && value !== null && value !== "") return { known: true, value: { value: String(value), from: configPath } };
	return { known: true, value: { value: fallback, from: "default" } };
}

/** Which runtime the live command line names, and by which endpoint. "other" where version or file cannot be read: then it cannot be told. */
function runtimeOf(
	argv: readonly string[],
	version: Known<string>,
	file: FileFact,
	containerdSocket: string,
): Pick<Facts["kubelet"], "runtime" | "endpoint"> {
	if (argv.length === 0) return { runtime: "none", endpoint: null };
	try {
		const text = textOf(file);
		const input = { argv, version: version.known ? version.value : "", config: text === null ? null : { text, path: file.path } };
		return { runtime: runtimeOfKubelet(argv, input.version, input.config, containerdSocket), endpoint: kubeletEndpoint(input) };
	} catch (error) {
		if (!(error instanceof RuntimeError)) throw error;
		return { runtime: "other", endpoint: flagValue(argv, "container-runtime-endpoint") };
	}
}

function pauseImage(
	runtime: Facts["kubelet"]["runtime"],
	argv: readonly string[],
	criDockerArgv: readonly string[],
	version: Known<string>,
	ps: Known<PsLine[]>,
	dump: Known<string>,
): Known<Setting> {
	if (runtime === "none") return { known: false, reason: "not-running" };
	const flag = flagValue(runtime === "cri-dockerd" ? criDockerArgv : argv, "pod-infra-container-image");
	if (runtime === "containerd") {
		const line = dump.known ? /^\s*(?:sandbox_image|sandbox)\s*=\s*["']([^"']+)["']/m.exec(dump.value)?.[1] : undefined;
		return line
			? { known: true, value: { value: line, from: "containerd config dump" } }
			: { known: false, reason: "not in containerd config dump" };
	}
	if (flag !== null) return { known: true, value: { value: flag, from: "flag --pod-infra-container-image" } };
	if (runtime === "dockershim") {
		if (version.known && readVersion(version.value))
			return { known: true, value: { value: defaultPauseImage(version.value), from: "default" } };
	}
	// cri-dockerd's default changes with its releases; what its sandboxes run on says it, where they agree.
	const images = ps.known ? [...new Set(ps.value.filter((line) => line.sandbox && line.running).map((line) => line.image))] : [];
	const [image] = images;
	if (images.length === 1 && image && !image.startsWith("sha256:"))
		return { known: true, value: { value: image, from: "running sandboxes" } };
	return { known: false, reason: "no flag, no default and no agreement among the running sandboxes" };
}

function healthz(records: Records, argv: readonly string[], config: Known<Config>, configPath: string): Facts["kubelet"]["healthz"] {
	const port = setting(argv, config, configPath, "healthz-port", "healthzPort", "10248");
	const address = setting(argv, config, configPath, "healthz-bind-address", "healthzBindAddress", "127.0.0.1");
	if (!port.known) return port;
	if (!address.known) return address;
	if (port.value.value === "0") return { known: false, reason: "disabled" };
	const [askedAddress, askedPort, client] = records.text("kubelet.healthz.target").split("\n");
	const result = records.command("kubelet.healthz");
	if (!result) return { known: false, reason: "no curl and no wget" };
	if (askedAddress !== address.value.value || askedPort !== port.value.value)
		return { known: false, reason: "not-asked: the probe took another address out of the file" };
	const stdout = result.stdout.toString("utf8").trim();
	const ok = client === "curl" ? result.status === 0 && stdout === "200" : result.status === 0;
	if (!ok && result.status === 137) return { known: false, reason: failure(result) };
	return { known: true, value: { address: address.value.value, port: Number(port.value.value), ok } };
}

function kindOf(path: string, unit: ProbedUnit): FlagPlace["kind"] {
	if (path === unit.fact.fragmentPath) return "unit";
	if (unit.fact.dropInPaths.includes(path)) return "drop-in";
	if (path.endsWith("/kubeadm-flags.env")) return "kubeadm-flags";
	if (path === "/etc/default/kubelet") return "default";
	if (path === "/etc/sysconfig/kubelet") return "sysconfig";
	return path === "/etc/kubernetes/kubelet.env" ? "kubespray-env" : "environment-file";
}

const ORDER: readonly FlagPlace["kind"][] = [
	"unit",
	"drop-in",
	"kubeadm-flags",
	"kubespray-env",
	"environment-file",
	"default",
	"sysconfig",
];

/** Every place that is there, and every one that the unit names even where the file is absent. */
function flagPlaces(unit: ProbedUnit, fileOf: (path: string) => FileFact): FlagPlace[] {
	const named = [unit.fact.fragmentPath, ...unit.fact.dropInPaths, ...unit.environmentFiles].filter((path) => path !== "");
	const usual = ["/var/lib/kubelet/kubeadm-flags.env", "/etc/kubernetes/kubelet.env", "/etc/default/kubelet", "/etc/sysconfig/kubelet"];
	const places = [...new Set([...named, ...usual])].map((path) => ({ kind: kindOf(path, unit), file: fileOf(path) }));
	return places
		.filter((place) => place.file.state !== "absent" || named.includes(place.file.path))
		.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}

const folder = (path: string): string => (path.length > 1 ? path.replace(/\/+$/, "") : path);

export function readKubelet(
	records: Records,
	units: ReadonlyMap<UnitName, ProbedUnit>,
	ps: Known<PsLine[]>,
	containerd: Pick<Facts["containerd"], "dump" | "socketPath">,
	fileOf: (path: string) => FileFact,
): Facts["kubelet"] {
	const unit = units.get("kubelet.service") as ProbedUnit;
	const argv = readArgv(records, "kubelet");
	const [configPath = "", probedPods = ""] = records.required("kubelet.paths").split("\n");
	const configFile = fileOf(configPath);
	const config = readConfig(configFile, flagValue(argv, "config") !== null);
	const version = records.ask("kubelet.version", "not-installed", (out) => /\bv\d+\.\d+\S*/.exec(out)?.[0] ?? null);
	const { runtime, endpoint } = runtimeOf(argv, version, configFile, containerd.socketPath);
	const pods = setting(argv, config, configPath, "pod-manifest-path", "staticPodPath", "");
	const staticPodPath = pods.known ? folder(pods.value.value) : folder(probedPods);
	const components: Known<string[]> = !pods.known
		? pods
		: staticPodPath !== folder(probedPods)
			? { known: false, reason: `not-asked: ${staticPodPath}` }
			: {
					known: true,
					value: ["kube-apiserver", "etcd"].filter((name) => (records.command(`kubelet.static-pods.${name}`)?.stdout.length ?? 0) > 0),
				};
	const places = flagPlaces(unit, fileOf);
	const policy = setting(argv, config, configPath, "cpu-manager-policy", "cpuManagerPolicy", "none");
	const exe = records.text("exe").split("\n");
	const pid = records.text("pids").trim().split(" ")[2] ?? "0";
	return {
		installed: records.text("kubelet.binary").trim() !== "" || unit.fact.loadState === "loaded",
		version,
		unit: unit.fact,
		argv,
		flags: kubeletFlags({ argv, flagPlaces: places }),
		runtime,
		endpoint,
		flagPlaces: places,
		configPath,
		config: configFile,
		instanceConfig: fileOf(INSTANCE_CONFIG),
		cgroupDriver: setting(argv, config, configPath, "cgroup-driver", "cgroupDriver", "cgroupfs"),
		healthz: healthz(records, argv, config, configPath),
		staticPodPath,
		staticPods: staticPodPath === folder(probedPods) ? records.lines("kubelet.static-pods") : [],
		staticPodComponents: components,
		kubeadm:
			places.some((place) => place.kind === "kubeadm-flags" && place.file.state === "file") ||
			unit.fact.dropInPaths.some((path) => path.endsWith("/10-kubeadm.conf")),
		pauseImage: pauseImage(runtime, argv, readArgv(records, "cri-docker"), version, ps, containerd.dump),
		cpuManagerPolicy: policy.known ? { known: true, value: policy.value.value } : policy,
		binaryReplaced: exe.some((line) => line.includes(`/proc/${pid}/exe -> `) && line.endsWith(" (deleted)")),
	};
}
