import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A stand-in for sudo that says what sudo says. SUDO_MODE: nopasswd, password, once, not-in-sudoers, not-allowed, requiretty,
 * expired, account-expired, chatty, unread (asks and leaves the password on stdin), foreign-prompt, silent, nosuid, rs-password, rs-denied.
 * SUDO_PASSWORD: what it accepts. Messages are those of sudo 1.8.23, 1.9.13 and sudo-rs 0.2 in the C locale.
 */
const SUDO = `#!/bin/sh
n=; p='[sudo] password for ops: '
while :; do
	case $1 in
		-n) n=1; shift ;;
		-S) shift ;;
		-p) p=$2; shift 2 ;;
		-u) shift 2 ;;
		*) break ;;
	esac
done
try() {
	printf '%s' "$p" >&2
	IFS= read -r pw || { printf '\\nsudo: no password was provided\\n' >&2; exit 1; }
	[ "$pw" = "$SUDO_PASSWORD" ]
}
no_password() { [ -z "$n" ] || { echo 'sudo: a password is required' >&2; exit 1; }; }
case $SUDO_MODE in
	nopasswd) ;;
	password)
		no_password
		printf '\\nWe trust you have received the usual lecture from the local System Administrator.\\n\\n' >&2
		try || { echo 'Sorry, try again.' >&2; try || { echo 'Sorry, try again.' >&2; try; } || { echo 'sudo: 3 incorrect password attempts' >&2; exit 1; }; } ;;
	once) no_password; try || { echo 'sudo: 1 incorrect password attempt' >&2; exit 1; } ;;
	not-in-sudoers) no_password; try; echo 'ops is not in the sudoers file.  This incident will be reported.' >&2; exit 1 ;;
	not-allowed) echo "Sorry, user ops is not allowed to execute '/bin/sh -c x' as root on node1." >&2; exit 1 ;;
	requiretty) echo 'sudo: sorry, you must have a tty to run sudo' >&2; exit 1 ;;
	expired)
		no_password; try
		echo 'sudo: Account or password is expired, reset your password and try again' >&2
		printf 'Changing password for ops.\\nCurrent password: ' >&2
		read -r pw; echo "sudo: unable to change expired password: Authentication token manipulation error" >&2; exit 1 ;;
	account-expired) echo 'sudo: Account expired or PAM config lacks an "account" section for sudo, contact your system administrator' >&2; exit 1 ;;
	unread) printf '%s' "$p" >&2 ;;
	foreign-prompt) printf 'One-time code: ' >&2; read -r code; exit 1 ;;
	silent) read -r nothing; exit 1 ;;
	chatty) echo 'Your password will expire in 3 days'; echo 'sudo: unable to resolve host node1: Name or service not known' >&2 ;;
	rs-password) [ -z "$n" ] || { echo 'sudo: interactive authentication is required' >&2; exit 1; }; p="[sudo: $p] Password: "; try || { echo 'sudo: Authentication failed, try again.' >&2; try || exit 1; } ;;
	rs-denied) echo "sudo: I'm sorry ops. I'm afraid I can't do that" >&2; exit 1 ;;
	nosuid) echo 'sudo: effective uid is not 0, is /usr/bin/sudo on a file system with the nosuid option set?' >&2; exit 1 ;;
esac
unset SUDO_PASSWORD
FAKE_UID=0; export FAKE_UID
exec "$@"
`;

/** The login user's id, without being that user. */
const ID = `#!/bin/sh
[ "$1" = -u ] || exec /usr/bin/id "$@"
echo "$FAKE_UID"
`;

/** Fills a folder that goes in front of PATH: sudo, id and the \`sh\` to test. */
export function installStandIns(dir: string, options: { sudo: boolean; shell: readonly string[] }): void {
	mkdirSync(dir, { recursive: true });
	if (options.sudo) executable(join(dir, "sudo"), SUDO);
	executable(join(dir, "id"), ID);
	const [program = "/bin/sh", ...applet] = options.shell;
	if (applet.length === 0) symlinkSync(program, join(dir, "sh"));
	else executable(join(dir, "sh"), `#!/bin/sh\nexec ${program} ${applet.join(" ")} "$@"\n`);
}

function executable(path: string, text: string): void {
	writeFileSync(path, text);
	chmodSync(path, 0o755);
}
