import type { SshError } from "./errors.ts";
import type { Patience } from "./limits.ts";
import { Slots } from "./slots.ts";

/**
 * Keeps a wrong sudo password from locking the account out (pam_faillock): until sudo has taken it once, one script at a time
 * asks, and a password that was refused is not offered again over this connection.
 */
export class SudoProof {
	private proven = false;
	private refused: SshError | undefined;
	private readonly gate = new Slots(1);

	/** Waits for the turn to ask. Resolves with the function that takes what came of it: an error, or undefined once sudo has let us in. */
	async enter(wait: Patience<SshError>): Promise<(outcome: SshError | undefined) => void> {
		const free = this.proven ? () => {} : await this.gate.acquire(wait.signal, wait.why);
		if (this.refused) {
			free();
			throw this.refused;
		}
		return (outcome) => {
			if (outcome === undefined) this.proven = true;
			else if (outcome.code === "privilege.wrong-password") this.refused = outcome;
			free();
		};
	}
}
