import { describe, expect, it } from "vitest";
import { connect } from "./connect.ts";
import type { SshErrorCode } from "./errors.ts";
import { caught } from "./testing/caught.ts";
import { open, PASSWORD, SUDO, say, T, withSudo } from "./testing/node.ts";

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
