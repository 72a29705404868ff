import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { connect } from "../../server/ssh/connect.ts";
import type { SshErrorCode } from "../../server/ssh/errors.ts";
import { matchKnownHosts, parseKnownHosts } from "../../server/ssh/known-hosts.ts";
import { scanHostKeys } from "../../server/ssh/scan.ts";
import type { NodeSession, SshAuth, SshTarget } from "../../server/ssh/session.ts";
import { caught } from "../../server/ssh/testing/caught.ts";
import { must } from "./process.ts";
import { makeKey, Sshd } from "./sshd.ts";
import { SUITE_NAMES, type SuiteName } from "./suites.ts";

/** Another release's OpenSSH and sudo: `GANTRY_SSH_SUITE=bullseye`. */
const SUITE: SuiteName = SUITE_NAMES.find((name) => name === process.env.GANTRY_SSH_SUITE) ?? "bookworm";
const T = { timeoutMs: 30_000 };
const PASSWORD = "Corr3ct h$rse 'pä";
const WRONG = "Wr0ng-Passw0rd";

/** One account for each way in which a login or sudo can be set up. */
const SETUP = `set -e
add() { useradd -m -s "\${2:-/bin/bash}" "$1"; printf '%s:%s\\n' "$1" "$PASSWORD" | chpasswd; }
PASSWORD=$(cat /password)
for user in secured free denied needtty pty once narrow expired sudoexpired locked forced sftponly few noforward noisy asks; do add "$user"; done
add nologin /usr/sbin/nologin
add dashed /bin/dash
chage -d 0 expired
chage -d 0 sudoexpired
chage -E 1 locked
echo 'echo hello from .bashrc' >/home/noisy/.bashrc
cat >/etc/sudoers.d/test <<'END'
secured ALL=(ALL:ALL) ALL
asks ALL=(ALL:ALL) ALL
free ALL=(ALL:ALL) NOPASSWD: ALL
dashed ALL=(ALL:ALL) ALL
needtty ALL=(ALL:ALL) ALL
Defaults:needtty requiretty
pty ALL=(ALL:ALL) ALL
Defaults:pty use_pty, lecture=always
once ALL=(ALL:ALL) ALL
Defaults:once passwd_tries=1
narrow ALL=(root) NOPASSWD: /bin/sh
sudoexpired ALL=(ALL:ALL) ALL
END
chmod 440 /etc/sudoers.d/test
# Lets this account in past its expiry, so that sudo is the one to notice.
sed -i '1i account sufficient pam_succeed_if.so quiet user = sudoexpired' /etc/pam.d/sshd
mkdir -p /etc/ssh/keys
cp /authorized_keys /etc/ssh/keys/all
ssh-keygen -q -A
cat >/etc/ssh/sshd_config <<'END'
PermitRootLogin prohibit-password
AuthorizedKeysFile /etc/ssh/keys/all
UsePAM yes
UseDNS no
PasswordAuthentication yes
KbdInteractiveAuthentication no
MaxStartups 100:30:200
Match User asks
	PasswordAuthentication no
	KbdInteractiveAuthentication yes
Match User forced
	ForceCommand echo menu
Match User sftponly
	ForceCommand internal-sftp
Match User few
	MaxSessions 2
Match User noforward
	AllowTcpForwarding no
END
# OpenSSH 9.8 and later shut out an address that fails as often as these tests do.
sed -i '1i PerSourcePenalties no' /etc/ssh/sshd_config
/usr/sbin/sshd -t || sed -i 1d /etc/ssh/sshd_config
`;

let sshd: Sshd;
let folder: string;
let key: SshAuth;
let locked: SshAuth;
let hostKeys: SshTarget["hostKeys"];
const sessions: NodeSession[] = [];

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "gantry-keys-"));
	const [open, rsa] = [await makeKey(folder, "ed25519"), await makeKey(folder, "rsa", "open sesame")];
	key = { kind: "key", privateKey: open.privateKey };
	locked = { kind: "key", privateKey: rsa.privateKey, passphrase: "open sesame" };
	const files = [
		["/password", PASSWORD],
		["/authorized_keys", open.publicKey + rsa.publicKey],
	].map(([path, text]) => `cat >${path} <<'END_OF_FILE'\n${text?.trim()}\nEND_OF_FILE\n`);
	sshd = await Sshd.start({ suite: SUITE, setup: files.join("") + SETUP, progress: (line) => process.stderr.write(`sshd: ${line}\n`) });
	hostKeys = await scanHostKeys({ address: "127.0.0.1", port: sshd.port }, T);
});

afterAll(async () => {
	await sshd?.stop();
	await rm(folder, { recursive: true, force: true });
});

afterEach(() => {
	for (const session of sessions.splice(0)) session.close();
});

function target(user: string, change: Partial<SshTarget> = {}): SshTarget {
	return { address: "127.0.0.1", port: sshd.port, user, auth: key, privilege: { kind: "sudo", password: PASSWORD }, hostKeys, ...change };
}

async function signIn(user: string, change?: Partial<SshTarget>): Promise<NodeSession> {
	const session = await connect(target(user, change), T);
	sessions.push(session);
	return session;
}

const root: Partial<SshTarget> = { privilege: { kind: "root" } };
const withPassword: Partial<SshTarget> = { auth: { kind: "password", password: PASSWORD } };

describe(`OpenSSH of ${SUITE}`, () => {
	it("shows all its host keys to a scan, and ssh-keyscan agrees", async () => {
		expect(hostKeys.map((one) => one.algorithm)).toEqual(["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"]);
		const scanned = await must("ssh-keyscan", ["-H", "-p", String(sshd.port), "127.0.0.1"]);
		const entries = parseKnownHosts(scanned);
		for (const one of hostKeys) expect(matchKnownHosts(entries, "127.0.0.1", sshd.port, one)).toBe("match");
		const printed = await must("ssh-keygen", ["-l", "-f", "-"], { input: scanned });
		for (const one of await scanHostKeys({ address: "127.0.0.1", port: sshd.port }, T)) expect(printed).toContain(one.sha256);
	});

	it.each([0, 1, 2])("does not look changed whichever of its keys was accepted (%i)", async (n) => {
		const session = await signIn("root", { ...root, hostKeys: hostKeys.slice(n, n + 1) });
		expect((await session.run("id -u", T)).stdout.toString()).toBe("0\n");
	});

	it("is refused when unknown or changed, before anything is sent", async () => {
		const foreign = await makeKey(await mkdtemp(join(folder, "foreign-")), "ed25519");
		const [algorithm = "", keyBase64 = ""] = foreign.publicKey.split(" ");
		await caught(connect(target("root", { hostKeys: [] }), T), "host-key.unknown");
		await caught(connect(target("root", { hostKeys: [{ algorithm, keyBase64 }] }), T), "host-key.changed");
	});

	it("takes an RSA key under a passphrase, and a password", async () => {
		for (const change of [{ auth: locked }, withPassword]) {
			expect((await (await signIn("free", change)).run("id -u", T)).stdout.toString()).toBe("0\n");
		}
	});

	it("takes a password by keyboard-interactive, where PAM asks for it", async () => {
		expect((await (await signIn("asks", withPassword)).run("id -u", T)).stdout.toString()).toBe("0\n");
	});

	it.each(["free", "asks"])("counts one failure for a wrong password: %s", async (user) => {
		const before = sshd.log.length;
		await caught(connect(target(user, { auth: { kind: "password", password: WRONG } }), T), "authentication.refused", [WRONG]);
		await expect
			.poll(() => sshd.log.slice(before).filter((line) => /^(Failed|(error: )?PAM: Authentication failure)/.test(line)))
			.toHaveLength(1);
	});

	it("refuses a key it does not know", async () => {
		const { privateKey } = await makeKey(await mkdtemp(join(folder, "unknown-")), "ecdsa");
		const error = await caught(connect(target("root", { auth: { kind: "key", privateKey } }), T), "authentication.refused", [privateKey]);
		expect(error.values.offered).toContain("publickey");
	});

	it("forwards to another node as a jump host, where it may", async () => {
		const jump = { ...target("free"), user: "free" };
		const session = await signIn("root", { ...root, jump });
		expect((await session.run("id -u", T)).stdout.toString()).toBe("0\n");
		await caught(connect(target("root", { ...root, jump: { ...jump, user: "noforward" } }), T), "connection.jump-refused");
		const error = await caught(connect(target("root", { ...root, port: 1, jump }), T), "connection.refused");
		expect(error.values.via).toBe(`free@127.0.0.1:${sshd.port}`);
	});

	it("may allow two sessions only: the others wait their turn", async () => {
		const session = await signIn("few");
		const results = await Promise.all(Array.from({ length: 8 }, (_, n) => session.run(`echo ${n}`, { ...T, privileged: false })));
		expect(results.map((result) => result.stdout.toString().trim())).toEqual(["0", "1", "2", "3", "4", "5", "6", "7"]);
	});

	it.each<[string, SshErrorCode, string]>([
		["nologin", "not-a-shell", "This account is currently not available."],
		["forced", "not-a-shell", "menu"],
		["noisy", "not-a-shell", "hello from .bashrc"],
		["sftponly", "not-a-shell", ""],
		["expired", "authentication.password-expired", "Password change required but no TTY available."],
	])("is not a shell for %s", async (user, code, said) => {
		const session = await signIn(user);
		const error = await caught(session.run("touch /never", T), code, [PASSWORD]);
		expect(error.values.evidence).toContain(said);
		expect(error.maybeRan).toBe(false);
	});

	it("hangs up on an account that has ended", async () => {
		await caught(connect(target("locked"), T), "authentication.hung-up", [PASSWORD]);
	});
});

describe(`sudo of ${SUITE}`, () => {
	it.each(["secured", "free", "pty", "once", "dashed"])(
		"runs a script as root for %s, with its streams, status and nothing else",
		async (user) => {
			const session = await signIn(user);
			for (let n = 0; n < 3; n++) {
				const result = await session.run("id -u; cat; echo err >&2; umask; exit 7", T);
				expect([result.exitCode, result.stdout.toString(), result.stderr]).toEqual([7, "0\n0022\n", "err\n"]);
			}
		},
	);

	it.each(["free", "narrow"])("runs one for %s without a password", async (user) => {
		const session = await signIn(user, { privilege: { kind: "sudo" } });
		expect((await session.run("id -u", T)).stdout.toString()).toBe("0\n");
	});

	it.each(["secured", "pty"])("takes long scripts and gives long output: %s", async (user) => {
		const session = await signIn(user);
		const text = Array.from({ length: 30_000 }, (_, n) => `line ${n}`).join("\n");
		expect((await session.run(`wc -l <<'END'\n${text}\nEND`, T)).stdout.toString().trim()).toBe("30000");
		expect((await session.run("head -c 3000000 /dev/zero", T)).stdout.length).toBe(3_000_000);
	});

	it.each(["secured", "pty"])("uploads a file: %s", async (user) => {
		const session = await signIn(user);
		const bytes = Buffer.from(Array.from({ length: 1_500_000 }, (_, n) => (n * 31) & 0xff));
		await session.upload(`/etc/it's $${user}`, bytes, { ...T, mode: "0640" });
		const stat = await session.run(
			`stat -c '%a %U %s' "/etc/it's \\$${user}"; sha256sum < "/etc/it's \\$${user}"; ls -A /etc | grep gantry-part`,
			T,
		);
		expect(stat.stdout.toString()).toMatch(/^640 root 1500000\n[0-9a-f]{64} {2}-\n$/);
	});

	it.each<[string, SshErrorCode]>([
		["denied", "privilege.not-in-sudoers"],
		["sudoexpired", "privilege.password-expired"],
	])("refuses %s", async (user, code) => {
		const error = await caught((await signIn(user)).run("touch /never", T), code, [PASSWORD]);
		expect(error.maybeRan).toBe(false);
	});

	it.each(["secured", "once", "pty"])("takes no wrong password, and is asked once: %s", async (user) => {
		const session = await signIn(user, { privilege: { kind: "sudo", password: WRONG } });
		await caught(session.run("touch /never", T), "privilege.wrong-password", [WRONG]);
		await caught(session.run("touch /never", T), "privilege.wrong-password", [WRONG]);
	});

	it("wants a password where none is set", async () => {
		await caught((await signIn("secured", { privilege: { kind: "sudo" } })).run("id", T), "privilege.password-needed");
	});

	it("wants a terminal where requiretty is set", async () => {
		await caught((await signIn("needtty")).run("id", T), "privilege.requires-tty", [PASSWORD]);
	});

	it("is not root's own login", async () => {
		await caught((await signIn("secured", root)).run("id", T), "privilege.not-root");
	});

	it("may be missing", async () => {
		const session = await signIn("root", root);
		await session.run("mv /usr/bin/sudo /usr/bin/sudo.away", T);
		try {
			await caught((await signIn("secured")).run("id", T), "privilege.sudo-missing", [PASSWORD]);
		} finally {
			await session.run("mv /usr/bin/sudo.away /usr/bin/sudo", T);
		}
	});
});
