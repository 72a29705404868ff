import type { AnyAuthMethod, AuthenticationType, AuthHandlerMiddleware, KeyboardInteractiveCallback, ParsedKey, Prompt } from "ssh2";
import type { SshErrorCode, SshErrorPlace } from "./errors.ts";
import { loadPrivateKey } from "./private-key.ts";
import type { SshAuth, SshHop } from "./session.ts";

/** Prompts that ask for the login password, in the languages that PAM is shipped with and our users set. */
const PASSWORD_PROMPT = /passwor[dt]|passphrase|kennwort|mot de passe|contraseña|senha|пароль|密码|密碼|口令|パスワード|암호/i;
/** Prompts of a forced change: answering them would set a new password. */
const CHANGE_PROMPT = /(current|old|new|retype|re-enter|again).*passwor|\(current\)|password.*expired/i;

/** What the attempt came to, for the error when the server closes the door. */
export interface AuthOutcome {
	code: SshErrorCode;
	/** The credential has been shown. */
	tried: boolean;
	/** Methods that the server would still take. */
	offered: string;
	/** The prompt that we did not answer. */
	prompt?: string;
}

export interface Authenticator {
	handler: AuthHandlerMiddleware;
	outcome(): AuthOutcome;
	/** The server asks for a new password instead of letting us in. */
	passwordExpired(): void;
}

/**
 * Offers one credential, once: a wrong password is never tried by a second method, so that it counts as one failure on the
 * node. For a password the server is asked first which methods it takes; keyboard-interactive answers its password prompt only.
 * Throws SshError for a private key that cannot be read.
 */
export function authenticator(hop: SshHop, place: SshErrorPlace): Authenticator {
	const secret = hop.auth.kind === "key" ? loadPrivateKey(hop.auth.privateKey, hop.auth.passphrase, place) : hop.auth;
	const outcome: AuthOutcome = { code: "authentication.refused", offered: "", tried: false };
	let asked = false;

	const refusePrompt = (prompt: string) => {
		outcome.code = CHANGE_PROMPT.test(prompt) ? "authentication.password-expired" : "authentication.prompt-unknown";
		outcome.prompt = prompt.trim();
	};

	const next = (methods: AuthenticationType[] | null, partial: boolean | null): AnyAuthMethod | false => {
		if (methods) outcome.offered = methods.join(", ");
		if (partial && outcome.code === "authentication.refused") outcome.code = "authentication.more-required";
		if (outcome.tried) return false;
		if (isKey(secret)) {
			outcome.tried = true;
			return { type: "publickey", username: hop.user, key: secret };
		}
		if (!asked) {
			asked = true;
			return { type: "none", username: hop.user };
		}
		outcome.tried = true;
		if (methods?.includes("password")) return { type: "password", username: hop.user, password: secret.password };
		if (!methods?.includes("keyboard-interactive")) return false;
		return { type: "keyboard-interactive", username: hop.user, prompt: answerPassword(secret.password, refusePrompt) };
	};

	return {
		// ssh2 takes `false` for "nothing left", which its types leave out.
		handler: (methods, partial, callback) => callback(next(methods, partial) as AnyAuthMethod),
		outcome: () => outcome,
		passwordExpired: () => {
			outcome.code = "authentication.password-expired";
		},
	};
}

function isKey(secret: ParsedKey | SshAuth): secret is ParsedKey {
	return !("kind" in secret);
}

function answerPassword(password: string, refuse: (prompt: string) => void) {
	let answered = false;
	return (_name: string, _instructions: string, _lang: string, prompts: Prompt[], finish: KeyboardInteractiveCallback) => {
		const only = prompts.length === 1 ? prompts[0] : undefined;
		if (only && !answered && only.echo !== true && PASSWORD_PROMPT.test(only.prompt) && !CHANGE_PROMPT.test(only.prompt)) {
			answered = true;
			finish([password]);
			return;
		}
		// A second, equal prompt is PAM asking again after a wrong password: that stays "refused".
		if (!(answered && only && PASSWORD_PROMPT.test(only.prompt) && !CHANGE_PROMPT.test(only.prompt))) {
			refuse(prompts.map((one) => one.prompt).join(" | "));
		}
		finish(prompts.map(() => ""));
	};
}
