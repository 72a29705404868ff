import type { Client } from "ssh2";
import type { Elevation } from "./bootstrap.ts";
import { Channels } from "./channels.ts";
import { type PresentedHostKey, SshError, type SshErrorPlace, type SshHopName } from "./errors.ts";
import { Exchange, type ExchangeContext } from "./exchange.ts";
import { hopSecrets, signIn } from "./hop.ts";
import { JumpHosts, type JumpLease } from "./jump-hosts.ts";
import { type Patience, patience } from "./limits.ts";
import type { NodeSession, ScriptOptions, ScriptResult, SshTarget } from "./session.ts";
import { SudoProof } from "./sudo-proof.ts";
import { openForward, place } from "./transport.ts";
import { type UploadOptions, uploadBy } from "./upload.ts";

export interface ConnectOptions {
	/** For everything up to a signed-in connection, the jump host included. */
	timeoutMs: number;
	signal?: AbortSignal;
	/** Told each key that a hop shows, before it is judged. */
	onHostKey?: (key: PresentedHostKey, hop: SshHopName) => void;
	/** Shares the connections to jump hosts with other calls. Without it, each has its own. */
	jumpHosts?: JumpHosts;
}

/**
 * Signs in to a node, over its jump host where it has one. Host keys are denied unless accepted: UnknownHostKeyError and
 * ChangedHostKeyError carry what was shown, and nothing was sent before. Throws SshError; RangeError for a password with a line end.
 */
export async function connect(target: SshTarget, options: ConnectOptions): Promise<NodeSession> {
	const sudoPassword = target.privilege.kind === "sudo" ? target.privilege.password : undefined;
	if (sudoPassword !== undefined && /[\r\n\0]/.test(sudoPassword)) throw new RangeError("a sudo password cannot hold a line end");
	const where = place(target, "node");
	const deadline = performance.now() + options.timeoutMs;
	const waiting = () => ({ timeoutMs: Math.max(1, deadline - performance.now()), signal: options.signal });
	if (!target.jump) {
		const client = await signIn(target, "node", waiting(), { onHostKey: options.onHostKey });
		return new ClientSession(client, undefined, target, where);
	}
	const jump = await (options.jumpHosts ?? new JumpHosts()).lease(target.jump, waiting(), options.onHostKey);
	try {
		const through = await openForward(jump.client, target, where, place(target.jump, "jump"), waiting());
		const client = await signIn(target, "node", waiting(), { through, onHostKey: options.onHostKey });
		return new ClientSession(client, jump, target, where);
	} catch (error) {
		jump.release();
		throw error;
	}
}

class ClientSession implements NodeSession {
	readonly label: string;
	private alive = true;
	private readonly channels: Channels;
	private readonly proof = new SudoProof();
	private readonly exchanges = new Set<Exchange>();
	private readonly waits = new Set<Patience<SshError>>();
	private readonly secrets: readonly string[];

	constructor(
		private readonly client: Client,
		private readonly jump: JumpLease | undefined,
		private readonly target: SshTarget,
		private readonly where: SshErrorPlace,
	) {
		this.label = where.label;
		this.channels = new Channels(client, where);
		const sudo = target.privilege.kind === "sudo" ? (target.privilege.password ?? "") : "";
		this.secrets = [...hopSecrets(target), ...(target.jump ? hopSecrets(target.jump) : []), sudo];
		// When the jump host goes, so does the forwarded connection under this one.
		client.once("close", () => this.onLost());
	}

	get open(): boolean {
		return this.alive;
	}

	async run(script: string, options: ScriptOptions): Promise<ScriptResult> {
		const exchange = await this.start(script, options);
		try {
			return await exchange.result;
		} finally {
			this.exchanges.delete(exchange);
		}
	}

	upload(path: string, bytes: Buffer, options: UploadOptions): Promise<void> {
		return uploadBy((script, scriptOptions) => this.run(script, scriptOptions), this.where, path, bytes, options);
	}

	close(): void {
		if (!this.alive) return;
		this.onLost();
		this.client.end();
	}

	/** Waits for sudo's proof and a channel, then begins the exchange. */
	private async start(script: string, options: ScriptOptions): Promise<Exchange> {
		if (!this.alive) throw new SshError("connection.closed", this.where);
		const deadline = performance.now() + options.timeoutMs;
		const context = this.context(options);
		const wait = patience(options.timeoutMs, options.signal, (why) =>
			why === "aborted" ? new SshError("aborted", this.where) : new SshError("timeout.shell", this.where, { timeoutMs: options.timeoutMs }),
		);
		this.waits.add(wait);
		try {
			const proven = context.password === undefined ? () => {} : await this.proof.enter(wait);
			const channel = await this.channels.open(wait).catch((error: SshError) => {
				proven(error);
				throw error;
			});
			const exchange = new Exchange(channel, script, { ...options, timeoutMs: Math.max(1, deadline - performance.now()) }, context);
			this.exchanges.add(exchange);
			void exchange.opened.then(proven);
			return exchange;
		} finally {
			this.waits.delete(wait);
			wait.release();
		}
	}

	private onLost(): void {
		if (!this.alive) return;
		this.alive = false;
		const lost = new SshError("connection.closed", this.where);
		for (const wait of this.waits) wait.giveUp(lost);
		for (const exchange of this.exchanges) exchange.connectionLost();
		this.jump?.release();
	}

	private context(options: ScriptOptions): ExchangeContext {
		const privileged = options.privileged ?? true;
		const { privilege } = this.target;
		const password = privileged && privilege.kind === "sudo" ? privilege.password : undefined;
		let elevation: Elevation = "none";
		if (privileged && privilege.kind === "sudo") elevation = password === undefined ? "sudo" : "sudo-with-password";
		return { where: this.where, elevation, password, secrets: this.secrets, expectUid: privileged ? "0" : undefined };
	}
}
