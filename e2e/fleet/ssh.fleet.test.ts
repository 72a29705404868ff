import { readFile } from "node:fs/promises";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { connect } from "../../server/ssh/connect.ts";
import { parseKnownHosts } from "../../server/ssh/known-hosts.ts";
import { SshPool } from "../../server/ssh/pool.ts";
import { scanHostKeys } from "../../server/ssh/scan.ts";
import type { AcceptedHostKey, NodeSession, SshAuth, SshTarget } from "../../server/ssh/session.ts";
import { caught } from "../../server/ssh/testing/caught.ts";
import type { FleetNode } from "./node.ts";
import { sharedFleet } from "./shared-fleet.ts";

const T = { timeoutMs: 30_000 };
const sessions: NodeSession[] = [];
let nodes: FleetNode[];
let key: SshAuth;

beforeAll(async () => {
	({ nodes } = await sharedFleet());
	key = { kind: "key", privateKey: await readFile(node(0).ssh.privateKeyPath, "utf8") };
});

afterEach(() => {
	for (const session of sessions.splice(0)) session.close();
});

function node(index: number): FleetNode {
	const found = nodes[index];
	if (!found) throw new Error(`the fleet has no node ${index}`);
	return found;
}

/** As an operator accepts them: from the file that the cluster's administrator keeps. */
function accepted(of: FleetNode): AcceptedHostKey[] {
	return parseKnownHosts(of.knownHostsLine).map(({ algorithm, keyBase64 }) => ({ algorithm, keyBase64 }));
}

function target(of: FleetNode, user: string, privilege: SshTarget["privilege"], change: Partial<SshTarget> = {}): SshTarget {
	return { address: of.address, port: of.ssh.port, user, auth: key, privilege, hostKeys: accepted(of), ...change };
}

async function signIn(...args: Parameters<typeof target>): Promise<NodeSession> {
	const session = await connect(target(...args), T);
	sessions.push(session);
	return session;
}

describe("a real node", () => {
	it("is reached as root with the key, as ops with a sudo password, as deploy without one", async () => {
		const { ops, deploy } = node(0).ssh.accounts;
		const ways = [
			await signIn(node(0), "root", { kind: "root" }),
			await signIn(node(0), ops.user, { kind: "sudo", password: ops.password }),
			await signIn(node(0), ops.user, { kind: "sudo", password: ops.password }, { auth: { kind: "password", password: ops.password } }),
			await signIn(node(0), deploy.user, { kind: "sudo" }),
			await signIn(node(0), deploy.user, { kind: "sudo", password: "not needed, so never sent" }),
		];
		for (const session of ways) {
			const result = await session.run("id -u; hostname; systemctl is-active ssh docker; echo warn >&2; exit 5", T);
			expect([result.exitCode, result.stdout.toString(), result.stderr]).toEqual([5, `0\n${node(0).name}\nactive\nactive\n`, "warn\n"]);
		}
	});

	it("never logs a password: sudo, sshd and the journal name the shell only", async () => {
		const { ops, deploy } = node(0).ssh.accounts;
		await (await signIn(node(0), ops.user, { kind: "sudo", password: ops.password })).run("true", T);
		await (await signIn(node(0), deploy.user, { kind: "sudo", password: "Unasked-Secret-1" })).run("true", T);
		const journal = await node(0).must("journalctl -o cat --no-pager -t sudo -t sshd -t bash; cat /var/log/auth.log 2>/dev/null || :");
		expect(journal).toContain("COMMAND=");
		expect(journal).not.toContain(ops.password);
		expect(journal).not.toContain("Unasked-Secret-1");
	});

	it("refuses a wrong login password, a wrong sudo password and an account without sudo", async () => {
		const { ops, guest } = node(0).ssh.accounts;
		const wrong = "Wr0ng-Passw0rd";
		await caught(
			connect(target(node(0), ops.user, { kind: "sudo" }, { auth: { kind: "password", password: wrong } }), T),
			"authentication.refused",
			[wrong],
		);
		await caught((await signIn(node(0), ops.user, { kind: "sudo", password: wrong })).run("id", T), "privilege.wrong-password", [wrong]);
		await caught((await signIn(node(0), ops.user, { kind: "sudo" })).run("id", T), "privilege.password-needed");
		await caught((await signIn(node(0), guest.user, { kind: "sudo", password: guest.password })).run("id", T), "privilege.not-in-sudoers", [
			guest.password,
		]);
		await caught((await signIn(node(0), ops.user, { kind: "root" })).run("id", T), "privilege.not-root");
	});

	it("is refused with another node's host key, and with none", async () => {
		const changed = await caught(
			connect(target(node(0), "root", { kind: "root" }, { hostKeys: accepted(node(1)) }), T),
			"host-key.changed",
		);
		const [presented] = await scanHostKeys({ address: node(0).address, port: 22 }, T);
		expect(changed.values.fingerprint).toBe(presented?.sha256);
		await caught(connect(target(node(0), "root", { kind: "root" }, { hostKeys: [] }), T), "host-key.unknown");
	});

	it("shows the host keys to a scan that its administrator knows", async () => {
		const found = await scanHostKeys({ address: node(0).address, port: 22 }, T);
		for (const one of accepted(node(0))) expect(found).toContainEqual(expect.objectContaining(one));
	});

	it("is reached over another as its jump host", async () => {
		const { ops } = node(1).ssh.accounts;
		const jump = { ...target(node(0), ops.user, { kind: "root" }), auth: { kind: "password", password: ops.password } as const };
		const session = await signIn(node(1), "root", { kind: "root" }, { jump });
		expect((await session.run("hostname", T)).stdout.toString()).toBe(`${node(1).name}\n`);
	});

	it("takes files as root in one piece or not at all", async () => {
		const { ops } = node(0).ssh.accounts;
		const session = await signIn(node(0), ops.user, { kind: "sudo", password: ops.password });
		const bytes = Buffer.from(Array.from({ length: 2_000_000 }, (_, n) => (n * 13) & 0xff));
		await session.upload("/var/lib/gantry-ssh-test", bytes, { ...T, mode: "0600" });
		try {
			const seen = await node(0).must("stat -c '%a %U:%G %s' /var/lib/gantry-ssh-test");
			expect(seen).toBe("600 root:root 2000000\n");
			expect((await session.run("cat /var/lib/gantry-ssh-test", T)).stdout.equals(bytes)).toBe(true);
			await caught(session.upload("/proc/version", bytes, { ...T, mode: "0600" }), "upload.failed");
		} finally {
			await node(0).must("rm -f /var/lib/gantry-ssh-test");
		}
	});

	it("that restarts sshd keeps its sessions, and one that kills them is connected to again", async () => {
		const pool = new SshPool();
		try {
			const session = pool.session(node(0).name, () => Promise.resolve(target(node(0), "root", { kind: "root" })));
			expect((await session.run("systemctl restart ssh; echo survived", T)).stdout.toString()).toBe("survived\n");
			const lost = await caught(session.run("echo on; sleep 0.2; kill -9 $(ps -o ppid= -p $$)", T), "connection.closed");
			expect(lost.maybeRan).toBe(true);
			expect((await session.run("echo back", T)).stdout.toString()).toBe("back\n");
		} finally {
			await pool.drain({ timeoutMs: 0 });
		}
	});
});
