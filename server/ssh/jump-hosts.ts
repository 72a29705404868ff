import { createHash } from "node:crypto";
import type { Client } from "ssh2";
import type { PresentedHostKey, SshHopName } from "./errors.ts";
import { signIn, type TrustedHop } from "./hop.ts";
import type { Waiting } from "./transport.ts";

/** A jump host's connection on loan. `release` gives it back; calling it again does nothing. */
export interface JumpLease {
	readonly client: Client;
	readonly release: () => void;
}

interface Link {
	client: Promise<Client>;
	users: number;
}

/**
 * One connection per jump host and credential, however many nodes lie behind it: a thousand nodes would else mean a thousand
 * sessions on it, at 10 MB each. Forwarded connections do not count towards its MaxSessions. Closed when the last user is gone.
 */
export class JumpHosts {
	private readonly links = new Map<string, Link>();

	/** Signs in, or shares the connection of others who did. Throws SshError. */
	async lease(hop: TrustedHop, waiting: Waiting, onHostKey?: (key: PresentedHostKey, hop: SshHopName) => void): Promise<JumpLease> {
		// Another credential or other accepted keys make another connection: nobody travels on what only somebody else may use.
		const identity = [hop.address, hop.port, hop.user, hop.auth, hop.hostKeys];
		const key = createHash("sha256").update(JSON.stringify(identity)).digest("hex");
		const link = this.links.get(key) ?? this.open(key, signIn(hop, "jump", waiting, { onHostKey }));
		link.users++;
		let held = true;
		const release = () => {
			if (!held) return;
			held = false;
			link.users--;
			if (link.users > 0) return;
			if (this.links.get(key) === link) this.links.delete(key);
			link.client.then(
				(client) => client.end(),
				() => {},
			);
		};
		try {
			return { client: await link.client, release };
		} catch (error) {
			release();
			throw error;
		}
	}

	private open(key: string, signingIn: Promise<Client>): Link {
		const forget = () => {
			if (this.links.get(key) === link) this.links.delete(key);
		};
		const client = signingIn.then((signedIn) => {
			// Every forward that is being opened listens for its loss.
			signedIn.setMaxListeners(0);
			signedIn.once("close", forget);
			return signedIn;
		});
		const link: Link = { client, users: 0 };
		this.links.set(key, link);
		return link;
	}
}
