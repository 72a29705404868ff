import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { FleetError, must } from "./process.ts";

/** A program or property the fleet needs and this machine lacks. */
export interface Missing {
	what: string;
	/** The Debian package that brings it; undefined where no package can help. */
	package?: string;
	hint: string;
}

const PROGRAMS: readonly (readonly [program: string, pkg: string])[] = [
	["debootstrap", "debootstrap"],
	["systemd-nspawn", "systemd-container"],
	["ip", "iproute2"],
	["openssl", "openssl"],
	["ssh-keygen", "openssh-client"],
	["nsenter", "util-linux"],
	["mount", "mount"],
	["xz", "xz-utils"],
	["tar", "tar"],
	["dpkg-deb", "dpkg"],
	["gcc", "gcc"],
];

/** What this machine lacks for real nodes. Changes nothing; an empty list means that `bringUp` can work. */
export function requirements(): Missing[] {
	const missing: Missing[] = [];
	if (process.platform !== "linux" || process.arch !== "x64") {
		return [{ what: "linux on amd64", hint: "real nodes need Linux on amd64" }];
	}
	if (process.getuid?.() !== 0) missing.push({ what: "root", hint: "run as root: hosts, links and cgroups are made" });
	for (const [program, pkg] of PROGRAMS) {
		if (!findProgram(program)) missing.push({ what: program, package: pkg, hint: `apt-get install ${pkg}` });
	}
	// The images' static programs are compiled: the compiler alone, without libc's headers, does not do.
	if (!existsSync("/usr/include/stdlib.h")) missing.push({ what: "libc headers", package: "libc6-dev", hint: "apt-get install libc6-dev" });
	if (!readFileSync("/proc/filesystems", "utf8").includes("\toverlay")) {
		missing.push({ what: "overlay file system", hint: "modprobe overlay" });
	}
	return missing;
}

/**
 * Installs by apt-get what `requirements` names, when root on Debian or Ubuntu. Throws `fleet.requirements` with every
 * missing part and what to do where that is not possible or not enough.
 */
export async function ensureRequirements(progress: (line: string) => void): Promise<void> {
	const missing = requirements();
	const packages = missing.flatMap((each) => each.package ?? []);
	if (packages.length > 0 && process.getuid?.() === 0 && findProgram("apt-get")) {
		progress(`installing ${packages.join(" ")}`);
		const env = { DEBIAN_FRONTEND: "noninteractive" };
		await must("apt-get", ["update", "-q"], { timeoutMs: 180_000, env }).catch(() => undefined);
		await must("apt-get", ["install", "-q", "-y", "--no-install-recommends", ...packages], { timeoutMs: 600_000, env });
	}
	const left = requirements();
	if (left.length > 0) {
		const lines = left.map((each) => `- ${each.what}: ${each.hint}`);
		throw new FleetError("fleet.requirements", `this machine cannot run real nodes yet\n${lines.join("\n")}`);
	}
}

function findProgram(program: string): string | undefined {
	const folders = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/sbin"];
	return folders
		.filter(Boolean)
		.map((folder) => `${folder}/${program}`)
		.find((path) => {
			try {
				accessSync(path, constants.X_OK);
				return true;
			} catch {
				return false;
			}
		});
}
