import type { Facts, Known } from "../../../lib/contracts/facts.ts";
import { PACKAGE_LOCK_FILES } from "../commands.ts";
import { heldLocks, readStats } from "./files.ts";
import { readModules, readSysctls } from "./kernel.ts";
import { type Mount, mountOf } from "./mounts.ts";
import type { Records } from "./records.ts";

/** "path:line" pairs of one grep over many small files. */
export function readLines(records: Records): (path: string) => string[] {
	const lines = records.lines("lines");
	return (path) => lines.filter((line) => line.startsWith(`${path}:`)).map((line) => line.slice(path.length + 1));
}

/** Value of a key in os-release's shell syntax. */
function osRelease(lines: readonly string[], key: string): string {
	const line = lines.findLast((candidate) => candidate.startsWith(`${key}=`));
	const value = line?.slice(key.length + 1).trim() ?? "";
	const quoted = /^(["'])(.*)\1$/.exec(value);
	return (quoted?.[2] ?? value).replaceAll(/\\(["'$`\\])/g, "$1");
}

const ARCHITECTURES: Readonly<Record<string, string>> = {
	x86_64: "amd64",
	aarch64: "arm64",
	armv7l: "arm",
	armv6l: "arm",
	i686: "386",
	i386: "386",
};

function cgroupOf(mounts: readonly Mount[]): Facts["host"]["cgroup"] {
	const types = new Map(mounts.map((mount) => [mount.point, mount.fsType]));
	if (types.get("/sys/fs/cgroup") === "cgroup2") return "v2";
	const first = mounts.some((mount) => mount.point.startsWith("/sys/fs/cgroup/") && mount.fsType === "cgroup");
	if (!first) return "unknown";
	return mounts.some((mount) => mount.point.startsWith("/sys/fs/cgroup/") && mount.fsType === "cgroup2") ? "hybrid" : "v1";
}

function selinuxOf(enforce: string | undefined, hasConfig: boolean): Facts["host"]["selinux"] {
	if (enforce === "1") return "enforcing";
	if (enforce === "0") return "permissive";
	return hasConfig ? "disabled" : "absent";
}

/** Seconds since PID 1 began. The kernel counts in 1/100 s wherever Kubernetes runs. */
function ageOfInit(stat: string | undefined, uptime: string | undefined): Facts["host"]["uptimeS"] {
	// The command's name in brackets may hold anything; the 22nd field is the 20th after it.
	const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ") ?? [];
	const began = Number(fields[19]) / 100;
	const now = Number(uptime?.split(" ")[0]);
	return Number.isFinite(began) && Number.isFinite(now)
		? { known: true, value: Math.max(0, Math.round((now - began) * 100) / 100) }
		: { known: false, reason: "unreadable: /proc/1/stat" };
}

/** What iptables says of FORWARD, by `-S FORWARD` or as iptables-save prints the whole table. */
function askForward<T>(records: Records, read: (out: string) => T | null): Known<T> {
	const installed = tabbed(records, "commands").some(([name, path]) => name?.startsWith("iptables") && path);
	const saved = records.ask("forward.saved", installed ? "not-active" : "not-installed", read);
	const asked = records.ask("forward", saved.known ? "" : saved.reason, read);
	return asked.known ? asked : saved.known ? saved : asked;
}

function forwardPolicy(records: Records): Facts["host"]["forwardPolicy"] {
	return askForward(records, (out) => /^(?:-P |:)FORWARD (\S+)/m.exec(out)?.[1] ?? null);
}

function dockerChains(records: Records): Known<string[]> {
	return askForward(records, (out) => [...new Set([...out.matchAll(/^-A FORWARD .*-j (DOCKER\S*)/gm)].map((match) => match[1] ?? ""))]);
}

/** Units that may install packages by themselves at any time. */
function automaticUpgrades(records: Records): string[] {
	const signs = new Set(records.lines("signs"));
	const shown = records.command("upgrades")?.stdout.toString("utf8").split(/\n\n+/) ?? [];
	return shown.flatMap((block) => {
		const [, id] = /^Id=(\S+)$/m.exec(block) ?? [];
		if (id === undefined || !/^ActiveState=active$/m.test(block)) return [];
		return id.startsWith("apt-") && !signs.has("unattended-upgrade") ? [] : [id];
	});
}

function tabbed(records: Records, key: string): string[][] {
	return records.lines(key).map((line) => line.split("\t"));
}

export function readHost(records: Records, mounts: readonly Mount[]): Facts["host"] {
	const linesOf = readLines(records);
	const os = linesOf("/etc/os-release");
	const machine = records.required("machine").trim();
	const signs = new Set(records.lines("signs"));
	const state = records.command("systemd.state")?.stdout.toString("utf8").trim();
	return {
		hostname: linesOf("/proc/sys/kernel/hostname")[0] ?? "",
		osId: osRelease(os, "ID"),
		osVersionId: osRelease(os, "VERSION_ID"),
		osPretty: osRelease(os, "PRETTY_NAME"),
		kernel: linesOf("/proc/sys/kernel/osrelease")[0] ?? "",
		machine,
		architecture: ARCHITECTURES[machine] ?? machine,
		bootId: linesOf("/proc/sys/kernel/random/boot_id")[0] ?? "",
		machineId: linesOf("/etc/machine-id")[0] ?? "",
		uptimeS: ageOfInit(linesOf("/proc/1/stat")[0], linesOf("/proc/uptime")[0]),
		epochS: Number(records.required("epoch")),
		initSystem: linesOf("/proc/1/comm")[0] ?? "",
		systemdVersion: records.ask("systemd.version", "not-installed", (out) => {
			const version = Number(/^systemd (\d+)/m.exec(out)?.[1]);
			return Number.isInteger(version) ? version : null;
		}),
		systemState: state || "unknown",
		cgroup: cgroupOf(mounts),
		selinux: selinuxOf(linesOf("/sys/fs/selinux/enforce")[0], signs.has("selinux-config")),
		forwardPolicy: forwardPolicy(records),
		dockerChains: dockerChains(records),
		sysctls: readSysctls(records),
		modules: readModules(records),
		swapOn: linesOf("/proc/swaps").some((line) => line.startsWith("/")),
		apparmor: linesOf("/sys/module/apparmor/parameters/enabled")[0] === "Y",
		packageLocks: [...heldLocks(PACKAGE_LOCK_FILES, readStats(records), linesOf("/proc/locks"), mounts), ...records.lines("held")],
		automaticUpgrades: automaticUpgrades(records),
		needrestart: signs.has("needrestart") || tabbed(records, "commands").some(([name, path]) => name === "needrestart" && path),
		commands: Object.fromEntries(tabbed(records, "commands").map(([name = "", path = ""]) => [name, path])),
		// As root, `test -w` of some shells says yes on a read-only file system.
		writable: Object.fromEntries(
			tabbed(records, "writable").map(([path = "", answer, parent = path]) => [
				path,
				answer === "1" && mountOf(mounts, parent)?.readOnly !== true,
			]),
		),
		imageBased: signs.has("ostree"),
	};
}

const DF_LINE = /\s(\d+|-)\s+(\d+|-)\s+(-?\d+|-)\s+(?:\d+%|-)\s+(\/.*)$/;

function readDf(text: string): { total: number; available: number; mountPoint: string }[] {
	return text.split("\n").flatMap((line) => {
		const match = DF_LINE.exec(line);
		// "-" = this file system does not count them; 0 of 0 says the same.
		const number = (part: string | undefined): number => (part === "-" ? 0 : Number(part));
		return match?.[4] ? [{ total: number(match[1]), available: Math.max(0, number(match[3])), mountPoint: match[4] }] : [];
	});
}

/** Space by place; empty where df did not answer for every place, since its lines carry no names of ours. */
export function readSpace(records: Records, mounts: readonly Mount[]): Facts["space"] {
	const places = tabbed(records, "space.places");
	const blocks = readDf(records.text("space.blocks"));
	const inodes = readDf(records.command("space.inodes")?.stdout.toString("utf8") ?? "");
	if (blocks.length !== places.length) return [];
	return places.flatMap(([path, parent], index) => {
		const block = blocks[index];
		const inode = inodes.length === places.length ? inodes[index] : undefined;
		if (!path || !parent || !block) return [];
		return [
			{
				path,
				mountPoint: block.mountPoint,
				fsType: mounts.findLast((mount) => mount.point === block.mountPoint)?.fsType ?? mountOf(mounts, parent)?.fsType ?? "",
				totalBytes: block.total * 1024,
				availableBytes: block.available * 1024,
				totalInodes: inode?.total ?? 0,
				availableInodes: inode?.available ?? 0,
			},
		];
	});
}
