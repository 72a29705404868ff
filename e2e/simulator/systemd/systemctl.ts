import { Errno } from "../kernel/errno.ts";
import { signalNumber } from "../kernel/scope.ts";
import type { Invocation, Program } from "../machine/program.ts";
import { matches } from "../shell/pattern.ts";
import { UnitError } from "./manager.ts";
import { describe, enablement, showUnit } from "./properties.ts";
import type { Unit } from "./unit.ts";
import { readUnit, wordsOf } from "./unit-file.ts";

interface Words {
	verb: string;
	names: string[];
	properties: string[];
	flags: Set<string>;
	signal: number;
	root: string;
}

const VALUED = new Set(["-p", "--property", "-n", "--lines", "-s", "--signal", "-o", "-t", "--type"]);

function parse(args: readonly string[]): Words {
	const words: Words = { verb: "", names: [], properties: [], flags: new Set(), signal: 15, root: "" };
	for (let at = 0; at < args.length; at++) {
		const word = args[at] ?? "";
		if (VALUED.has(word)) {
			const value = args[++at] ?? "";
			if (word === "-p" || word === "--property") words.properties.push(...value.split(","));
			if (word === "-s" || word === "--signal") words.signal = signalNumber(value) ?? 15;
			continue;
		}
		if (word.startsWith("--root=")) words.root = word.slice(7);
		else if (word.startsWith("--property=")) words.properties.push(...word.slice(11).split(","));
		else if (word.startsWith("-")) words.flags.add(word);
		else if (words.verb === "") words.verb = word;
		else words.names.push(/\.[a-z]+$/.test(word) || word.includes("*") ? word : `${word}.service`);
	}
	return words;
}

const named = (call: Invocation, words: Words): Unit[] => words.names.map((name) => call.machine.units.unit(name));

type Verb = (call: Invocation, words: Words) => Promise<number>;

async function queue(call: Invocation, words: Words, type: "start" | "stop" | "restart"): Promise<number> {
	let status = 0;
	for (const unit of named(call, words)) {
		const { units } = call.machine;
		if (unit.definition.loadState === "not-found" && unit.activeState === "inactive") {
			await call.err(`Failed to ${type} ${unit.name}: Unit ${unit.name} not found.\n`);
			status = 5;
			continue;
		}
		if (unit.definition.loadState === "masked" && type !== "stop") {
			await call.err(`Failed to ${type} ${unit.name}: Unit ${unit.name} is masked.\n`);
			status = 1;
			continue;
		}
		if (call.machine.state === "stopping" && type !== "stop") {
			await call.err(`Failed to ${type} ${unit.name}: Transaction for ${unit.name}/start is destructive.\n`);
			status = 1;
			continue;
		}
		const job = units[type](unit.name);
		if (words.flags.has("--no-block")) continue;
		if (await call.process.scope.race(job.done)) continue;
		await call.err(`Job for ${unit.name} failed because the control process exited with error code.\n`);
		status = 1;
	}
	return status;
}

const show: Verb = async (call, words) => {
	const blocks = named(call, words).map((unit) => showUnit(call.machine.units, unit, words.properties));
	await call.out(blocks.join("\n"));
	return 0;
};

const isActive: Verb = async (call, words) => {
	const units = named(call, words);
	for (const unit of units) await call.out(`${unit.activeState}\n`);
	return units.some((unit) => unit.activeState === "active") ? 0 : 3;
};

const isEnabled: Verb = async (call, words) => {
	let status = 1;
	for (const unit of named(call, words)) {
		const state = enablement(call.machine.units, unit);
		if (state === "") await call.err(`Failed to get unit file state for ${unit.name}: No such file or directory\n`);
		else await call.out(`${state}\n`);
		if (state === "enabled" || state === "static") status = 0;
	}
	return status;
};

/** On the files; the manager need not run for it. */
async function link(call: Invocation, words: Words, on: boolean): Promise<number> {
	const { fs, profile } = call.machine;
	for (const name of words.names) {
		const definition = readUnit(fs, profile, name);
		if (definition.loadState !== "loaded") {
			await call.err(`Failed to ${words.verb} unit: Unit file ${name} does not exist.\n`);
			return 1;
		}
		for (const target of wordsOf(definition, "Install.WantedBy")) {
			const path = `/etc/systemd/system/${target}.wants/${name}`;
			if (on) fs.putLink(path, definition.fragmentPath);
			else if (fs.find(path, false)) fs.unlink(path);
		}
	}
	return 0;
}

const list: Verb = async (call, words) => {
	const { units } = call.machine;
	const chosen = units.all().filter((unit) => words.names.length === 0 || words.names.some((pattern) => matches(pattern, unit.name)));
	const shown = words.flags.has("--all") ? chosen : chosen.filter((unit) => unit.activeState !== "inactive");
	for (const unit of shown) {
		await call.out(`  ${unit.name} ${unit.definition.loadState} ${unit.activeState} ${unit.subState} ${describe(unit)}\n`);
	}
	return 0;
};

const listFiles: Verb = async (call, words) => {
	const { fs, profile } = call.machine;
	const names = new Set<string>();
	for (const folder of ["/etc/systemd/system", "/run/systemd/system", profile.unitFolder]) {
		const inode = fs.find(folder);
		if (inode?.kind !== "folder") continue;
		for (const name of inode.entries.names()) if (/\.(service|socket|timer)$/.test(name)) names.add(name);
	}
	for (const name of [...names].sort()) {
		if (words.names.length > 0 && !words.names.some((pattern) => matches(pattern, name))) continue;
		await call.out(`${name} ${enablement(call.machine.units, call.machine.units.unit(name))}\n`);
	}
	return 0;
};

const VERBS: Readonly<Record<string, Verb>> = {
	show,
	"is-active": isActive,
	"is-enabled": isEnabled,
	start: (call, words) => queue(call, words, "start"),
	stop: (call, words) => queue(call, words, "stop"),
	restart: (call, words) => queue(call, words, "restart"),
	enable: (call, words) => link(call, words, true),
	disable: (call, words) => link(call, words, false),
	"daemon-reload": async (call) => {
		call.machine.units.reload();
		return 0;
	},
	"reset-failed": async (call, words) => {
		let status = 0;
		for (const unit of named(call, words)) {
			if (unit.definition.loadState === "not-found" && unit.activeState === "inactive") {
				await call.err(`Failed to reset failed state of unit ${unit.name}: Unit ${unit.name} not loaded.\n`);
				status = 1;
			} else call.machine.units.resetFailed(unit);
		}
		return status;
	},
	kill: async (call, words) => {
		let status = 0;
		for (const unit of named(call, words)) {
			if (unit.activeState === "inactive") {
				await call.err(`Failed to kill unit ${unit.name}: Unit ${unit.name} not loaded.\n`);
				status = 1;
			} else call.machine.units.kill(unit, words.signal);
		}
		return status;
	},
	"list-jobs": async (call) => {
		for (const unit of call.machine.units.all()) if (unit.job) await call.out(` ${unit.job.id} ${unit.name} ${unit.job.type} running\n`);
		return 0;
	},
	"list-units": list,
	"list-unit-files": listFiles,
	"is-system-running": async (call) => {
		const { state } = call.machine;
		await call.out(`${state}\n`);
		return state === "running" ? 0 : 1;
	},
	status: async (call, words) => {
		for (const unit of named(call, words)) {
			await call.out(
				`* ${unit.name} - ${describe(unit)}\n   Loaded: ${unit.definition.loadState}\n   Active: ${unit.activeState} (${unit.subState})\n`,
			);
		}
		return named(call, words).every((unit) => unit.activeState === "active") ? 0 : 3;
	},
	reboot: async (call) => {
		setTimeout(() => void call.machine.reboot({ orderly: true }), 10);
		return 0;
	},
};

export const systemctl: Program = async (call) => {
	if (call.args.includes("--version")) {
		await call.out(call.machine.profile.systemdBanner);
		return 0;
	}
	const words = parse(call.args);
	if (call.machine.profile.systemd < 230 && words.flags.has("--value")) return call.fail("unrecognized option '--value'");
	const verb = VERBS[words.verb];
	if (!verb) return call.fail(`Unknown operation ${words.verb}.`);
	try {
		return await verb(call, words);
	} catch (error) {
		if (!(error instanceof UnitError) && !(error instanceof Errno)) throw error;
		await call.err(`${error.message}\n`);
		return 1;
	}
};

/** `systemd-run --unit=NAME COMMAND…`, and no more than version 219 knows where the profile says so. */
export const systemdRun: Program = async (call) => {
	let name = "";
	let at = 0;
	for (; at < call.args.length; at++) {
		const word = call.args[at] ?? "";
		if (word.startsWith("--unit=")) name = word.slice(7);
		else if (word === "--collect" && call.machine.profile.systemd < 236) return call.fail("unrecognized option '--collect'");
		else if (!word.startsWith("-")) break;
	}
	if (!/\.[a-z]+$/.test(name)) name = `${name}.service`;
	try {
		const unit = call.machine.units.makeTransient(name, call.args.slice(at));
		if (!(await call.machine.units.start(unit.name).done)) return await call.fail(`Failed to start ${name}`);
	} catch (error) {
		if (!(error instanceof UnitError)) throw error;
		await call.err(`${error.message}\n`);
		return 1;
	}
	await call.err(
		`Running ${call.machine.profile.systemd < 230 ? "as unit" : "as unit:"} ${name}${call.machine.profile.systemd < 230 ? "." : ""}\n`,
	);
	return 0;
};

export const journalctl: Program = async (call) => {
	let unit = "";
	let count = 500;
	for (let at = 0; at < call.args.length; at++) {
		const word = call.args[at] ?? "";
		if (word === "-u") unit = call.args[++at] ?? "";
		else if (word === "-n") count = Number(call.args[++at]);
		else if (word === "-o") at++;
	}
	const name = /\.[a-z]+$/.test(unit) ? unit : `${unit}.service`;
	await call.out(
		call.machine.journal
			.last(name, count)
			.map((line) => `${line}\n`)
			.join(""),
	);
	return 0;
};
