import type { ClientChannel } from "ssh2";
import { type Bootstrap, bootstrap, wrapScript } from "./bootstrap.ts";
import { SshError, type SshErrorCode, type SshErrorPlace, type SshErrorValues } from "./errors.ts";
import { limit } from "./limits.ts";
import { Opening, type OpeningContext, type OpeningStep } from "./opening.ts";
import { evidence, redact } from "./redact.ts";
import type { ScriptOptions, ScriptResult } from "./session.ts";

/** Login shell and sudo must answer within this; a name service that hangs takes sudo 20 s. */
const SHELL_TIMEOUT_MS = 40_000;
const DEFAULT_MAX_OUTPUT_BYTES = 8 * 1024 * 1024;
/** A background process can hold the script's output open for ever: how long the channel may stay silent after the exit status. */
const CLOSE_GRACE_MS = 2_000;

export interface ExchangeContext extends Omit<OpeningContext, "hasPassword"> {
	where: SshErrorPlace;
	/** For `sudo-with-password`. */
	password?: string;
}

/**
 * One script over one open channel that runs `sh`: the dialogue of bootstrap.ts, then the script's output and exit status.
 * Settles once; the channel is closed when it fails.
 */
export class Exchange {
	readonly result: Promise<ScriptResult>;
	/** Resolves when the shell is ready, with undefined, or when it never will be, with the reason. */
	readonly opened: Promise<SshError | undefined>;
	private readonly names: Bootstrap;
	private readonly opening: Opening;
	private readonly started = performance.now();
	private resolve: (result: ScriptResult) => void = () => {};
	private reject: (error: unknown) => void = () => {};
	private settleOpened: (error?: SshError) => void = () => {};
	private phase: "opening" | "script" | "over" = "opening";
	/** The script has been handed over: from here on it may run. */
	private sent = false;
	private stdout: Buffer[] = [];
	private stdoutBytes = 0;
	private stderr: Buffer[] = [];
	private stderrBytes = 0;
	private exit: { code: number | null; signal?: string } | undefined;
	private consuming: Promise<void> | undefined;
	private readonly releases: (() => void)[] = [];

	constructor(
		private readonly channel: ClientChannel,
		private readonly script: string,
		private readonly options: ScriptOptions,
		private readonly context: ExchangeContext,
	) {
		this.names = bootstrap(context.elevation);
		this.opening = new Opening(this.names, { ...context, hasPassword: context.password !== undefined });
		this.result = new Promise((resolve, reject) => {
			this.resolve = resolve;
			this.reject = reject;
		});
		this.opened = new Promise((resolve) => {
			this.settleOpened = resolve;
		});
		this.listen();
		channel.write(this.names.line);
	}

	/** The connection is gone. An exit status that came before it still counts when the output had ended. */
	connectionLost(): void {
		if (this.phase === "script" && this.exit !== undefined && this.channel.readableEnded) this.onClose();
		else this.fail("connection.closed");
	}

	private fail(code: SshErrorCode, values: SshErrorValues = {}): void {
		const error = new SshError(code, this.context.where, values, this.sent);
		this.settleOpened(error);
		this.abandon(error);
	}

	private abandon(error: unknown): void {
		if (this.phase === "over") return;
		this.end();
		this.channel.close();
		// Nobody reads on, and ssh2 reports the close only after the streams' ends.
		this.channel.resume();
		this.reject(error);
	}

	private end(): void {
		this.phase = "over";
		for (const release of this.releases) release();
	}

	private listen(): void {
		const { channel, options } = this;
		this.releases.push(
			limit(options.timeoutMs, options.signal, (why) => {
				if (why === "aborted") this.fail("aborted");
				else if (this.phase === "script") this.fail("timeout.script", { timeoutMs: options.timeoutMs });
				else this.take(this.opening.unanswered());
			}),
			limit(SHELL_TIMEOUT_MS, undefined, () => {
				if (this.phase === "opening") this.take(this.opening.unanswered());
			}),
		);
		channel.on("data", (bytes: Buffer) => this.onStdout(bytes));
		channel.stderr.on("data", (bytes: Buffer) => this.onStderr(bytes));
		channel.on("error", () => {});
		channel.stderr.on("error", () => {});
		channel.on("exit", (code: number | null, signal?: string) => {
			this.exit = { code, signal };
			this.awaitQuiet();
		});
		channel.on("close", () => this.onClose());
	}

	private take(step: OpeningStep): void {
		if (step.kind === "failed") this.fail(step.code, step.values);
		if (step.kind === "send-password") this.channel.write(`${this.context.password ?? ""}\n`);
		if (step.kind !== "ready") return;
		this.phase = "script";
		this.sent = true;
		this.settleOpened();
		this.channel.end(`${this.names.go}\n${wrapScript(this.script)}`);
		if (step.rest.length > 0) this.collect(step.rest);
	}

	private onStdout(bytes: Buffer): void {
		if (this.phase === "opening") this.take(this.opening.onStdout(bytes));
		else if (this.phase === "script") this.collect(bytes);
	}

	private onStderr(bytes: Buffer): void {
		if (this.phase === "over") return;
		this.stderr.push(bytes);
		this.stderrBytes += bytes.length;
		const maxBytes = this.options.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES;
		if (this.phase === "opening") this.take(this.opening.onStderr(bytes));
		else if (this.stderrBytes > maxBytes) this.fail("output.too-large", { stream: "stderr", maxBytes });
	}

	private collect(bytes: Buffer): void {
		const { onStdout, maxOutputBytes } = this.options;
		this.stdoutBytes += bytes.length;
		// Streamed output is not kept, so only a limit that was asked for holds for it.
		const maxBytes = maxOutputBytes ?? (onStdout ? Number.POSITIVE_INFINITY : DEFAULT_MAX_OUTPUT_BYTES);
		if (this.stdoutBytes > maxBytes) this.fail("output.too-large", { stream: "stdout", maxBytes });
		else if (onStdout) this.handOn(bytes, onStdout);
		else this.stdout.push(bytes);
	}

	/** While the consumer is busy the channel is paused, and so is the window: a slow reader slows the node down and fills no memory here. */
	private handOn(bytes: Buffer, onStdout: NonNullable<ScriptOptions["onStdout"]>): void {
		try {
			const taken = onStdout(bytes);
			if (!(taken instanceof Promise)) return;
			this.channel.pause();
			this.consuming = taken.then(
				() => {
					this.consuming = undefined;
					this.channel.resume();
				},
				(error: unknown) => this.abandon(error),
			);
		} catch (error) {
			this.abandon(error);
		}
	}

	private awaitQuiet(): void {
		let release = () => {};
		const rearm = () => {
			release();
			if (this.phase === "over") return;
			release = limit(CLOSE_GRACE_MS, undefined, () => {
				if (this.consuming) {
					rearm();
					return;
				}
				this.channel.close();
				this.onClose();
			});
		};
		rearm();
		this.channel.on("data", rearm);
		this.releases.push(() => release());
	}

	private onClose(): void {
		if (this.phase === "over") return;
		if (this.consuming) void this.consuming.then(() => this.onClose());
		else if (this.phase === "opening") this.take(this.opening.onClose(this.exit?.code ?? undefined));
		else this.finish();
	}

	private finish(): void {
		if (this.exit === undefined) {
			this.fail("exit.unknown");
			return;
		}
		const stderr = this.scriptStderr();
		if (this.exit.code === null) {
			this.fail("exit.signal", { signal: this.exit.signal ?? "unknown", stderr: evidence(stderr, this.context.secrets) });
			return;
		}
		this.end();
		this.resolve({
			exitCode: this.exit.code,
			stdout: Buffer.concat(this.stdout),
			stderr,
			durationMs: Math.round(performance.now() - this.started),
		});
	}

	private scriptStderr(): string {
		const text = Buffer.concat(this.stderr).toString("utf8");
		const fence = text.indexOf(`${this.names.fence}\n`);
		const own = fence < 0 ? text : text.slice(fence + this.names.fence.length + 1);
		return redact(own.replaceAll(this.names.prompt, ""), this.context.secrets);
	}
}
