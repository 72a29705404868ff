import { existsSync } from "node:fs";
import { expect, onTestFinished } from "vitest";
import { connect } from "../connect.ts";
import type { NodeSession, SshTarget } from "../session.ts";
import { TestServer, type TestServerOptions } from "./server.ts";

export const T = { timeoutMs: 15_000 };
export const PASSWORD = "S3cret pä$$'w0rd";
export const SUDO: Partial<SshTarget> = { privilege: { kind: "sudo", password: PASSWORD } };

/** A server and a session on it; both end with the test. */
export async function open(
	options: TestServerOptions = {},
	change: Partial<SshTarget> = {},
): Promise<{ server: TestServer; node: NodeSession }> {
	const server = await TestServer.start(options);
	onTestFinished(() => server.stop());
	const node = await connect(server.target(change), T);
	onTestFinished(() => node.close());
	return { server, node };
}

/** The same where the login is not root; `mode` is how the stand-in for sudo behaves. */
export const withSudo = (mode: string, change: Partial<SshTarget> = SUDO, options: TestServerOptions = {}) =>
	open({ ...options, env: { SUDO_MODE: mode, SUDO_PASSWORD: PASSWORD, FAKE_UID: "1000", ...options.env } }, change);

/** What a script that ends well writes. */
export async function say(node: NodeSession, script: string): Promise<string> {
	const { exitCode, stdout, stderr } = await node.run(script, T);
	expect([exitCode, stderr]).toEqual([0, ""]);
	return stdout.toString();
}

/** Every sh at hand: they differ in how far they read ahead, which is what the opening is about. */
export const SHELLS = [["dash"], ["bash"], ["busybox", "sh"]].flatMap(([name = "", ...applet]) => {
	const path = ["/usr/bin/", "/bin/"].map((dir) => dir + name).find((one) => existsSync(one));
	return path ? [{ name, shell: [path, ...applet] }] : [];
});
