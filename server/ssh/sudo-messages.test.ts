import { describe, expect, it } from "vitest";
import { asksForNewPassword, loginPasswordExpired, sudoFailure } from "./sudo-messages.ts";

describe("sudoFailure", () => {
	it.each([
		// sudo 1.8.23, as CentOS 7 has it
		["sudo: sorry, you must have a tty to run sudo\n", "privilege.requires-tty"],
		["sudo: no tty present and no askpass program specified\n", "privilege.requires-tty"],
		["ops is not in the sudoers file.  This incident will be reported.\n", "privilege.not-in-sudoers"],
		["Sorry, user ops is not allowed to execute '/bin/sh -c x' as root on node1.\n", "privilege.not-in-sudoers"],
		["Sorry, user ops may not run sudo on node1.\n", "privilege.not-in-sudoers"],
		["sudo: a password is required\n", "privilege.password-needed"],
		["Sorry, try again.\nsudo: 3 incorrect password attempts\n", "privilege.wrong-password"],
		["Sorry, try again.\n\nsudo: no password was provided\nsudo: 1 incorrect password attempt\n", "privilege.wrong-password"],
		// 1.9.13
		[
			"sudo: a terminal is required to read the password; either use the -S option to read from standard input or configure an askpass helper\n",
			"privilege.requires-tty",
		],
		["sudo: Account or password is expired, reset your password and try again\n", "privilege.password-expired"],
		[
			'sudo: Account expired or PAM config lacks an "account" section for sudo, contact your system administrator\n',
			"privilege.password-expired",
		],
		["ops is not in the sudoers file.\nThis incident has been reported to the administrator.\n", "privilege.not-in-sudoers"],
		// sudo-rs
		["sudo: interactive authentication is required\n", "privilege.password-needed"],
		["sudo: I'm sorry ops. I'm afraid I can't do that\n", "privilege.not-in-sudoers"],
		["sudo: Authentication failed, try again.\nsudo: maximum 3 incorrect authentication attempts\n", "privilege.wrong-password"],
		// neither
		["sudo: effective uid is not 0, is sudo installed setuid root?\n", "privilege.refused"],
		["", "privilege.refused"],
	])("%j is %s", (text, code) => {
		expect(sudoFailure(text)).toBe(code);
	});
});

describe("prompts for a new password", () => {
	it("are seen at the end of what was said, whatever sudo's version asks with", () => {
		expect(asksForNewPassword("Changing password for ops.\n(current) UNIX password: ")).toBe(true);
		expect(asksForNewPassword("Current password: ")).toBe(true);
		expect(asksForNewPassword("New password: ")).toBe(true);
		expect(asksForNewPassword("sudo: Account or password is expired, reset your password and try again\n[sudo] password for %p")).toBe(
			true,
		);
		expect(asksForNewPassword("gantry-password-00:")).toBe(false);
		expect(asksForNewPassword("New password: \nok\n")).toBe(false);
	});

	it("at login come as a message, for there is no terminal", () => {
		expect(loginPasswordExpired("WARNING: Your password has expired.\nPassword change required but no TTY available.\n")).toBe(true);
		expect(loginPasswordExpired("Welcome")).toBe(false);
	});
});
