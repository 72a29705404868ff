import type { Facts, FileFact, Known } from "../../../lib/contracts/facts.ts";
import { effectiveCri } from "../../runtime/containerd/effective.ts";
import { RuntimeError } from "../../runtime/errors.ts";
import type { Records } from "./records.ts";
import { type ProbedUnit, readArgv, type UnitName } from "./units.ts";

/**
 * The CRI plugin's state out of `ctr plugins ls` (type, id, platforms, status). containerd 2 splits it into three; one that
 * failed makes the whole fail.
 */
export function criPluginState(table: string): string | null {
	const rows = table.split("\n").map((line) => line.trim().split(/\s+/));
	if (!rows.some((row) => row[0] === "TYPE" && row[1] === "ID")) return null;
	const states = rows
		.filter(
			([type, id]) =>
				(type === "io.containerd.grpc.v1" && id === "cri") || (type === "io.containerd.cri.v1" && (id === "images" || id === "runtime")),
		)
		.map((row) => row.at(-1) ?? "");
	const grpc = rows.some(([type, id]) => type === "io.containerd.grpc.v1" && id === "cri");
	if (!grpc) return "absent";
	return states.find((state) => state === "error") ?? states.find((state) => state !== "ok") ?? "ok";
}

/** "containerd github.com/containerd/containerd 1.6.20~ds1 1.6.20~ds1-1+deb12u1" → the version as printed. */
function versionOf(printed: string): string | null {
	return /(?:^|\s)v?(\d+\.\d+[^\s,]*)/.exec(printed)?.[1] ?? null;
}

/** `ctr version` prints client and server, each with a line "  Version:  1.6.20~ds1". */
function serverVersion(printed: string): string | null {
	const server = printed.slice(Math.max(0, printed.indexOf("Server:")));
	return printed.includes("Server:") ? (/^\s*Version:\s+v?(\S+)/m.exec(server)?.[1] ?? null) : null;
}

function readCri(dump: Known<string>): Facts["containerd"]["cri"] {
	if (!dump.known) return dump;
	try {
		const value = effectiveCri(dump.value);
		return value ? { known: true, value } : { known: false, reason: "version 1" };
	} catch (error) {
		if (error instanceof RuntimeError) return { known: false, reason: error.code };
		throw error;
	}
}

export function readContainerd(
	records: Records,
	units: ReadonlyMap<UnitName, ProbedUnit>,
	fileOf: (path: string) => FileFact,
): Facts["containerd"] {
	const unit = (units.get("containerd.service") as ProbedUnit).fact;
	const [configPath = "", socketPath = "", root = "", binary = ""] = records.required("containerd.paths").split("\n");
	const notAsked = unit.activeState === "active" ? "no-socket" : "not-active";
	const xfs: Known<boolean> = records.ask("xfs", "not-asked", (out) => {
		const ftype = /\bftype=([01])\b/.exec(out)?.[1];
		return ftype === undefined ? null : ftype === "1";
	});
	return {
		installed: binary !== "",
		version: records.ask("containerd.version", "not-installed", versionOf),
		runningVersion: records.ask("containerd.running", notAsked, serverVersion),
		unit,
		unitFiles: records.lines("files.containerd").map(fileOf),
		argv: readArgv(records, "containerd"),
		configPath,
		config: fileOf(configPath),
		root,
		socketPath,
		embedded: records.lines("signs").includes("embedded-containerd"),
		xfsFtype: xfs,
		...(records.has("files.registries") ? { registryHosts: records.lines("files.registries").map(fileOf) } : {}),
		criPlugin: records.ask("containerd.plugins", notAsked, criPluginState),
		dump: records.ask("containerd.dump", "not-installed", (out) => (out.trim() === "" ? null : out)),
		cri: readCri(records.ask("containerd.dump", "not-installed", (out) => (out.trim() === "" ? null : out))),
		images: records.ask("containerd.images", notAsked, (out) => out.split("\n").filter(Boolean)),
		pinned: records.ask("containerd.pinned", notAsked, (out) => out.split("\n").filter(Boolean)),
		containers: records.ask("containerd.containers", notAsked, (out) => out.split("\n").filter(Boolean)),
	};
}
