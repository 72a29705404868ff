import type { Client, ClientChannel } from "ssh2";
import { SSH_COMMAND } from "./bootstrap.ts";
import { SshError, type SshErrorPlace } from "./errors.ts";
import type { Patience } from "./limits.ts";
import { Slots } from "./slots.ts";

/** sshd allows MaxSessions 10 per connection; two are left for what others may run over it. */
const MAX_CHANNELS = 8;

/** The channels of one connection. Asks for no more at once than the server has shown to allow; the others wait their turn. */
export class Channels {
	private readonly slots = new Slots(MAX_CHANNELS);

	constructor(
		private readonly client: Client,
		private readonly where: SshErrorPlace,
	) {}

	/** A channel that runs `sh`. Its slot is given back when the server has closed it, which may be after the answer. Throws SshError. */
	async open(wait: Patience<SshError>): Promise<ClientChannel> {
		for (;;) {
			const free = await this.slots.acquire(wait.signal, wait.why);
			const opened = await this.exec(wait, free);
			if (opened) return opened;
			// The server allows fewer sessions than we thought: go on with as many as are open.
			if (this.slots.inUse === 0) throw new SshError("connection.channel-refused", this.where);
			this.slots.lowerTo(this.slots.inUse);
		}
	}

	/** Undefined when the server opens no further channel. */
	private exec(wait: Patience<SshError>, free: () => void): Promise<ClientChannel | undefined> {
		return new Promise((resolve, reject) => {
			const onAbort = () => reject(wait.why());
			if (wait.signal.aborted) {
				free();
				onAbort();
				return;
			}
			wait.signal.addEventListener("abort", onAbort, { once: true });
			const answer = (error: Error | undefined, channel: ClientChannel) => {
				wait.signal.removeEventListener("abort", onAbort);
				if (error) {
					free();
					// RFC 4254 5.1: a number says why the channel was not opened; without one, the command itself was refused.
					if ("reason" in error && typeof error.reason === "number") resolve(undefined);
					else reject(this.execError(error));
					return;
				}
				channel.once("close", free);
				if (wait.signal.aborted) discard(channel);
				else resolve(channel);
			};
			try {
				this.client.exec(SSH_COMMAND, answer);
			} catch {
				// ssh2 throws "Not connected" when the socket has gone and its close event is still to come.
				free();
				reject(new SshError("connection.closed", this.where));
			}
		});
	}

	private execError(error: Error): SshError {
		if (/unable to exec/i.test(error.message)) return new SshError("not-a-shell", this.where, { evidence: error.message });
		return new SshError("connection.closed", this.where);
	}
}

/** Nobody waits for this channel any more. Its data must be read all the same, or its close is never reported. */
function discard(channel: ClientChannel): void {
	channel.on("error", () => {});
	channel.resume();
	channel.stderr.resume();
	channel.close();
}
