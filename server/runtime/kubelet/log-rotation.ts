export type LogRotation = { readonly containerLogMaxSize?: string; readonly containerLogMaxFiles?: number };

const UNITS: Readonly<Record<string, string>> = { "": "", b: "", k: "Ki", m: "Mi", g: "Gi", t: "Ti" };

/**
 * What Docker's json-file driver was told, as a KubeletConfiguration spells it; empty where it was told nothing, or nothing that the
 * kubelet understands. Docker's units are powers of 1024. The kubelet refuses fewer than two files.
 */
export function logRotationOf(logDriver: string, logOpts: Readonly<Record<string, string>>): LogRotation {
	if (logDriver !== "json-file") return {};
	const size = /^(\d+)\s*([bkmgt]?)(?:i?b)?$/i.exec((logOpts["max-size"] ?? "").trim());
	const files = /^\d+$/.exec((logOpts["max-file"] ?? "").trim());
	return {
		...(size?.[1] ? { containerLogMaxSize: `${size[1]}${UNITS[(size[2] ?? "").toLowerCase()]}` } : {}),
		...(files ? { containerLogMaxFiles: Math.max(2, Number(files[0])) } : {}),
	};
}
