import type { SshErrorCode } from "./errors.ts";

/**
 * What sudo says under LC_ALL=C when it does not start the command, by version (1.8 and 1.9 plugins/sudoers, sudo-rs 0.2), most
 * telling first: a refusal follows after the password, so "no password" and "try again" come last.
 */
const MESSAGES: readonly (readonly [RegExp, SshErrorCode])[] = [
	[/must have a tty|no tty present|a terminal is required/i, "privilege.requires-tty"],
	[
		/account or password is expired|password (has )?expired|password change required|required to change your password|account expired/i,
		"privilege.password-expired",
	],
	[
		/is not in the sudoers file|may not run sudo|is not allowed to (execute|run)|not allowed to run sudo|i'm afraid i can't do that/i,
		"privilege.not-in-sudoers",
	],
	[
		/incorrect password attempt|sorry, try again|authentication failed|incorrect authentication attempt|maximum \d+ incorrect/i,
		"privilege.wrong-password",
	],
	[
		/a password is required|password is required to run sudo|no password was provided|interactive authentication is required/i,
		"privilege.password-needed",
	],
	[/sudo: (command )?not found|sudo: no such file/i, "privilege.sudo-missing"],
];

/** Why sudo did not start the shell, from its stderr. `privilege.refused` when its words are not known. */
export function sudoFailure(stderr: string): SshErrorCode {
	return MESSAGES.find(([pattern]) => pattern.test(stderr))?.[1] ?? "privilege.refused";
}

/**
 * sudo goes on to have the password changed, which nobody here can answer. Its prompt for the old one differs by version (1.9.13
 * shows its own, unexpanded), so its message counts as well as the prompt.
 */
export function asksForNewPassword(stderr: string): boolean {
	return /password is expired, reset your password|(current|new|old)( unix)? password: ?$|\(current\) unix password: ?$/i.test(stderr);
}

/** sshd lets an expired account in only to change its password, which needs a terminal. */
export function loginPasswordExpired(output: string): boolean {
	return /password change required but no tty|your password has expired|required to change your password/i.test(output);
}
