/**
 * How a script reaches a root shell (safety rule 14). The SSH command is `sh` and nothing else, a plain word to every login shell.
 *
 *   we → `sh`     one line: environment, `printf HELLO`, `exec sh -c INNER` or `exec sudo -S -p PROMPT … sh -c INNER`
 *   node → us     stdout HELLO, as the very first output                  else: not a shell (nologin, ForceCommand, a banner)
 *   node → us     stderr PROMPT, if sudo asks                             then, and only then: the password
 *   node → us     stderr FENCE, stdout `READY <uid>`                      INNER runs
 *   we → INNER    the line GO, then the script, then end of file
 *
 * Nothing is sent ahead of its question, so no shell can read ahead into what is not meant for it (dash and busybox read blocks of
 * 8 KiB), and a password never goes to a sudo that did not ask. INNER discards every line up to GO all the same, so a password that
 * sudo left unread cannot become a command. `read` takes single bytes, so `cat` finds the whole script after it, and `eval` has it
 * in one piece: bash would read a script from a pipe byte by byte, seven times slower for an upload.
 * What stood on stderr before FENCE (sudo's lecture, its prompt, warnings of the login shell) is not the script's and is left out.
 */
import { randomBytes } from "node:crypto";
import { quote } from "../plan/shell/quote.ts";

/** The only SSH command ever sent. */
export const SSH_COMMAND = "sh";

/** umask 022, as a root login has it: what scripts and package tools create stays readable. Uploads set their own. */
const ENVIRONMENT = "LC_ALL=C; PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export LC_ALL PATH; umask 022; cd /";

export type Elevation = "none" | "sudo" | "sudo-with-password";

export interface Bootstrap {
	/** The one line for the outer `sh`. */
	line: string;
	/** Line on stdout that proves a shell. */
	hello: string;
	/** Line on stdout in place of `hello` when sudo is not installed. */
	noSudo: string;
	/** What sudo prints on stderr, without a line end, when it wants the password. */
	prompt: string;
	/** Line on stderr before which nothing belongs to the script. */
	fence: string;
	/** Start of the line on stdout that carries the shell's user id. */
	ready: string;
	/** The line that ends the discarding. */
	go: string;
}

/** Fresh names for one exchange, and the line that starts it. `nonce` is for tests: hexadecimal digits. */
export function bootstrap(elevation: Elevation, nonce: string = randomBytes(12).toString("hex")): Bootstrap {
	if (!/^[0-9a-f]{8,64}$/.test(nonce)) throw new RangeError("a nonce is 8 to 64 hexadecimal digits");
	const names = {
		hello: `gantry-hello-${nonce}`,
		noSudo: `gantry-no-sudo-${nonce}`,
		prompt: `gantry-password-${nonce}:`,
		fence: `gantry-fence-${nonce}`,
		ready: `gantry-ready-${nonce}`,
		go: `gantry-go-${nonce}`,
	};
	const inner = [
		ENVIRONMENT,
		`printf '%s\\n' ${names.fence} >&2`,
		`printf '%s %s\\n' ${names.ready} "$(id -u)"`,
		`while IFS= read -r l; do case $l in ${names.go}) eval "$(cat)"; exit;; esac; done`,
		"exit 96",
	].join("; ");
	const shell = `sh -c ${quote(inner)}`;
	const hello = `printf '%s\\n' ${names.hello}`;
	const lines: Record<Elevation, string> = {
		none: `${hello}; exec ${shell}`,
		// -n: without a password to give, sudo must fail and not ask.
		sudo: `${findSudo(names.noSudo)}; ${hello}; exec sudo -n -u root ${shell}`,
		"sudo-with-password": `${findSudo(names.noSudo)}; ${hello}; exec sudo -S -p ${quote(names.prompt)} -u root ${shell}`,
	};
	return { ...names, line: `${ENVIRONMENT}; ${lines[elevation]}\n` };
}

function findSudo(noSudo: string): string {
	return `command -v sudo >/dev/null 2>&1 || { printf '%s\\n' ${noSudo}; exit 127; }`;
}

/**
 * The script as it is sent. Within `{ … }` a shell reads everything before it runs anything: a connection lost half-way leaves a
 * syntax error and not half of the script's effects. `</dev/null` keeps the script's commands from eating what follows; the exit
 * status is the script's own.
 */
export function wrapScript(script: string): string {
	if (script.includes("\0")) throw new RangeError("a script cannot hold NUL");
	return `{\n:\n${script}\n} </dev/null; exit $?\n`;
}
