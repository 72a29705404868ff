/** The way to one node that everything above `server/ssh` uses. Implemented over ssh2; the simulator answers the same. */
export interface ScriptOptions {
	/** Limit for the whole exchange, in milliseconds; past it the channel is closed and a timeout error thrown. */
	timeoutMs: number;
	/** False: as the login user. True (default): as root, by sudo where the login user is not root. */
	privileged?: boolean;
	/** Refuse output beyond this many bytes per stream. Default 8 MiB; for a stdout that goes to `onStdout`, none. */
	maxOutputBytes?: number;
	/** Called with stdout's bytes as they come; the result's stdout is then empty. A promise holds the next bytes back until it settles. */
	onStdout?: (bytes: Buffer) => void | Promise<void>;
	signal?: AbortSignal;
}

export interface ScriptResult {
	exitCode: number;
	stdout: Buffer;
	/** Decoded as UTF-8. Never holds a secret: the sudo prompt and password are taken out. */
	stderr: string;
	durationMs: number;
}

export interface NodeSession {
	/** Where it leads, for messages: `user@address:port`. Holds no secret. */
	readonly label: string;
	/**
	 * Runs a POSIX sh script, read completely before its first command runs, with /dev/null as its stdin. A non-zero exit is a
	 * result, not an error. Throws SshError; its `maybeRan` tells whether the script had been handed over. After a timeout the
	 * channel is closed, but sshd leaves what was started running: bound it in the script (`timeout 10 …`) where that matters.
	 */
	run(script: string, options: ScriptOptions): Promise<ScriptResult>;
	/** Writes `bytes` to `path` (absolute) as root: beside it first, checked by SHA-256, then renamed. Throws SshError. */
	upload(path: string, bytes: Buffer, options: { mode: string; timeoutMs: number; signal?: AbortSignal }): Promise<void>;
	/** True until the connection is lost or closed. */
	readonly open: boolean;
	close(): void;
}

export type SshAuth = { kind: "key"; privateKey: string; passphrase?: string } | { kind: "password"; password: string };

export interface SshHop {
	address: string;
	port: number;
	user: string;
	auth: SshAuth;
}

/** Keys that a person has accepted for this address, as base64 of the wire form, with the algorithm's name. */
export interface AcceptedHostKey {
	algorithm: string;
	keyBase64: string;
}

export interface SshTarget extends SshHop {
	/** "root": the login user is root. "sudo": sudo, with a password where one is set. */
	privilege: { kind: "root" } | { kind: "sudo"; password?: string };
	hostKeys: AcceptedHostKey[];
	jump?: SshHop & { hostKeys: AcceptedHostKey[] };
}
