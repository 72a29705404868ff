import { createServer } from "node:net";

/** A TCP port of the loopback address that nobody listened at just now. */
export async function freePort(): Promise<number> {
	const port = await listenOnce("127.0.0.1", 0);
	if (port === null) throw new Error("there is no free port");
	return port;
}

/** Whether nobody listens there now. */
export async function isFree(host: string, port: number): Promise<boolean> {
	return (await listenOnce(host, port)) !== null;
}

/** Listens for a moment. Returns the port; null where it is taken or not ours to take. */
async function listenOnce(host: string, port: number): Promise<number | null> {
	const server = createServer();
	const listens = await new Promise<boolean>((resolve) => {
		server.once("error", () => resolve(false));
		server.listen(port, host, () => resolve(true));
	});
	if (!listens) return null;
	const address = server.address();
	await new Promise((resolve) => server.close(resolve));
	return address === null || typeof address === "string" ? null : address.port;
}
