import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { connect } from "./connect.ts";
import type { SshErrorCode } from "./errors.ts";
import type { NodeSession, SshTarget } from "./session.ts";
import { caught } from "./testing/caught.ts";
import { TestServer, type TestServerOptions } from "./testing/server.ts";

const T = { timeoutMs: 15_000 };
const PASSWORD = "S3cret pä$$'w0rd";
const SUDO: Partial<SshTarget> = { privilege: { kind: "sudo", password: PASSWORD } };
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function open(options: TestServerOptions = {}, change: Partial<SshTarget> = {}): Promise<{ server: TestServer; node: NodeSession }> {
	const server = await TestServer.start(options);
	cleanups.push(() => server.stop());
	const node = await connect(server.target(change), T);
	cleanups.push(() => node.close());
	return { server, node };
}

const withSudo = (mode: string, change: Partial<SshTarget> = SUDO, options: TestServerOptions = {}) =>
	open({ ...options, env: { SUDO_MODE: mode, SUDO_PASSWORD: PASSWORD, FAKE_UID: "1000", ...options.env } }, change);

async function say(node: NodeSession, script: string): Promise<string> {
	const { exitCode, stdout, stderr } = await node.run(script, T);
	expect([exitCode, stderr]).toEqual([0, ""]);
	return stdout.toString();
}

/** Every sh at hand: they differ in how far they read ahead, which is what the opening is about. */
const SHELLS = [["dash"], ["bash"], ["busybox", "sh"]].flatMap(([name = "", ...applet]) => {
	const path = ["/usr/bin/", "/bin/"].map((dir) => dir + name).find((one) => existsSync(one));
	return path ? [{ name, shell: [path, ...applet] }] : [];
});

describe.each(SHELLS)("a script in $name", ({ shell }) => {
	describe.each([
		["as root", {}, "nopasswd"],
		["through sudo with a password", SUDO, "password"],
		["through sudo that does not ask", SUDO, "nopasswd"],
		["through sudo without a password", { privilege: { kind: "sudo" } }, "nopasswd"],
	] as const)("%s", (_how, change, mode) => {
		const start = () => withSudo(mode, change, { shell, env: { FAKE_UID: change === SUDO || "privilege" in change ? "1000" : "0" } });

		it("gives back both streams and the exit status", async () => {
			const { node } = await start();
			const result = await node.run("echo out; echo err >&2; exit 3", T);
			expect([result.exitCode, result.stdout.toString(), result.stderr]).toEqual([3, "out\n", "err\n"]);
			expect(result.durationMs).toBeGreaterThanOrEqual(0);
		});

		it("is not eaten by its own commands", async () => {
			const { node } = await start();
			expect(await say(node, "cat\nread -r x || echo empty\necho after")).toBe("empty\nafter\n");
		});

		it("may be long, and arrives unchanged", async () => {
			const { node } = await start();
			const text = Array.from({ length: 20_000 }, (_, n) => `line ${n} 'quoted' $dollar \\ back`).join("\n");
			const sum = createHash("sha256").update(`${text}\n`).digest("hex");
			expect((await say(node, `sha256sum <<'END'\n${text}\nEND`)).slice(0, 64)).toBe(sum);
		});
	});

	it("does nothing at all when the connection breaks while it is sent", async () => {
		const { server, node } = await open({ shell, cutAfterBytes: 300_000 });
		const mark = join(server.dir, "mark");
		const error = await caught(node.run(`touch ${mark}\n${"# a long comment\n".repeat(100_000)}`, T), "connection.closed");
		expect(error.maybeRan).toBe(true);
		await expect.poll(() => server.running, { timeout: 5_000 }).toBe(0);
		expect(existsSync(mark)).toBe(false);
	});

	it("does nothing at all when it cannot be read", async () => {
		const { server, node } = await open({ shell });
		const mark = join(server.dir, "mark");
		const result = await node.run(`touch ${mark}\nif then`, T);
		expect(result.exitCode).not.toBe(0);
		expect(existsSync(mark)).toBe(false);
	});

	it("runs in a known environment", async () => {
		const { node } = await open({ shell, env: { LC_ALL: "de_DE.UTF-8", FAKE_UID: "0" } });
		expect((await say(node, 'echo "$LC_ALL"; pwd; umask; echo "$PATH"')).split("\n").slice(0, 3)).toEqual(["C", "/", "0022"]);
	});

	it("keeps the status of its last command, of a comment, of a line that goes on", async () => {
		const { node } = await open({ shell });
		expect((await node.run("false", T)).exitCode).toBe(1);
		expect((await node.run("", T)).exitCode).toBe(0);
		expect((await node.run("true # the end", T)).exitCode).toBe(0);
		expect((await node.run("(exit 7)\n# nothing", T)).exitCode).toBe(7);
	});
});

describe("privilege", () => {
	it("sends the password only after sudo has asked, never as a command, and keeps it out of everything", async () => {
		const { server, node } = await withSudo("password");
		const result = await node.run("cat; echo done; env; echo complaint >&2", T);
		expect(result.exitCode).toBe(0);
		expect(`${result.stdout}${result.stderr}`).not.toContain(PASSWORD);
		expect(result.stderr).toBe("complaint\n");
		expect(server.commands).toEqual(["sh"]);
		expect(server.received[0]).not.toContain(Buffer.from(PASSWORD).toString("latin1"));
		expect(Buffer.from(server.received[1] ?? "", "latin1").toString()).toBe(`${PASSWORD}\n`);
	});

	it("sends no password to a sudo that does not ask", async () => {
		const { server, node } = await withSudo("nopasswd");
		expect(await say(node, "id -u")).toBe("0\n");
		expect(server.received.join("")).not.toContain(Buffer.from(PASSWORD).toString("latin1"));
	});

	it("throws a password away that sudo asked for and left unread", async () => {
		const { node } = await withSudo("unread");
		const result = await node.run("echo clean", T);
		expect([result.exitCode, result.stdout.toString(), result.stderr]).toEqual([0, "clean\n", ""]);
	});

	it("takes a script's own words off no stream but the secret ones", async () => {
		const { node } = await withSudo("nopasswd");
		const { stderr } = await node.run(`printf '%s\\n' "leak: ${PASSWORD.replaceAll("$", "\\$")}" >&2`, T);
		expect(stderr).toBe("leak: [secret]\n");
	});

	it("copes with a sudo that talks first", async () => {
		const { node } = await withSudo("chatty");
		const result = await node.run("echo out; echo err >&2", T);
		expect([result.stdout.toString(), result.stderr]).toEqual(["out\n", "err\n"]);
	});

	it.each<[string, SshErrorCode]>([
		["not-in-sudoers", "privilege.not-in-sudoers"],
		["not-allowed", "privilege.not-in-sudoers"],
		["requiretty", "privilege.requires-tty"],
		["expired", "privilege.password-expired"],
		["account-expired", "privilege.password-expired"],
		["nosuid", "privilege.refused"],
		["rs-denied", "privilege.not-in-sudoers"],
	])("tells why sudo refuses: %s", async (mode, code) => {
		const { node } = await withSudo(mode);
		const error = await caught(node.run("touch /never", T), code, [PASSWORD]);
		expect(error.maybeRan).toBe(false);
		expect(error.values.evidence).not.toContain("gantry-");
	});

	it.each(["password", "once", "rs-password"])("tells a wrong password, and does not offer it twice: %s", async (mode) => {
		const wrong = "Wr0ng-Pass";
		const { server, node } = await withSudo(mode, { privilege: { kind: "sudo", password: wrong } });
		const first = caught(node.run("id", T), "privilege.wrong-password", [wrong]);
		const second = caught(node.run("id", T), "privilege.wrong-password", [wrong]);
		expect((await first).maybeRan).toBe(false);
		await second;
		await caught(node.run("id", T), "privilege.wrong-password");
		expect(server.received.filter((bytes) => bytes.includes(wrong))).toHaveLength(1);
		expect((await node.run("echo still here", { ...T, privileged: false })).stdout.toString()).toBe("still here\n");
	});

	it.each(["password", "rs-password"])("needs a password where sudo wants one: %s", async (mode) => {
		const { node } = await withSudo(mode, { privilege: { kind: "sudo" } });
		await caught(node.run("id", T), "privilege.password-needed");
	});

	it("answers no prompt but sudo's own", async () => {
		const { server, node } = await withSudo("foreign-prompt");
		const error = await caught(node.run("id", { timeoutMs: 3_000 }), "privilege.prompt-unknown", [PASSWORD]);
		expect(error.values.evidence).toBe("One-time code:");
		expect(server.received).toHaveLength(1);
	});

	it("gives up on a sudo that says nothing", async () => {
		const { node } = await withSudo("silent");
		expect((await caught(node.run("id", { timeoutMs: 300 }), "timeout.shell")).maybeRan).toBe(false);
	});

	it("notices that sudo is not installed", async () => {
		const { node } = await open({ sudo: false, env: { FAKE_UID: "1000" } }, SUDO);
		await caught(node.run("id", T), "privilege.sudo-missing", [PASSWORD]);
	});

	it("notices that the login user is not root", async () => {
		const { server, node } = await open({ env: { FAKE_UID: "1000" } });
		const error = await caught(node.run("touch /never", T), "privilege.not-root");
		expect(error.values.uid).toBe("1000");
		expect(server.received.join("")).not.toContain("never");
	});

	it("is left aside where a script needs none", async () => {
		const { server, node } = await withSudo("password");
		expect((await node.run("id -u", { ...T, privileged: false })).stdout.toString()).toBe("1000\n");
		expect(server.received.join("")).not.toContain("sudo");
	});

	it("refuses a password that would end its line", async () => {
		const { server } = await open();
		await expect(connect(server.target({ privilege: { kind: "sudo", password: "a\nreboot" } }), T)).rejects.toThrow(RangeError);
	});
});

describe("a login that is not a shell", () => {
	it.each([
		["nologin", "echo 'This account is currently not available.'; exit 1", "This account is currently not available."],
		["a banner on stdout", "echo 'Authorised use only!'; exec sh", "Authorised use only!"],
		["a forced command", "echo menu; cat >/dev/null", "menu"],
		["one that ends at once", "echo 'no exec here' >&2; exit 254", "no exec here"],
	])("%s", async (_what, program, said) => {
		const { server, node } = await withSudo("password", SUDO, { loginShell: () => ["/bin/sh", "-c", program] });
		const error = await caught(node.run("touch /never", T), "not-a-shell", [PASSWORD]);
		expect(error.values.evidence).toBe(said);
		expect(error.maybeRan).toBe(false);
		const sent = server.received.join("");
		expect(sent).not.toContain("never");
		expect(sent).not.toContain(Buffer.from(PASSWORD).toString("latin1"));
	});

	it("shows 200 bytes of evidence, no more", async () => {
		const { node } = await open({ loginShell: () => ["/bin/sh", "-c", "yes no | head -c 100000"] });
		const error = await caught(node.run("id", T), "not-a-shell");
		expect(Buffer.byteLength(String(error.values.evidence))).toBeLessThanOrEqual(200);
	});

	it("because the login password has expired", async () => {
		const program = "echo 'WARNING: Your password has expired.' >&2; echo 'Password change required but no TTY available.' >&2; exit 1";
		const { node } = await open({ loginShell: () => ["/bin/sh", "-c", program] });
		await caught(node.run("id", T), "authentication.password-expired");
	});

	it("and says nothing", async () => {
		const { node } = await open({ loginShell: () => ["/bin/sh", "-c", "read -r line; sleep 60"] });
		await caught(node.run("id", { timeoutMs: 300 }), "timeout.shell");
	});
});

describe("what a script says", () => {
	it("comes byte for byte, as it comes", async () => {
		const { node } = await open();
		const chunks: Buffer[] = [];
		const result = await node.run("head -c 20000000 /dev/zero | tr '\\0' x; printf '\\377\\000end'", {
			...T,
			onStdout: (bytes) => void chunks.push(bytes),
		});
		const all = Buffer.concat(chunks);
		expect([result.exitCode, result.stdout.length, all.length]).toEqual([0, 0, 20_000_005]);
		expect(all.subarray(-5)).toEqual(Buffer.from([0xff, 0, 0x65, 0x6e, 0x64]));
	});

	it("waits for a slow reader: the node is held up, not our memory", async () => {
		const { server, node } = await open();
		const progress = join(server.dir, "progress");
		let go: () => void = () => {};
		const gate = new Promise<void>((resolve) => {
			go = resolve;
		});
		let first = true;
		let bytes = 0;
		const script = `i=0; while [ $i -lt 64 ]; do head -c 1048576 /dev/zero; i=$((i+1)); echo $i >${progress}; done`;
		const running = node.run(script, {
			...T,
			onStdout: (chunk) => {
				bytes += chunk.length;
				if (!first) return Promise.resolve();
				first = false;
				return gate;
			},
		});
		// Until the writer is stuck: its progress no longer changes.
		let seen = "";
		for (let same = 0; same < 5; ) {
			await new Promise((resolve) => setTimeout(resolve, 50));
			const now = existsSync(progress) ? readFileSync(progress, "utf8") : "";
			same = now === seen ? same + 1 : 0;
			seen = now;
		}
		expect(Number(seen)).toBeLessThan(32);
		go();
		expect((await running).exitCode).toBe(0);
		expect(bytes).toBe(64 * 1_048_576);
	});

	it("may not be more than the limit", async () => {
		const { node } = await open();
		const error = await caught(node.run("yes", { ...T, maxOutputBytes: 10_000 }), "output.too-large");
		expect(error.values).toMatchObject({ stream: "stdout", maxBytes: 10_000 });
		expect((await caught(node.run("yes >&2", { ...T, maxOutputBytes: 10_000 }), "output.too-large")).values.stream).toBe("stderr");
		await caught(node.run("yes", T), "output.too-large");
	});

	it("is not lost when its reader throws: the error is the reader's own", async () => {
		const { node } = await open();
		const onStdout = () => {
			throw new TypeError("reader");
		};
		await expect(node.run("echo x; sleep 60", { ...T, onStdout })).rejects.toThrow(TypeError);
		await expect(node.run("echo x; sleep 60", { ...T, onStdout: () => Promise.reject(new TypeError("later")) })).rejects.toThrow(TypeError);
	});

	it("is not waited for when only a left-over process holds the stream", async () => {
		const { node } = await open();
		const result = await node.run("sleep 60 & echo started", T);
		expect([result.exitCode, result.stdout.toString()]).toEqual([0, "started\n"]);
	});
});

describe("a script that does not end well", () => {
	it("by a signal", async () => {
		const { node } = await open();
		const error = await caught(node.run("echo dying >&2; kill -KILL $$", T), "exit.signal");
		expect(error.values).toMatchObject({ signal: "SIGKILL", stderr: "dying" });
		expect(error.maybeRan).toBe(true);
	});

	it("by the time limit, after which the session goes on", async () => {
		const { node } = await open();
		const error = await caught(node.run("exec sleep 60", { timeoutMs: 3_000 }), "timeout.script");
		expect(error.maybeRan).toBe(true);
		expect((await node.run("echo next", T)).stdout.toString()).toBe("next\n");
	});

	it("by its caller", async () => {
		const { server, node } = await open();
		const stop = new AbortController();
		await caught(node.run("echo on; exec sleep 60", { ...T, signal: stop.signal, onStdout: () => stop.abort() }), "aborted");
		const before = server.commands.length;
		await caught(node.run("id", { ...T, signal: stop.signal }), "aborted");
		await caught(node.upload("/tmp/never", Buffer.from("x"), { ...T, mode: "0600", signal: stop.signal }), "aborted");
		expect(server.commands.slice(before).length).toBeLessThanOrEqual(1);
	});

	it("by the loss of the connection, after which nothing more is possible", async () => {
		const { server, node } = await open();
		const error = await caught(node.run("echo on; exec sleep 60", { ...T, onStdout: () => server.cut() }), "connection.closed");
		expect([error.maybeRan, error.retryable, node.open]).toEqual([true, true, false]);
		expect((await caught(node.run("id", T), "connection.closed")).maybeRan).toBe(false);
	});

	it("by the end of its session", async () => {
		const { node } = await open();
		await caught(node.run("echo on; exec sleep 60", { ...T, onStdout: () => node.close() }), "connection.closed");
		expect(node.open).toBe(false);
	});
});

describe("many scripts at once", () => {
	it("share the connection, eight at a time", async () => {
		const { server, node } = await open();
		const results = await Promise.all(Array.from({ length: 30 }, (_, n) => node.run(`echo ${n}`, T)));
		expect(results.map((result) => Number(result.stdout.toString()))).toEqual(Array.from({ length: 30 }, (_, n) => n));
		expect([server.connections, server.peak]).toEqual([1, 8]);
	});

	it("make do with fewer where the server allows fewer", async () => {
		const { server, node } = await open({ maxSessions: 2 });
		const results = await Promise.all(Array.from({ length: 12 }, (_, n) => node.run(`echo ${n}`, T)));
		expect(results.map((result) => Number(result.stdout.toString()))).toEqual(Array.from({ length: 12 }, (_, n) => n));
		expect(server.peak).toBe(2);
	});

	it("end with an error where it allows none", async () => {
		const { node } = await open({ maxSessions: 0 });
		await caught(node.run("id", T), "connection.channel-refused");
	});
});

describe("upload", () => {
	it.each([0, 1, 720 * 1024, 720 * 1024 + 1, 2_000_003])("writes %i bytes as they are", async (size) => {
		const { server, node } = await withSudo("password");
		const bytes = Buffer.from(Array.from({ length: size }, (_, n) => (n * 7 + (n >> 8)) & 0xff));
		const path = join(server.dir, "it's a $file");
		await node.upload(path, bytes, { ...T, mode: "0640" });
		expect(readFileSync(path).equals(bytes)).toBe(true);
		expect(statSync(path).mode & 0o7777).toBe(0o640);
		expect(parts(server)).toEqual([]);
	});

	it.each(SHELLS)("works in $name", async ({ shell }) => {
		const { server, node } = await open({ shell });
		const path = join(server.dir, "target");
		writeFileSync(path, "old");
		await node.upload(path, Buffer.from("new\n"), { ...T, mode: "600" });
		expect([readFileSync(path, "utf8"), statSync(path).mode & 0o7777]).toEqual(["new\n", 0o600]);
	});

	it("says that the folder is missing, or the target one", async () => {
		const { server, node } = await open();
		const error = await caught(node.upload(join(server.dir, "no/file"), Buffer.from("x"), { ...T, mode: "0600" }), "upload.no-directory");
		expect(error.values.path).toBe(join(server.dir, "no/file"));
		mkdirSync(join(server.dir, "folder"));
		await caught(node.upload(join(server.dir, "folder"), Buffer.from("x"), { ...T, mode: "0600" }), "upload.failed");
	});

	it("leaves the target and no part behind when the bytes change on the way", async () => {
		const { server, node } = await open();
		const path = join(server.dir, "target");
		writeFileSync(path, "old");
		writeFileSync(join(server.dir, "bin", "base64"), "#!/bin/sh\necho tampered\n", { mode: 0o755 });
		await caught(node.upload(path, Buffer.from("new"), { ...T, mode: "0600" }), "upload.checksum");
		expect([readFileSync(path, "utf8"), parts(server)]).toEqual(["old", []]);
	});

	it("says that there is no space", async () => {
		const { server, node } = await open();
		writeFileSync(join(server.dir, "bin", "base64"), "#!/bin/sh\nexec cat /dev/zero >/dev/full\n", { mode: 0o755 });
		const error = await caught(node.upload(join(server.dir, "target"), Buffer.from("x"), { ...T, mode: "0600" }), "upload.no-space");
		expect(error.values.stderr).toContain("No space left");
	});

	it("takes plain absolute paths and octal modes only", async () => {
		const { node } = await open();
		for (const path of ["relative", "/a/../b", "/a/", "/a//b", ""]) {
			await expect(node.upload(path, Buffer.from("x"), { ...T, mode: "0600" })).rejects.toThrow(RangeError);
		}
		await expect(node.upload("/tmp/x", Buffer.from("x"), { ...T, mode: "u+s; reboot" })).rejects.toThrow(RangeError);
	});

	it("ends with its own time limit", async () => {
		const { server, node } = await open();
		writeFileSync(join(server.dir, "bin", "base64"), "#!/bin/sh\nexec sleep 60\n", { mode: 0o755 });
		await caught(node.upload(join(server.dir, "target"), Buffer.from("x"), { timeoutMs: 3_000, mode: "0600" }), "timeout.script");
		await expect.poll(() => parts(server)).toEqual([]);
	});
});

function parts(server: TestServer): string[] {
	return execFileSync("find", [server.dir, "-name", ".gantry-part-*"], { encoding: "utf8" }).split("\n").filter(Boolean);
}
