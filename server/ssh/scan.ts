import type { Duplex } from "node:stream";
import type { Client, ServerHostKeyAlgorithm } from "ssh2";
import { type PresentedHostKey, SshError, type SshErrorPlace } from "./errors.ts";
import { signIn, type TrustedHop } from "./hop.ts";
import { presentedKey, SIGNATURES } from "./host-key.ts";
import { type Endpoint, openClient, openForward, openSocket, place, type Waiting } from "./transport.ts";

/** One connection for each: a server shows one key per handshake. */
const FAMILIES: readonly (readonly ServerHostKeyAlgorithm[])[] = [
	SIGNATURES["ssh-ed25519"] ?? [],
	["ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"],
	SIGNATURES["ssh-rsa"] ?? [],
];

export interface ScanOptions extends Waiting {
	/** Scan through this host; its own key must have been accepted. */
	jump?: TrustedHop;
}

/**
 * The host keys that a server shows, ed25519 first, without signing in: the handshake proves that the server holds the key, then
 * the connection is closed. Three connections per scan; OpenSSH 9.8 and later counts them as "noauth" and shuts out an address
 * that scans again and again. Throws SshError when the server cannot be reached or shows no key at all.
 */
export async function scanHostKeys(endpoint: Endpoint, options: ScanOptions): Promise<PresentedHostKey[]> {
	const where = place(endpoint, "node");
	const deadline = performance.now() + options.timeoutMs;
	const waiting = () => ({ timeoutMs: Math.max(1, deadline - performance.now()), signal: options.signal });
	const jump = options.jump && { client: await signIn(options.jump, "jump", waiting()), where: place(options.jump, "jump") };
	try {
		const keys: PresentedHostKey[] = [];
		for (const family of FAMILIES) {
			const key = await handshake(endpoint, where, family, waiting, jump);
			if (key) keys.push(key);
		}
		if (keys.length === 0) throw new SshError("connection.protocol", where, { phase: "handshake", detail: "no supported host key" });
		return keys;
	} finally {
		jump?.client.end();
	}
}

/** The key of this family; undefined when the server has none. */
async function handshake(
	endpoint: Endpoint,
	where: SshErrorPlace,
	serverHostKey: readonly ServerHostKeyAlgorithm[],
	waiting: () => Waiting,
	jump: { client: Client; where: SshErrorPlace } | undefined,
): Promise<PresentedHostKey | undefined> {
	const socket: Duplex = jump
		? await openForward(jump.client, endpoint, where, jump.where, waiting())
		: await openSocket(endpoint, where, waiting());
	let seen: PresentedHostKey | undefined;
	// Carries "this is all we wanted" out of a handshake that can only fail.
	const done = new SshError("aborted", where);
	try {
		const client = await openClient(
			{
				socket,
				user: "gantry",
				where,
				serverHostKey: [...serverHostKey],
				verifyHostKey: (key) => {
					seen = presentedKey(key);
					return false;
				},
				authHandler: () => {},
				explain: () => (seen ? done : undefined),
			},
			waiting(),
		);
		client.destroy();
	} catch (error) {
		const noSuchKey =
			error instanceof SshError && error.code === "connection.protocol" && /no matching host key/i.test(String(error.values.detail));
		if (error !== done && !noSuchKey) throw error;
	}
	return seen;
}
