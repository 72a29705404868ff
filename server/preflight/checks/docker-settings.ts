import type { Facts, FileFact } from "../../../lib/contracts/facts.ts";
import type { Policy } from "../../../lib/contracts/plan.ts";
import { type CarriedSettings, carriedSettings, NOTHING_CARRIED } from "../../plan/docker-settings.ts";
import { parseFlags } from "../../runtime/kubelet/argv.ts";
import { BLOCK_UNLESS_OVERRIDDEN, defineCheck, NOTE, type Observation, type PreflightInput, WARN } from "../check.ts";
import { textOrNull } from "../text.ts";
import { unlessRefused } from "../unless-refused.ts";

/** Settings that containerd has nothing for, with the dockerd flag that says the same where there is one. */
const NEVER_CARRIED: readonly { readonly key: string; readonly flag: string | null }[] = [
	{ key: "userns-remap", flag: "userns-remap" },
	{ key: "seccomp-profile", flag: "seccomp-profile" },
	{ key: "log-driver", flag: "log-driver" },
	{ key: "bip", flag: "bip" },
	{ key: "storage-driver", flag: "storage-driver" },
	{ key: "iptables", flag: "iptables" },
	{ key: "no-new-privileges", flag: "no-new-privileges" },
];
/** Settings that a plan carries over, unless the policy says no. */
const CARRIED: readonly { readonly key: string; readonly flag: string | null }[] = [
	{ key: "registry-mirrors", flag: "registry-mirror" },
	{ key: "insecure-registries", flag: "insecure-registry" },
	{ key: "log-opts", flag: "log-opt" },
	{ key: "default-ulimits", flag: "default-ulimit" },
	{ key: "selinux-enabled", flag: "selinux-enabled" },
	{ key: "proxies", flag: null },
];

/** What is as it would be without: containers of pods and of other hands start alike. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
	"log-driver=json-file",
	"selinux-enabled=false",
	"storage-driver=overlay2",
	"storage-driver=overlay",
	"iptables=true",
	"no-new-privileges=false",
]);

/** Docker's own file as a record; empty where it is absent or damaged (docker-config says so). */
function configOf(file: FileFact): Readonly<Record<string, unknown>> {
	try {
		const value: unknown = JSON.parse(textOrNull(file) ?? "{}");
		return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
	} catch {
		return {};
	}
}

/** What the plan would carry over; nothing where a file cannot be read as it is meant (another check says so, with the place). */
export function carriedOrNothing(facts: Facts, policy: Policy): CarriedSettings {
	return unlessRefused(() => carriedSettings(facts, policy), NOTHING_CARRIED);
}

const show = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
const named = (paths: readonly string[], word: RegExp): string[] =>
	paths.filter((path) => word.test(path.slice(path.lastIndexOf("/") + 1)));

export const dockerSettings = defineCheck({
	id: "docker-settings",
	codes: {
		"docker.setting.carried": NOTE,
		"docker.setting.not-carried": WARN,
		"docker.setting.left": WARN,
		"docker.proxy.not-carried": WARN,
		// Pods that rely on it (GPUs) do not see their devices afterwards.
		"docker.default-runtime": BLOCK_UNLESS_OVERRIDDEN,
		// Containers outlive dockerd then; the cutover ends them by their cgroups.
		"docker.live-restore": WARN,
	},
	run: ({ facts, policy }: PreflightInput) => {
		const { docker, containerd } = facts;
		const evidence = { path: docker.daemonJson.path };
		const config = configOf(docker.daemonJson);
		const flags = parseFlags(docker.argv);
		const plan = carriedOrNothing(facts, policy);
		const looked = policy.carryDockerSettings ? NEVER_CARRIED : [...CARRIED, ...NEVER_CARRIED];
		const settings = looked.flatMap(({ key, flag }) => {
			const byFile = config[key] === undefined ? [] : [show(config[key])];
			const values = [...byFile, ...flags.filter(({ name }) => name === flag).map(({ value }) => value ?? "true")];
			const effective = values.filter((value) => !WITHOUT_EFFECT.has(`${key}=${value}`));
			return effective.length === 0
				? []
				: [{ code: "docker.setting.not-carried" as const, values: { key, value: effective.join(" ") }, evidence }];
		});
		const carried = plan.carried.map(({ key, value, to }) => ({
			code: "docker.setting.carried" as const,
			values: { key, value, to },
			evidence,
		}));
		const left = plan.left
			.filter(({ key }) => key !== "default-runtime" && key !== "proxy")
			.map(({ key, value, because }) => ({ code: "docker.setting.left" as const, values: { key, value, why: because }, evidence }));
		const runtime = docker.defaultRuntime?.known ? docker.defaultRuntime.value : "runc";
		const isPlain = runtime === "runc" || runtime === "io.containerd.runc.v2" || plan.containerd.defaultRuntime?.name === runtime;
		const defaultRuntime: Observation<"docker.default-runtime">[] = isPlain
			? []
			: [{ code: "docker.default-runtime", values: { runtime }, evidence }];
		const liveRestore: Observation<"docker.live-restore">[] =
			docker.liveRestore.known && docker.liveRestore.value ? [{ code: "docker.live-restore", evidence }] : [];
		return [...carried, ...settings, ...left, ...proxyLeft(docker, containerd, plan, policy), ...defaultRuntime, ...liveRestore];
	},
});

/** A proxy that Docker has, that containerd would not have afterwards. */
function proxyLeft(
	docker: Facts["docker"],
	containerd: Facts["containerd"],
	plan: CarriedSettings,
	policy: Policy,
): Observation<"docker.proxy.not-carried">[] {
	const unreadable = plan.left.some(({ key }) => key === "proxy");
	// A probe that did not read the unit's files knows no more than their names.
	const byName = docker.unitFiles === undefined || !policy.carryDockerSettings ? named(docker.service.dropInPaths, /proxy/i) : [];
	const paths = unreadable ? docker.service.dropInPaths : byName;
	const hasOwn = named(containerd.unit.dropInPaths, /proxy/i).length > 0;
	return paths.length > 0 && !hasOwn
		? [{ code: "docker.proxy.not-carried", values: { path: paths.join(", ") }, evidence: { path: paths[0] ?? "" } }]
		: [];
}
