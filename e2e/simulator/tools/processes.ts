import { Errno } from "../kernel/errno.ts";
import type { OpenFile } from "../kernel/open-file.ts";
import { FileHandle } from "../kernel/open-file.ts";
import { Scope, signalNumber } from "../kernel/scope.ts";
import type { Invocation, Program } from "../machine/program.ts";
import { Shell } from "../shell/shell.ts";

/** `sh FILE args`, `sh -c WORDS name args`, or commands from stdin. */
export const sh: Program = async (call) => {
	const [first, second = "", ...rest] = call.args;
	if (first === undefined) return Shell.start(call.process, "sh", []).runStdin();
	if (first === "-c") {
		const [name = "sh", ...positional] = rest;
		return Shell.start(call.process, name, positional).run(second);
	}
	const path = call.process.resolve(first);
	const text = call.machine.fs.text(path);
	if (text === undefined) {
		await call.err(`sh: 0: cannot open ${first}: No such file\n`);
		return 2;
	}
	return Shell.start(call.process, first, call.args.slice(1)).run(text);
};

/** Builtins that are programs too. */
export const shellWord: Program = (call) => {
	const words = [call.name, ...call.args].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
	return Shell.start(call.process, call.name, []).run(words.join(" "));
};

export const sleep: Program = async (call) => {
	await call.process.sleep(Math.max(Number.parseFloat(call.args[0] ?? "0"), call.machine.leastSleepS));
	return 0;
};

export const timeout: Program = async (call) => {
	let signal = 15;
	let at = 0;
	for (; at < call.args.length; at++) {
		const word = call.args[at] ?? "";
		if (word === "-s") signal = signalNumber(call.args[++at] ?? "") ?? signal;
		else if (word === "-k") at++;
		else break;
	}
	const seconds = Number.parseFloat(call.args[at] ?? "");
	const limit = new Scope(call.process.scope);
	const timer = setTimeout(() => limit.kill(signal), (seconds * 1000) / call.process.pace);
	try {
		const status = await call.machine.spawn(call.process, call.args.slice(at + 1), { scope: limit });
		if (limit.signal === undefined || call.process.scope.signal !== undefined) return status;
		return signal === 9 ? 137 : 124;
	} finally {
		clearTimeout(timer);
		limit.release();
	}
};

/** Who holds flock(2) on which inode: the open file description does. */
const locks = new WeakMap<object, OpenFile>();

async function lock(call: Invocation, file: OpenFile, waitS: number | undefined): Promise<boolean> {
	if (!(file instanceof FileHandle)) throw new Errno("EBADF");
	const { inode } = file;
	const end = waitS === undefined ? Number.POSITIVE_INFINITY : call.machine.clock.uptime() + waitS;
	while (locks.has(inode) && locks.get(inode) !== file) {
		if (waitS === 0 || call.machine.clock.uptime() >= end) return false;
		await call.process.sleep(0.05);
	}
	locks.set(inode, file);
	file.onClosed.push(() => {
		if (locks.get(inode) === file) locks.delete(inode);
	});
	return true;
}

/** `flock [-n | -w S] [-o] FILE COMMAND…` and `flock [-n] FD`. */
export const flock: Program = async (call) => {
	let waitS: number | undefined;
	let closes = false;
	let at = 0;
	for (; at < call.args.length; at++) {
		const word = call.args[at] ?? "";
		if (word === "-n") waitS = 0;
		else if (word === "-w") waitS = Number(call.args[++at]);
		else if (word === "-o") closes = true;
		else break;
	}
	const [target = "", ...command] = call.args.slice(at);
	if (command.length === 0) return (await lock(call, call.process.file(Number(target)), waitS)) ? 0 : 1;
	const file = call.process.open(target, "append").acquire();
	try {
		if (!(await lock(call, file, waitS))) return 1;
		// Without -o the command and everything it starts would hold the lock too.
		const extra = closes ? undefined : file;
		// A process of its own: whoever ends it leaves the one that waits for it.
		const scope = new Scope(call.process.scope);
		try {
			return await call.machine.spawn(call.process, command, { scope, ...(extra ? { files: [[100, extra]] } : {}) });
		} finally {
			scope.release();
		}
	} finally {
		file.release();
	}
};

export const env: Program = async (call) => {
	await call.out([...call.process.env].map(([name, value]) => `${name}=${value}\n`).join(""));
	return 0;
};

export const id: Program = async (call) => {
	const { uid } = call.process;
	const user = call.machine.accounts.nameOf(uid);
	const [flag] = call.args;
	if (flag === "-u") await call.out(`${uid}\n`);
	else if (flag === "-un") await call.out(`${user}\n`);
	else await call.out(`uid=${uid}(${user}) gid=${uid}(${user}) groups=${uid}(${user})\n`);
	return 0;
};

export const uname: Program = async (call) => {
	const { profile, name } = call.machine;
	const [flag = "-s"] = call.args;
	const value =
		{ "-m": profile.arch, "-r": profile.kernel, "-n": name, "-s": "Linux" }[flag] ?? `Linux ${name} ${profile.kernel} ${profile.arch}`;
	await call.out(`${value}\n`);
	return 0;
};

export const date: Program = async (call) => {
	const now = new Date();
	const format = call.args.find((word) => word.startsWith("+"))?.slice(1) ?? "%a %b %e %H:%M:%S UTC %Y";
	const iso = now.toISOString();
	const parts: Record<string, string> = {
		s: String(Math.floor(now.getTime() / 1000)),
		Y: iso.slice(0, 4),
		m: iso.slice(5, 7),
		d: iso.slice(8, 10),
		e: String(now.getUTCDate()).padStart(2),
		H: iso.slice(11, 13),
		M: iso.slice(14, 16),
		S: iso.slice(17, 19),
		F: iso.slice(0, 10),
		T: iso.slice(11, 19),
		N: `${iso.slice(20, 23)}000000`,
		Z: "UTC",
		a: now.toUTCString().slice(0, 3),
		b: now.toUTCString().slice(8, 11),
	};
	await call.out(`${format.replaceAll(/%([A-Za-z])/g, (whole, verb: string) => parts[verb] ?? whole)}\n`);
	return 0;
};

export const hostname: Program = async (call) => {
	await call.out(`${call.machine.name}\n`);
	return 0;
};

/** sudo as a person meets it over SSH without a terminal: -n, -S, -p PROMPT, -u USER. */
export const sudo: Program = async (call) => {
	let quiet = false;
	let prompt = "[sudo] password: ";
	let at = 0;
	for (; at < call.args.length; at++) {
		const word = call.args[at] ?? "";
		if (word === "-n") quiet = true;
		else if (word === "-p") prompt = call.args[++at] ?? "";
		else if (word === "-u") at++;
		else if (word !== "-S") break;
	}
	const account = call.machine.accounts.byUid(call.process.uid);
	if (call.process.uid !== 0 && account?.expired) {
		return call.fail("Account or password is expired, reset your password and try again");
	}
	if (call.process.uid !== 0 && account?.sudo !== "without-password") {
		if (account?.sudo === undefined || account.sudo === "none") {
			if (quiet) return call.fail("a password is required");
			await call.err(prompt);
			await call.process.scope.race(call.process.file(0).readLine());
			await call.err(`${account?.user ?? "?"} is not in the sudoers file.  This incident will be reported.\n`);
			return 1;
		}
		if (quiet) return call.fail("a password is required");
		for (let attempt = 1; ; attempt++) {
			await call.err(prompt);
			const line = await call.process.scope.race(call.process.file(0).readLine());
			if (line.length === 0) return call.fail("no password was provided");
			if (line.toString("utf8").replace(/\n$/, "") === account.password) break;
			if (attempt === 3) return call.fail("3 incorrect password attempts");
			await call.err("Sorry, try again.\n");
		}
	}
	return call.machine.spawn(call.process, call.args.slice(at), { uid: 0 });
};
