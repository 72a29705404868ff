import type { UnitManager } from "./manager.ts";
import type { Unit } from "./unit.ts";
import { lastValue, valuesOf, wordsOf } from "./unit-file.ts";

/** Enablement by the links that stand on disk. */
export function enablement(manager: UnitManager, unit: Unit): string {
	const { definition, name } = unit;
	if (definition.loadState === "masked") return "masked";
	if (definition.loadState === "not-found") return "";
	if (unit.transient) return "transient";
	const targets = wordsOf(definition, "Install.WantedBy");
	if (targets.length === 0) return "static";
	const { fs } = manager.machine;
	const folders = ["/etc/systemd/system", manager.machine.profile.unitFolder];
	const linked = targets.some((target) => folders.some((folder) => fs.find(`${folder}/${target}.wants/${name}`, false) !== undefined));
	return linked ? "enabled" : "disabled";
}

function execStart(unit: Unit): string {
	const line = valuesOf(unit.definition, "Service.ExecStart").at(-1);
	if (line === undefined) return "";
	const path = line.split(/\s/, 1)[0] ?? "";
	const since = unit.startedAt === "" ? "[n/a]" : `[${unit.startedAt}]`;
	return `{ path=${path} ; argv[]=${line} ; ignore_errors=no ; start_time=${since} ; stop_time=[n/a] ; pid=${unit.mainPid} ; code=(null) ; status=0/0 }`;
}

type Property = (unit: Unit, manager: UnitManager) => string | string[] | undefined;
/** Queued while the machine goes down; nothing else is known of it here. */
const isShutdown = (unit: Unit) => unit.name === "shutdown.target";
const service = (unit: Unit) => unit.name.endsWith(".service");

/** In systemd's own order. A property that returns undefined is not there for this unit, or not known to this version. */
export const PROPERTIES: readonly (readonly [string, Property])[] = [
	["MainPID", (unit) => (service(unit) ? String(unit.mainPid) : undefined)],
	["NRestarts", (unit, { machine }) => (service(unit) && machine.profile.systemd >= 235 ? String(unit.restarts) : undefined)],
	["ExecStart", (unit) => (service(unit) && unit.definition.loadState === "loaded" ? execStart(unit) : undefined)],
	[
		"EnvironmentFiles",
		(unit) =>
			valuesOf(unit.definition, "Service.EnvironmentFile").map((file) =>
				file.startsWith("-") ? `${file.slice(1)} (ignore_errors=yes)` : `${file} (ignore_errors=no)`,
			),
	],
	["Id", (unit) => unit.name],
	["Names", (unit) => unit.name],
	["Requires", (unit) => wordsOf(unit.definition, "Unit.Requires").join(" ")],
	["Wants", (unit) => wordsOf(unit.definition, "Unit.Wants").join(" ")],
	["BindsTo", (unit) => wordsOf(unit.definition, "Unit.BindsTo").join(" ")],
	["After", (unit) => wordsOf(unit.definition, "Unit.After").join(" ")],
	["LoadState", (unit) => unit.definition.loadState],
	["ActiveState", (unit) => unit.activeState],
	["SubState", (unit) => unit.subState],
	["FragmentPath", (unit) => unit.definition.fragmentPath],
	["DropInPaths", (unit) => unit.definition.dropInPaths.join(" ")],
	["UnitFileState", (unit, manager) => enablement(manager, unit)],
	["Job", (unit, { machine }) => (unit.job ? String(unit.job.id) : isShutdown(unit) && machine.state === "stopping" ? "1" : "0")],
	["NeedDaemonReload", (unit, manager) => (manager.needsReload(unit) ? "yes" : "no")],
];

/** The lines of `systemctl show` for one unit. */
export function showUnit(manager: UnitManager, unit: Unit, wanted: readonly string[]): string {
	return PROPERTIES.flatMap(([name, property]) => {
		if (wanted.length > 0 && !wanted.includes(name)) return [];
		const value = property(unit, manager);
		if (value === undefined) return [];
		return (Array.isArray(value) ? value : [value]).map((each) => `${name}=${each}\n`);
	}).join("");
}

/** Restart policy and the like, for messages. */
export function describe(unit: Unit): string {
	return lastValue(unit.definition, "Unit.Description") ?? unit.name;
}
