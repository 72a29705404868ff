import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { dropStuckStreams } from "./stuck-streams.ts";

const STUCK_MS = 300;

let server: Server;
let answer: (response: ServerResponse) => void;
let stop: () => void;
const clients: Socket[] = [];

beforeEach(async () => {
	stop = dropStuckStreams(STUCK_MS);
	server = createServer((_request, response) => answer(response));
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
});
afterEach(() => {
	for (const client of clients.splice(0)) client.destroy();
	server.closeAllConnections();
	server.close();
	stop();
});

function get(path: string): Socket {
	const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
	client.on("error", () => {});
	client.write(`GET ${path} HTTP/1.1\r\nHost: console\r\n\r\n`);
	clients.push(client);
	return client;
}

/** Writes as Next does: on and on, and nothing more until what was written is taken. */
function flood(response: ServerResponse): void {
	const piece = Buffer.alloc(64 * 1024);
	const more = () => {
		while (response.write(piece));
		response.once("drain", more);
	};
	more();
}

it("breaks the connection of a client that reads no further", async () => {
	let dropped: Promise<unknown> = Promise.resolve();
	const asked = new Promise<void>((resolve) => {
		answer = (response) => {
			dropped = once(response, "close");
			flood(response);
			resolve();
		};
	});
	get("/api/v1/stream").pause();
	await asked;
	await dropped;
	expect(server.listening).toBe(true);
});

it("leaves one alone that reads, however long, and ordinary requests afterwards", async () => {
	let beat: NodeJS.Timeout | undefined;
	answer = (response) => {
		const began = performance.now();
		beat = setInterval(() => {
			response.write("data: {}\n\n");
			if (performance.now() - began < STUCK_MS * 4) return;
			clearInterval(beat);
			response.end();
		}, STUCK_MS / 5);
	};
	const client = get("/api/v1/stream");
	let heard = "";
	client.on("data", (bytes) => {
		heard += bytes;
	});
	while (!heard.endsWith("0\r\n\r\n")) await once(client, "data");
	answer = (response) => {
		setTimeout(() => response.end("slow"), STUCK_MS * 3);
	};
	client.write("GET /api/v1/nodes HTTP/1.1\r\nHost: console\r\n\r\n");
	while (!heard.endsWith("slow")) await once(client, "data");
});
