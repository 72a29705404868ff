import { type AddressInfo, connect as connectTcp, createServer, type Socket } from "node:net";
import ssh2, { type AuthContext, type Connection, type ServerChannel } from "ssh2";
import { Errno } from "../kernel/errno.ts";
import { openPipe, Sink } from "../kernel/open-file.ts";
import { Killed, Scope } from "../kernel/scope.ts";
import type { Account } from "../machine/accounts.ts";
import { type Machine, PATH } from "../machine/machine.ts";
import { ChannelOutput } from "./channel-output.ts";
import type { KeyPair } from "./keys.ts";

export interface SshServerOptions {
	address: string;
	/** Where it is taken, or 0: a free one. */
	port: number;
	hostKey: KeyPair;
	/** Base64 of the public keys that every account takes. */
	authorizedKeys: readonly string[];
}

/** A node's sshd: signs people in and runs what they send in the node's own shell. */
export class NodeSshServer {
	private readonly sockets = new Set<Socket>();
	private ssh: InstanceType<typeof ssh2.Server>;
	private readonly tcp = createServer({ noDelay: true }, (socket) => this.accept(socket));

	private constructor(
		private readonly machine: Machine,
		private readonly options: SshServerOptions,
	) {
		this.ssh = this.keyedBy(options.hostKey);
		machine.onDown.push(() => this.cut());
	}

	static async listen(machine: Machine, options: SshServerOptions): Promise<NodeSshServer> {
		const server = new NodeSshServer(machine, options);
		const listen = (port: number) =>
			new Promise<void>((resolve, reject) => {
				server.tcp.once("error", reject);
				server.tcp.listen(port, options.address, () => {
					server.tcp.removeListener("error", reject);
					resolve();
				});
			});
		try {
			await listen(options.port);
		} catch (error) {
			if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
			await listen(0);
		}
		return server;
	}

	get address(): string {
		return this.options.address;
	}

	get port(): number {
		const bound: AddressInfo | string | null = this.tcp.address();
		return typeof bound === "object" && bound !== null ? bound.port : 0;
	}

	get hostKey(): KeyPair {
		return this.options.hostKey;
	}

	/** As a line of known_hosts. */
	get knownHostsLine(): string {
		const { algorithm, keyBase64 } = this.options.hostKey;
		return `[${this.address}]:${this.port} ${algorithm} ${keyBase64}\n`;
	}

	private keyedBy(hostKey: KeyPair): InstanceType<typeof ssh2.Server> {
		return new ssh2.Server({ hostKeys: [hostKey.privateKey] }, (connection) => this.serve(connection));
	}

	/** Whoever connects from now on meets another key, as after the host's keys were made anew. */
	changeHostKey(hostKey: KeyPair): void {
		this.options.hostKey = hostKey;
		this.ssh = this.keyedBy(hostKey);
	}

	/** Every connection is lost without a goodbye. */
	cut(): void {
		for (const socket of this.sockets) socket.destroy();
	}

	async close(): Promise<void> {
		this.cut();
		await new Promise<void>((resolve) => this.tcp.close(() => resolve()));
	}

	private accept(socket: Socket): void {
		if (this.machine.state === "off") {
			socket.destroy();
			return;
		}
		this.sockets.add(socket);
		socket.on("error", () => {});
		socket.on("close", () => this.sockets.delete(socket));
		this.ssh.injectSocket(socket);
	}

	private serve(connection: Connection): void {
		connection.on("error", () => {});
		connection.on("authentication", (context) => this.authenticate(context));
		let user: Account | undefined;
		connection.on("authentication", (context) => {
			user = this.machine.accounts.byName(context.username);
		});
		connection.on("session", (accept) => {
			const session = accept();
			session.on("exec", (acceptExec, reject, info) => {
				if (user === undefined) reject();
				else this.run(info.command, user, acceptExec());
			});
			session.on("error", () => {});
		});
		connection.on("tcpip", (accept, reject, info) => {
			const onward = connectTcp({ host: info.destIP, port: info.destPort, noDelay: true });
			onward.once("error", () => reject());
			onward.once("connect", () => {
				const channel = accept();
				channel.on("error", () => {});
				onward.on("error", () => channel.destroy());
				channel.pipe(onward).pipe(channel);
			});
		});
	}

	private authenticate(context: AuthContext): void {
		const account = this.machine.accounts.byName(context.username);
		const refuse = () => context.reject(["publickey", "password"]);
		if (account === undefined) refuse();
		else if (context.method === "publickey") {
			if (this.options.authorizedKeys.includes(context.key.data.toString("base64"))) context.accept();
			else refuse();
		} else if (context.method === "password" && account.password !== undefined && context.password === account.password) context.accept();
		else refuse();
	}

	/** The login shell with the command that was asked for. */
	private run(command: string, account: Account, channel: ServerChannel): void {
		const { machine } = this;
		const scope = new Scope(machine.power);
		// A person's own commands pass at our pace, so that a shell that waits costs no more than on a real node.
		const process = machine.newProcess({
			argv: ["sh", "-c", command],
			env: new Map([
				["PATH", PATH],
				["HOME", account.uid === 0 ? "/root" : `/home/${account.user}`],
				["USER", account.user],
			]),
			scope,
			uid: account.uid,
			pace: 1,
			cgroup: "/user.slice",
		});
		const { reader, writer } = openPipe();
		writer.acquire();
		process.install(0, reader);
		let open = true;
		const outputs = [channel, channel.stderr].map((stream) => new ChannelOutput(stream, channel));
		outputs.forEach((output, index) => {
			const sink = new Sink((bytes) => {
				if (!open) throw new Errno("EPIPE");
				return output.write(bytes);
			});
			process.install(index + 1, sink);
		});
		channel.on("error", () => {});
		channel.on("data", (bytes: Buffer) => {
			if (process.files.size > 0) writeQuietly(writer, bytes);
		});
		channel.on("end", () => writer.release());
		channel.on("close", () => {
			open = false;
		});
		void this.toEnd(process, channel, scope, () => {
			for (const output of outputs) output.flush();
		});
	}

	private async toEnd(process: ReturnType<Machine["newProcess"]>, channel: ServerChannel, scope: Scope, flush: () => void): Promise<void> {
		try {
			const code = await scope.race(this.machine.execute(process, "/usr/bin/sh"));
			flush();
			if (channel.writable) channel.exit(code);
		} catch (error) {
			flush();
			// Anything else is the simulator's own fault: said on the channel, where whoever reads the answer sees it.
			if (!(error instanceof Killed) && channel.stderr.writable)
				channel.stderr.write(`simulator: ${error instanceof Error ? error.stack : String(error)}\n`);
			if (channel.writable) channel.exit(error instanceof Killed ? 128 + error.signal : 70);
		} finally {
			process.end();
			scope.release();
			channel.end();
		}
	}
}

function writeQuietly(writer: { write(bytes: Buffer): void | Promise<void> }, bytes: Buffer): void {
	try {
		void writer.write(bytes);
	} catch {
		// Nobody reads any more.
	}
}
