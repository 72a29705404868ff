import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, connect as connectTcp, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ssh2, { type AuthContext, type Connection, type ServerChannel } from "ssh2";
import type { AcceptedHostKey, SshTarget } from "../session.ts";
import { keyPair, type TestKey } from "./keys.ts";
import { installStandIns } from "./stand-ins.ts";

export interface TestServerOptions {
	/** Default: one ed25519 key. */
	hostKeys?: TestKey[];
	/** Decides on each attempt to sign in; call `accept` or `reject`. Default: the client key and the password "login-password". */
	authenticate?: (context: AuthContext) => void;
	/** A program and its first arguments that stands for `sh`. Default: the machine's. */
	shell?: readonly string[];
	/** What the login shell does with the SSH command instead of running it. */
	loginShell?: (command: string) => readonly string[];
	/** Variables of the login; SUDO_MODE, SUDO_PASSWORD and FAKE_UID steer the stand-ins. */
	env?: Record<string, string>;
	sudo?: boolean;
	/** Refuses more channels than this per connection. */
	maxSessions?: number;
	/** False: prohibits forwarded connections. */
	forward?: boolean;
	/** Cuts every connection once a command has been sent this much. */
	cutAfterBytes?: number;
	/** Sends this before anything else, in place of the protocol. */
	greeting?: string;
}

/** An SSH server on loopback whose commands are real processes in a temporary folder. */
export class TestServer {
	readonly hostKeys: TestKey[];
	readonly clientKey = keyPair();
	readonly dir = mkdtempSync(join(tmpdir(), "gantry-ssh-"));
	/** Everything that was sent to a command's stdin. */
	readonly received: string[] = [];
	readonly commands: string[] = [];
	readonly attempts: string[] = [];
	connections = 0;
	/** Commands that have not ended. */
	running = 0;
	/** The most channels that were open at once. */
	peak = 0;
	private readonly sockets = new Set<Socket>();
	private readonly ssh: InstanceType<typeof ssh2.Server>;
	private readonly tcp = createServer({ noDelay: true }, (socket) => this.accept(socket));
	private readonly groups = new Set<number>();
	private open = 0;

	private constructor(private readonly options: TestServerOptions) {
		this.hostKeys = options.hostKeys ?? [keyPair()];
		installStandIns(join(this.dir, "bin"), { sudo: options.sudo ?? true, shell: options.shell ?? ["/bin/sh"] });
		this.ssh = new ssh2.Server({ hostKeys: this.hostKeys.map((key) => key.privateKey) }, (connection) => this.serve(connection));
	}

	static async start(options: TestServerOptions = {}): Promise<TestServer> {
		const server = new TestServer(options);
		await new Promise<void>((resolve) => server.tcp.listen(0, "127.0.0.1", resolve));
		return server;
	}

	get openConnections(): number {
		return this.sockets.size;
	}

	get port(): number {
		return (this.tcp.address() as AddressInfo).port;
	}

	get accepted(): AcceptedHostKey[] {
		return this.hostKeys.map(({ algorithm, keyBase64 }) => ({ algorithm, keyBase64 }));
	}

	/** How to reach it as root with its key; `change` what the test is about. */
	target(change: Partial<SshTarget> = {}): SshTarget {
		return {
			address: "127.0.0.1",
			port: this.port,
			user: "ops",
			auth: { kind: "key", privateKey: this.clientKey.privateKey },
			privilege: { kind: "root" },
			hostKeys: this.accepted,
			...change,
		};
	}

	/** Cuts every connection without a goodbye, as a lost network would look once it is noticed. */
	cut(): void {
		for (const socket of this.sockets) socket.destroy();
	}

	/** Ends every connection in order. */
	hangUp(): void {
		for (const socket of this.sockets) socket.end();
	}

	async stop(): Promise<void> {
		this.cut();
		for (const group of this.groups) killGroup(group);
		await new Promise<void>((resolve) => this.tcp.close(() => resolve()));
		rmSync(this.dir, { recursive: true, force: true });
	}

	private accept(socket: Socket): void {
		this.connections++;
		this.sockets.add(socket);
		socket.on("error", () => {});
		socket.on("close", () => this.sockets.delete(socket));
		if (this.options.greeting === undefined) this.ssh.injectSocket(socket);
		else socket.end(this.options.greeting);
	}

	private serve(connection: Connection): void {
		connection.on("error", () => {});
		connection.on("authentication", (context) => {
			this.attempts.push(context.method);
			if (this.options.authenticate) this.options.authenticate(context);
			else if (context.method === "publickey" && context.key.data.equals(this.clientKey.wire)) context.accept();
			else if (context.method === "password" && context.password === "login-password") context.accept();
			else context.reject(["publickey", "password"]);
		});
		let channels = 0;
		connection.on("session", (accept, reject) => {
			if (channels >= (this.options.maxSessions ?? 10)) {
				reject();
				return;
			}
			channels++;
			this.peak = Math.max(this.peak, ++this.open);
			const session = accept();
			session.on("close", () => {
				channels--;
				this.open--;
			});
			session.on("exec", (acceptExec, _reject, info) => {
				this.commands.push(info.command);
				this.run(info.command, acceptExec());
			});
		});
		// Without a listener ssh2 answers "administratively prohibited", as sshd does under AllowTcpForwarding no.
		if (this.options.forward === false) return;
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

	private run(command: string, channel: ServerChannel): void {
		const [program = "/bin/sh", ...args] = this.options.loginShell?.(command) ?? ["/bin/sh", "-c", `exec ${command}`];
		const child = spawn(program, args, {
			cwd: this.dir,
			env: { NODE_ENV: "test", PATH: "/usr/bin:/bin", HOME: this.dir, FAKE_UID: "0", ...this.options.env },
		});
		let receivedBytes = 0;
		this.running++;
		if (child.pid !== undefined) this.groups.add(child.pid);
		channel.on("error", () => {});
		channel.on("data", (bytes: Buffer) => {
			this.received.push(bytes.toString("latin1"));
			receivedBytes += bytes.length;
			if (receivedBytes > (this.options.cutAfterBytes ?? Number.POSITIVE_INFINITY)) this.cut();
			// The console sets PATH itself; the stand-ins go in front of it on the way.
			child.stdin.write(
				bytes.toString("latin1").replaceAll("PATH=/usr/local/sbin", `PATH=${join(this.dir, "bin")}:/usr/local/sbin`),
				"latin1",
			);
		});
		channel.on("end", () => child.stdin.end());
		child.stdin.on("error", () => {});
		child.stdout.on("data", (bytes: Buffer) => {
			// After the client has closed the channel the process may still talk.
			if (!channel.writable || channel.write(bytes)) return;
			child.stdout.pause();
			channel.once("drain", () => child.stdout.resume());
		});
		child.stderr.on("data", (bytes: Buffer) => {
			if (channel.stderr.writable) channel.stderr.write(bytes);
		});
		child.on("exit", (code, signal) => {
			if (signal === null) channel.exit(code ?? 1);
			else channel.exit(signal.slice(3));
		});
		child.on("close", () => {
			this.running--;
			channel.end();
		});
	}
}

function killGroup(group: number): void {
	try {
		process.kill(-group, "SIGKILL");
	} catch {
		// All of it has ended already.
	}
}
