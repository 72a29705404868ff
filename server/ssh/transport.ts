import { connect as connectTcp, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import ssh2, { type Client, type ConnectConfig, type ServerHostKeyAlgorithm } from "ssh2";
import { SshError, type SshErrorCode, type SshErrorPlace, type SshErrorValues, type SshHopName } from "./errors.ts";
import { limit } from "./limits.ts";
import { evidence } from "./redact.ts";

/** Sent on an idle connection; three unanswered ones in a row end it. */
const KEEPALIVE_INTERVAL_MS = 15_000;
const KEEPALIVE_MISSES = 3;

export interface Endpoint {
	address: string;
	port: number;
}

export interface Waiting {
	timeoutMs: number;
	signal?: AbortSignal;
}

/** `user@address:port`, with brackets around an IPv6 address. */
export function hopLabel(hop: Endpoint & { user?: string }): string {
	const address = hop.address.includes(":") ? `[${hop.address}]` : hop.address;
	return `${hop.user === undefined ? "" : `${hop.user}@`}${address}:${hop.port}`;
}

export function place(hop: Endpoint & { user?: string }, name: SshHopName): SshErrorPlace {
	return { label: hopLabel(hop), hop: name };
}

/** Opens the TCP connection, with Nagle's delay off: it costs 45 to 90 ms per round trip. Throws SshError. */
export function openSocket(endpoint: Endpoint, where: SshErrorPlace, { timeoutMs, signal }: Waiting): Promise<Socket> {
	return new Promise((resolve, reject) => {
		const socket = connectTcp({ host: endpoint.address, port: endpoint.port, noDelay: true });
		const fail = (error: SshError) => {
			release();
			// Stays behind as the listener for whatever the dying socket still says.
			socket.on("error", () => {});
			socket.destroy();
			reject(error);
		};
		const onError = (error: Error) => fail(new SshError(networkCode(error), where, { detail: errorCode(error) ?? error.message }));
		const release = limit(timeoutMs, signal, (why) => {
			socket.off("error", onError);
			fail(interrupted(why, where, "tcp"));
		});
		socket.once("error", onError);
		socket.once("connect", () => {
			release();
			socket.off("error", onError);
			resolve(socket);
		});
	});
}

export interface ClientOptions {
	socket: Duplex;
	user: string;
	where: SshErrorPlace;
	serverHostKey: ServerHostKeyAlgorithm[];
	/** Judges the server's key; false ends the connection before anything else is sent. */
	verifyHostKey: (key: Buffer) => boolean;
	authHandler: ConnectConfig["authHandler"];
	/** The error to report in place of ssh2's own, when the cause is known: a refused host key, a prompt we did not answer. */
	explain: (error: { level?: string; banner: string; hungUp?: boolean }) => SshError | undefined;
	onPasswordExpired?: () => void;
}

/** Handshake and authentication over an open socket. Takes the socket over: it is closed when this throws. Throws SshError. */
export function openClient(options: ClientOptions, { timeoutMs, signal }: Waiting): Promise<Client> {
	const { where, socket } = options;
	return new Promise((resolve, reject) => {
		const client = new ssh2.Client();
		let phase = "handshake";
		let banner = "";
		let greeting = "";
		let settled = false;
		const fail = (error: SshError) => {
			if (settled) return;
			settled = true;
			release();
			client.destroy();
			socket.destroy();
			reject(error);
		};
		const release = limit(timeoutMs, signal, (why) => fail(interrupted(why, where, phase)));
		// Stays for the client's whole life: after "ready" an error is followed by "close", which is what the session listens to.
		client.on("error", (error) => fail(options.explain({ level: error.level, banner }) ?? transportError(error, where, phase, greeting)));
		client.on("close", () => fail(options.explain({ banner, hungUp: true }) ?? new SshError("connection.closed", where, { phase })));
		client.on("handshake", () => {
			phase = "authentication";
		});
		client.on("banner", (text) => {
			banner = `${banner}${text}`.slice(0, 4096);
		});
		client.on("change password", () => {
			options.onPasswordExpired?.();
			fail(options.explain({ banner }) ?? new SshError("authentication.password-expired", where));
		});
		client.once("ready", () => {
			if (settled) return;
			settled = true;
			release();
			resolve(client);
		});
		client.connect({
			sock: socket as ConnectConfig["sock"],
			username: options.user,
			readyTimeout: 0,
			keepaliveInterval: KEEPALIVE_INTERVAL_MS,
			keepaliveCountMax: KEEPALIVE_MISSES,
			algorithms: { serverHostKey: options.serverHostKey },
			hostVerifier: options.verifyHostKey,
			authHandler: options.authHandler,
		});
		// ssh2 keeps what came instead of an identification to itself. The socket is paused here and starts when ssh2 is ready for it.
		const onGreeting = (bytes: Buffer) => {
			greeting += bytes.toString("latin1", 0, 200);
			if (greeting.includes("SSH-") || greeting.length >= 200) socket.off("data", onGreeting);
		};
		socket.on("data", onGreeting);
	});
}

/** A TCP connection that the jump host opens for us. Throws SshError. */
export function openForward(
	jump: Client,
	endpoint: Endpoint,
	where: SshErrorPlace,
	jumpPlace: SshErrorPlace,
	{ timeoutMs, signal }: Waiting,
): Promise<Duplex> {
	return new Promise((resolve, reject) => {
		let over = false;
		const end = (error: SshError) => {
			if (over) return;
			over = true;
			release();
			jump.off("close", onClose);
			reject(error);
		};
		const onClose = () => end(new SshError("connection.closed", jumpPlace, { phase: "forward" }));
		const release = limit(timeoutMs, signal, (why) => end(interrupted(why, where, "forward")));
		jump.once("close", onClose);
		jump.forwardOut("127.0.0.1", 0, endpoint.address, endpoint.port, (error, stream) => {
			if (error) return end(forwardError(error, where, jumpPlace));
			if (over) return stream.destroy();
			over = true;
			release();
			jump.off("close", onClose);
			resolve(stream);
		});
	});
}

export function interrupted(why: "timeout" | "aborted", where: SshErrorPlace, phase: string): SshError {
	return new SshError(why === "timeout" ? "connection.timeout" : "aborted", where, { phase });
}

function errorCode(error: Error): string | undefined {
	// A name with several addresses fails with all their errors in one; the first stands for them.
	const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
	return first instanceof Error && "code" in first && typeof first.code === "string" ? first.code : undefined;
}

const NETWORK_CODES: Readonly<Record<string, SshErrorCode>> = {
	ECONNREFUSED: "connection.refused",
	EHOSTUNREACH: "connection.unreachable",
	ENETUNREACH: "connection.unreachable",
	EHOSTDOWN: "connection.unreachable",
	EADDRNOTAVAIL: "connection.unreachable",
	ETIMEDOUT: "connection.timeout",
	ENOTFOUND: "connection.dns",
	EAI_AGAIN: "connection.dns",
	EAI_FAIL: "connection.dns",
	ENODATA: "connection.dns",
	ECONNRESET: "connection.closed",
	EPIPE: "connection.closed",
};

function networkCode(error: Error): SshErrorCode {
	return NETWORK_CODES[errorCode(error) ?? ""] ?? "connection.unreachable";
}

function transportError(error: Error & { level?: string }, where: SshErrorPlace, phase: string, greeting: string): SshError {
	const code = errorCode(error);
	if (code && NETWORK_CODES[code]) return new SshError(NETWORK_CODES[code], where, { phase, detail: code });
	if (error.level === "client-timeout") return new SshError("connection.timeout", where, { phase });
	// "Too many authentication failures" comes as a disconnect message, without a level.
	if (error.level === "client-authentication" || (phase === "authentication" && /authentication/i.test(error.message)))
		return new SshError("authentication.refused", where);
	const said = evidence(greeting, []);
	// Older sshd hangs up without a word, newer ones say why.
	if (/before handshake/i.test(error.message) && /^$|not allowed at this time|exceeded maxstartups/i.test(said)) {
		return new SshError("connection.dropped", where, { evidence: said });
	}
	const values: SshErrorValues = { phase, detail: error.message.slice(0, 200) };
	if (said !== "" && !said.startsWith("SSH-")) values.evidence = said;
	return new SshError("connection.protocol", where, values);
}

/** RFC 4254 5.1: 1 prohibited, 2 connect failed, 3 unknown type, 4 resources. */
function forwardError(error: Error & { reason?: unknown }, where: SshErrorPlace, jumpPlace: SshErrorPlace): SshError {
	const values = { phase: "forward", via: jumpPlace.label, detail: error.message.slice(0, 200) };
	if (error.reason === 1 || error.reason === 3)
		return new SshError("connection.jump-refused", jumpPlace, { ...values, target: where.label });
	if (/refused/i.test(error.message)) return new SshError("connection.refused", where, values);
	if (/timed out|timeout/i.test(error.message)) return new SshError("connection.timeout", where, values);
	if (/resolve|name or service|not known/i.test(error.message)) return new SshError("connection.dns", where, values);
	return new SshError("connection.unreachable", where, values);
}
