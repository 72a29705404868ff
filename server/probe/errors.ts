/**
 * Why a probe's output is no facts. `probe.truncated`: its begin was there, its end was not. `probe.malformed`: something else
 * answered, or a record that must be there is not. `probe.version`: a script of another version. `probe.not-root`: it ran as someone else.
 */
export type ProbeErrorCode = "probe.truncated" | "probe.malformed" | "probe.version" | "probe.not-root";

export class ProbeError extends Error {
	readonly code: ProbeErrorCode;
	readonly values: Readonly<Record<string, string | number>>;

	constructor(code: ProbeErrorCode, values: Record<string, string | number> = {}) {
		super([code, ...Object.entries(values).map(([key, value]) => `${key}=${JSON.stringify(value)}`)].join(" "));
		this.name = "ProbeError";
		this.code = code;
		this.values = values;
	}
}
