import type { RequestListener } from "node:http";
import { createServer, type ServerOptions } from "node:https";
import type { AddressInfo, Server, Socket } from "node:net";
import { afterAll, onTestFinished } from "vitest";
import { stringify } from "yaml";
import type { ClusterApi } from "../cluster-api.ts";
import { KubernetesError } from "../error.ts";
import { type KubeconfigOptions, parseKubeconfig } from "../kubeconfig.ts";
import { openCluster } from "../open-cluster.ts";
import { TestAuthority } from "./certificates.ts";

/** Of the cluster, and one that it does not know. They end with the file of tests that asks for them. */
export const [authority, stranger] = await Promise.all([TestAuthority.make("cluster"), TestAuthority.make("stranger")]);
afterAll(() => Promise.all([authority.close(), stranger.close()]));

export const base64 = (text: string) => Buffer.from(text).toString("base64");

export function config(server: string, user: object = { token: "t" }, trusted = authority.certificate): string {
	return stringify({
		"current-context": "c",
		clusters: [{ name: "c", cluster: { server, "certificate-authority-data": base64(trusted) } }],
		contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
		users: [{ name: "u", user }],
	});
}

/** Closed when the test is over. */
export function open(text: string, options?: KubeconfigOptions, alternatives: readonly string[] = []): ClusterApi {
	const api = openCluster(parseKubeconfig(text, options), { alternatives: () => alternatives });
	onTestFinished(() => api.close());
	return api;
}

/** Until the test is over, or `close`. */
export function listenAt(server: Server, host: string, port: number): Promise<{ port: number; close(): void }> {
	const sockets = new Set<Socket>();
	server.on("connection", (socket) => {
		sockets.add(socket);
		socket.on("close", () => sockets.delete(socket));
	});
	const close = () => {
		server.close();
		for (const socket of sockets) socket.destroy();
	};
	onTestFinished(close);
	return new Promise((resolve) => server.listen(port, host, () => resolve({ port: (server.address() as AddressInfo).port, close })));
}

/** Gives the port. */
export async function listen(server: Server): Promise<number> {
	return (await listenAt(server, "127.0.0.1", 0)).port;
}

/** An API server whose certificate is for `names`. Gives its port. */
export async function tls(
	names: readonly string[],
	listener: RequestListener = version,
	options: ServerOptions = {},
	days = 1,
): Promise<number> {
	const { certificate, key } = await authority.issue("kube-apiserver", names, days);
	return listen(createServer({ cert: certificate, key, ...options }, listener));
}

/** Answers whatever is asked with a version. */
export const version: RequestListener = (_, response) => json(response, 200, { major: "1", minor: "20", gitVersion: "v1.20.2" });

export function json(response: Parameters<RequestListener>[1], status: number, body: object): void {
	response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** Of a call that fails. Throws where it went through, or failed for something else. */
export async function failure(call: Promise<unknown>): Promise<KubernetesError> {
	const error = await call.then(
		() => new Error("it went through"),
		(caught: unknown) => caught,
	);
	if (error instanceof KubernetesError) return error;
	throw error;
}
