/** What went wrong, by family: the part before the first dot. Catalogue keys are `ssh.<code>`. */
export const SSH_ERROR_CODES = {
	"connection.refused": { retryable: true },
	"connection.unreachable": { retryable: true },
	"connection.dns": { retryable: true },
	"connection.timeout": { retryable: true },
	/** The connection was lost or closed; `maybeRan` tells whether a script was under way. */
	"connection.closed": { retryable: true },
	/** The server hung up before it said who it is: MaxStartups, PerSourcePenalties (OpenSSH 9.8), hosts.deny. */
	"connection.dropped": { retryable: true },
	/** Something answers, but not as an SSH server that we can talk to. */
	"connection.protocol": { retryable: false },
	/** The jump host does not forward (AllowTcpForwarding, PermitOpen). */
	"connection.jump-refused": { retryable: false },
	/** The server opens no further session (MaxSessions, or a shell is not allowed). */
	"connection.channel-refused": { retryable: true },
	"authentication.refused": { retryable: false },
	/** The server hung up once it had seen the credential: the account has ended or may not log in (PAM, AllowUsers by address). */
	"authentication.hung-up": { retryable: false },
	"authentication.more-required": { retryable: false },
	"authentication.prompt-unknown": { retryable: false },
	"authentication.password-expired": { retryable: false },
	"authentication.key-unreadable": { retryable: false },
	"authentication.key-needs-passphrase": { retryable: false },
	"authentication.wrong-passphrase": { retryable: false },
	"host-key.unknown": { retryable: false },
	"host-key.changed": { retryable: false },
	"privilege.not-root": { retryable: false },
	"privilege.sudo-missing": { retryable: false },
	"privilege.password-needed": { retryable: false },
	"privilege.wrong-password": { retryable: false },
	"privilege.not-in-sudoers": { retryable: false },
	"privilege.requires-tty": { retryable: false },
	"privilege.password-expired": { retryable: false },
	"privilege.prompt-unknown": { retryable: false },
	"privilege.refused": { retryable: false },
	"not-a-shell": { retryable: false },
	/** The shell, or sudo, did not answer in time; the script was not sent. */
	"timeout.shell": { retryable: true },
	"timeout.script": { retryable: false },
	"exit.signal": { retryable: false },
	"exit.unknown": { retryable: false },
	"output.too-large": { retryable: false },
	"upload.no-directory": { retryable: false },
	"upload.no-space": { retryable: false },
	"upload.checksum": { retryable: true },
	"upload.failed": { retryable: false },
	aborted: { retryable: false },
} as const satisfies Record<string, { retryable: boolean }>;

export type SshErrorCode = keyof typeof SSH_ERROR_CODES;
export type SshErrorValues = Record<string, string | number>;
export type SshHopName = "node" | "jump";

/** The part of an error that the place where it happened knows. */
export interface SshErrorPlace {
	/** `user@address:port`. */
	label: string;
	hop?: SshHopName;
}

/**
 * Everything that server/ssh throws, save RangeError for a caller's mistake. `code` is stable, `values` fill its message in the
 * catalogue; `message` is for logs. Neither holds a secret: what came from outside goes through `redact` first.
 */
export class SshError extends Error {
	readonly code: SshErrorCode;
	readonly label: string;
	readonly hop: SshHopName;
	readonly values: SshErrorValues;
	/** True where the same request may succeed later without anybody changing anything. */
	readonly retryable: boolean;
	/** True when the script had been handed over: it may have run, in part or to its end. False: nothing of it ran. */
	readonly maybeRan: boolean;

	constructor(code: SshErrorCode, place: SshErrorPlace, values: SshErrorValues = {}, maybeRan = false) {
		const hop = place.hop ?? "node";
		const detail = Object.entries(values).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`);
		super(`${code}: ${hop === "jump" ? "jump host " : ""}${place.label}${detail.join("")}`);
		this.name = "SshError";
		this.code = code;
		this.label = place.label;
		this.hop = hop;
		this.values = { ...values, node: place.label, hop };
		this.retryable = SSH_ERROR_CODES[code].retryable;
		this.maybeRan = maybeRan;
	}

	/** `connection`, `authentication`, `host-key`, `privilege`, `timeout`, `exit`, … */
	get family(): string {
		return this.code.split(".")[0] ?? this.code;
	}
}

/** A host key as the server showed it. */
export interface PresentedHostKey {
	algorithm: string;
	keyBase64: string;
	/** As OpenSSH prints it: `SHA256:` and base64 without padding. */
	sha256: string;
}

/** Nobody has accepted a key for this address yet. Nothing was sent but the key exchange. */
export class UnknownHostKeyError extends SshError {
	readonly presented: PresentedHostKey;

	constructor(place: SshErrorPlace, presented: PresentedHostKey) {
		super("host-key.unknown", place, { algorithm: presented.algorithm, fingerprint: presented.sha256, key: presented.keyBase64 });
		this.name = "UnknownHostKeyError";
		this.presented = presented;
	}
}

/** The server showed another key than the accepted ones: reinstalled, or not the machine it claims to be. Nothing was sent. */
export class ChangedHostKeyError extends SshError {
	readonly presented: PresentedHostKey;
	readonly expected: readonly PresentedHostKey[];

	constructor(place: SshErrorPlace, presented: PresentedHostKey, expected: readonly PresentedHostKey[]) {
		super("host-key.changed", place, {
			algorithm: presented.algorithm,
			fingerprint: presented.sha256,
			expected: expected.map((key) => `${key.algorithm} ${key.sha256}`).join(", "),
		});
		this.name = "ChangedHostKeyError";
		this.presented = presented;
		this.expected = expected;
	}
}
