import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { basename, dirname, join } from "node:path";

/** Serves the peer's page with these nodes, as a file would be. Returns its address and how to end it. */
export async function servePeer(nodes: string): Promise<{ url: string; close: () => void }> {
	const virtual = createRequire(createRequire(import.meta.url).resolve("@tanstack/react-virtual")).resolve("@tanstack/virtual-core");
	const modules = join(dirname(dirname(virtual)), "esm");
	const server = createServer(async (request, response) => {
		const path = request.url ?? "/";
		const send = (type: string, text: string) => response.writeHead(200, { "content-type": type }).end(text);
		const own = (name: string) => readFile(new URL(name, import.meta.url), "utf8");
		if (path === "/") send("text/html", await own("peer.html"));
		else if (path === "/peer.js") send("text/javascript", await own("peer.js"));
		else if (path === "/nodes.json") send("application/json", nodes);
		else if (path.startsWith("/virtual-core/")) send("text/javascript", await readFile(join(modules, basename(path)), "utf8"));
		else response.writeHead(404).end();
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
		close: () => {
			server.closeAllConnections();
			server.close();
		},
	};
}
