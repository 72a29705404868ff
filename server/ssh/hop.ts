import type { Duplex } from "node:stream";
import type { Client } from "ssh2";
import { authenticator } from "./authenticate.ts";
import { ChangedHostKeyError, type PresentedHostKey, SshError, type SshHopName, UnknownHostKeyError } from "./errors.ts";
import { describeAccepted, hostKeyOffer, judgeHostKey, presentedKey } from "./host-key.ts";
import { evidence } from "./redact.ts";
import type { AcceptedHostKey, SshHop } from "./session.ts";
import { openClient, openSocket, place, type Waiting } from "./transport.ts";

/** A place to sign in, and the keys accepted for it. */
export type TrustedHop = SshHop & { hostKeys: readonly AcceptedHostKey[] };

/** The secrets of a hop, to be kept out of messages. */
export function hopSecrets(hop: SshHop): string[] {
	return hop.auth.kind === "password" ? [hop.auth.password] : [hop.auth.privateKey, hop.auth.passphrase ?? ""];
}

/**
 * Signs in at one hop, directly or over `through`. Host keys are denied by default: only an accepted one lets the credential
 * out of the house. Throws SshError.
 */
export async function signIn(
	hop: TrustedHop,
	name: SshHopName,
	waiting: Waiting,
	options: { through?: Duplex; onHostKey?: (key: PresentedHostKey, hop: SshHopName) => void } = {},
): Promise<Client> {
	const where = place(hop, name);
	const deadline = performance.now() + waiting.timeoutMs;
	const auth = authenticator(hop, where);
	const socket = options.through ?? (await openSocket(hop, where, waiting));
	let denied: SshError | undefined;
	const client = await openClient(
		{
			socket,
			user: hop.user,
			where,
			serverHostKey: hostKeyOffer(hop.hostKeys),
			verifyHostKey: (key) => {
				const presented = presentedKey(key);
				options.onHostKey?.(presented, name);
				const verdict = judgeHostKey(key, hop.hostKeys);
				if (verdict === "unknown") denied = new UnknownHostKeyError(where, presented);
				if (verdict === "changed") denied = new ChangedHostKeyError(where, presented, hop.hostKeys.map(describeAccepted));
				return verdict === "accepted";
			},
			authHandler: auth.handler,
			onPasswordExpired: auth.passwordExpired,
			explain: ({ level, banner, hungUp }) => {
				if (denied) return denied;
				const { code: outcome, offered, prompt, tried } = auth.outcome();
				const refused = outcome === "authentication.refused";
				if (refused && level !== "client-authentication" && !(hungUp && tried)) return undefined;
				const code = refused && hungUp ? "authentication.hung-up" : outcome;
				const secrets = hopSecrets(hop);
				return new SshError(code, where, {
					method: hop.auth.kind,
					offered,
					...(prompt === undefined ? {} : { prompt: evidence(prompt, secrets) }),
					...(banner === "" ? {} : { banner: evidence(banner, secrets) }),
				});
			},
		},
		{ ...waiting, timeoutMs: Math.max(1, deadline - performance.now()) },
	);
	return client;
}
