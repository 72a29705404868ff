import type { Bootstrap, Elevation } from "./bootstrap.ts";
import type { SshErrorCode, SshErrorValues } from "./errors.ts";
import { evidence } from "./redact.ts";
import { asksForNewPassword, loginPasswordExpired, sudoFailure } from "./sudo-messages.ts";

/** Chatter before the script in which we still look for the next nonce. */
const MAX_CHATTER_BYTES = 64 * 1024;

export interface OpeningContext {
	elevation: Elevation;
	/** True when there is a password to give to sudo. */
	hasPassword: boolean;
	/** Kept out of everything that is reported. */
	secrets: readonly string[];
	/** The user id that the shell must have, where that matters. */
	expectUid?: string;
}

/** What to do now. `rest`: bytes of the script's stdout that came with the last nonce. */
export type OpeningStep =
	| { kind: "wait" }
	| { kind: "send-password" }
	| { kind: "ready"; rest: Buffer }
	| { kind: "failed"; code: SshErrorCode; values: SshErrorValues };

const WAIT: OpeningStep = { kind: "wait" };

/** The dialogue of bootstrap.ts up to the moment when the script may be sent. Pure: bytes in, the next step out. */
export class Opening {
	private phase: "hello" | "ready" = "hello";
	private stdout = Buffer.alloc(0);
	private stderr = Buffer.alloc(0);
	private passwordSent = false;

	constructor(
		private readonly names: Bootstrap,
		private readonly context: OpeningContext,
	) {}

	onStdout(bytes: Buffer): OpeningStep {
		this.stdout = Buffer.concat([this.stdout, bytes]);
		if (this.phase === "hello") {
			const step = this.expectHello();
			if (step) return step;
		}
		return this.expectReady();
	}

	onStderr(bytes: Buffer): OpeningStep {
		this.stderr = Buffer.concat([this.stderr, bytes]);
		if (this.stderr.length > MAX_CHATTER_BYTES) return this.unanswered();
		return this.phase === "ready" ? this.answerSudo() : WAIT;
	}

	/** The channel was closed before the shell was ready. */
	onClose(exitCode: number | undefined): OpeningStep {
		if (this.phase === "hello" || this.context.elevation === "none") return this.notAShell(exitCode);
		const code = sudoFailure(this.stderr.toString("utf8"));
		// One attempt allowed (passwd_tries=1): sudo gives up without a second prompt.
		const wrong = code === "privilege.password-needed" && this.passwordSent;
		return this.failed(wrong ? "privilege.wrong-password" : code, { evidence: this.chatter() });
	}

	/** The time for an answer is over. */
	unanswered(): OpeningStep {
		const text = this.stderr.toString("utf8");
		const asks = this.phase === "ready" && this.context.elevation !== "none" && !this.passwordSent && /[:?>] ?$/.test(text);
		return this.failed(asks ? "privilege.prompt-unknown" : "timeout.shell", { evidence: this.chatter() });
	}

	/** The first bytes must be the nonce: whatever else comes first is not the shell that we asked for, and gets nothing from us. */
	private expectHello(): OpeningStep | undefined {
		const hello = Buffer.from(`${this.names.hello}\n`);
		const noSudo = Buffer.from(`${this.names.noSudo}\n`);
		if (beginsAlike(this.stdout, hello)) {
			if (this.stdout.length < hello.length) return WAIT;
			this.stdout = this.stdout.subarray(hello.length);
			this.phase = "ready";
			return undefined;
		}
		if (!beginsAlike(this.stdout, noSudo)) return this.notAShell(undefined);
		return this.stdout.length < noSudo.length ? WAIT : this.failed("privilege.sudo-missing", {});
	}

	/** sudo's modules may talk on stdout before the shell starts, so here our line need not be the first. */
	private expectReady(): OpeningStep {
		const text = this.stdout.toString("latin1");
		const match = new RegExp(`(?:^|\\n)${this.names.ready} ([^\\n]*)\\n`).exec(text);
		if (!match) {
			if (this.stdout.length > MAX_CHATTER_BYTES) return this.unanswered();
			// The prompt may have come before the hello that we needed first: two streams have no common order.
			return this.answerSudo();
		}
		const uid = match[1] ?? "";
		if (this.context.expectUid !== undefined && uid !== this.context.expectUid) return this.failed("privilege.not-root", { uid });
		return { kind: "ready", rest: this.stdout.subarray(match.index + match[0].length) };
	}

	private answerSudo(): OpeningStep {
		const text = this.stderr.toString("utf8");
		if (this.context.elevation !== "none" && asksForNewPassword(text))
			return this.failed("privilege.password-expired", { evidence: this.chatter() });
		const prompts = text.split(this.names.prompt).length - 1;
		if (prompts === 0) return WAIT;
		if (!this.context.hasPassword) return this.failed("privilege.password-needed", {});
		if (prompts > 1) return this.failed("privilege.wrong-password", {});
		if (this.passwordSent) return WAIT;
		this.passwordSent = true;
		return { kind: "send-password" };
	}

	private notAShell(exitCode: number | undefined): OpeningStep {
		const said = this.chatter();
		const code = loginPasswordExpired(said) ? "authentication.password-expired" : "not-a-shell";
		return this.failed(code, { evidence: said, ...(exitCode === undefined ? {} : { exitCode }) });
	}

	private failed(code: SshErrorCode, values: SshErrorValues): OpeningStep {
		return { kind: "failed", code, values };
	}

	/** What the node said, both streams, without our own words. */
	private chatter(): string {
		const text = `${this.stdout.toString("utf8")}\n${this.stderr.toString("utf8")}`;
		const { hello, noSudo, prompt, fence, ready } = this.names;
		const foreign = [hello, noSudo, prompt, fence, ready].reduce((rest, word) => rest.replaceAll(word, ""), text);
		return evidence(foreign, this.context.secrets);
	}
}

/** True while `bytes` may still become `line`, or already has. */
function beginsAlike(bytes: Buffer, line: Buffer): boolean {
	const length = Math.min(bytes.length, line.length);
	return bytes.subarray(0, length).equals(line.subarray(0, length));
}
