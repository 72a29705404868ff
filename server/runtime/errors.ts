/** What this library refuses to do. `code` is stable and a key of the message catalogue; `values` fill its sentence. */
export type RuntimeErrorCode =
	| "file.encoding"
	| "toml.syntax"
	| "toml.unsupported"
	| "toml.conflict"
	| "toml.unintended"
	| "json.syntax"
	| "yaml.syntax"
	| "env.syntax"
	| "version.unreadable"
	| "containerd.config.newer"
	| "containerd.config.version"
	| "containerd.config.names"
	| "containerd.config.cni-dirs"
	| "containerd.config.runc-v1-only"
	| "containerd.config.daemon"
	| "kubelet.flags.no-place"
	| "kubelet.flags.quoting"
	| "kubelet.flags.unintended"
	| "kubelet.config.endpoint"
	| "kubelet.config.key";

export class RuntimeError extends Error {
	readonly code: RuntimeErrorCode;
	readonly values: Readonly<Record<string, string | number>>;

	constructor(code: RuntimeErrorCode, values: Record<string, string | number>, options?: ErrorOptions) {
		super(
			`${code}: ${Object.entries(values)
				.map(([key, value]) => `${key}=${value}`)
				.join(" ")}`,
			options,
		);
		this.name = new.target.name;
		this.code = code;
		this.values = values;
	}
}

/** A text that its own format does not allow. Line and column count from 1. */
export class SyntaxRuntimeError extends RuntimeError {
	readonly line: number;
	readonly column: number;

	constructor(
		code: "toml.syntax" | "toml.unsupported" | "json.syntax" | "yaml.syntax" | "env.syntax",
		reason: string,
		line: number,
		column: number,
		options?: ErrorOptions,
	) {
		super(code, { reason, line, column }, options);
		this.line = line;
		this.column = column;
	}
}

/** Line and column of an offset, both from 1; a CRLF is one line end. */
export function positionOf(text: string, offset: number): { line: number; column: number } {
	let line = 1;
	let lineStart = 0;
	for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) {
		line += 1;
		lineStart = at + 1;
	}
	return { line, column: offset - lineStart + 1 };
}
