import { ConfigError, config } from "../config.ts";
import { type Console, startConsole } from "../console.ts";
import { MigrationError } from "../db/migrate.ts";
import { keepClientAddress } from "./client-address.ts";
import { DataFolderError, DataFolderInUseError } from "./data-lock.ts";
import { SecretKeyError } from "./secret-key.ts";
import { dropStuckStreams } from "./stuck-streams.ts";

/** Whoever supervises the process kills it soon afterwards; Docker waits for 10 s. */
const STOP_LIMIT_MS = 5_000;

/** Starts the console with its process: signals end it in order, and what keeps it from starting is said in plain words. */
export async function boot(): Promise<void> {
	try {
		keepClientAddress(config().GANTRY_TRUSTED_PROXIES);
		dropStuckStreams();
		const console = await startConsole();
		stopOnSignals(console);
		if (console.firstSignIn) announce(console.firstSignIn, console.origins[0] ?? "");
	} catch (error) {
		const known = [ConfigError, DataFolderError, DataFolderInUseError, SecretKeyError, MigrationError].some(
			(kind) => error instanceof kind,
		);
		process.stderr.write(`${error instanceof Error ? (known ? error.message : error.stack) : String(error)}\n`);
		process.exit(1);
	}
}

/** Printed and not logged: logs are kept and sent around. */
function announce({ email, password }: { email: string; password: string }, origin: string): void {
	process.stdout.write(
		[
			"",
			"  The first administrator was made. This password is shown once:",
			`    address   ${origin}`,
			`    e-mail    ${email}`,
			`    password  ${password}`,
			"",
			"",
		].join("\n"),
	);
}

/** Next's own handlers (off by NEXT_MANUAL_SIG_HANDLE) wait for open event streams, which never end by themselves. */
function stopOnSignals(console: Console): void {
	let signals = 0;
	const onSignal = (signal: NodeJS.Signals) => {
		signals += 1;
		if (signals > 1) process.exit(1);
		console.log.info({ signal }, "the console stops");
		setTimeout(() => {
			console.log.error("the console did not stop in time");
			process.exit(1);
		}, STOP_LIMIT_MS).unref();
		console
			.stop()
			.then(() => process.exit(0))
			.catch((error: unknown) => {
				console.log.error({ err: error }, "the console did not stop in order");
				process.exit(1);
			});
	};
	process.on("SIGTERM", onSignal);
	process.on("SIGINT", onSignal);
}
