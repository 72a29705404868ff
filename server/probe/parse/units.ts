import type { UnitFact } from "../../../lib/contracts/facts.ts";
import { PROBED_UNITS } from "../commands.ts";
import type { Records } from "./records.ts";

export interface ProbedUnit {
	readonly fact: UnitFact;
	/** Files that EnvironmentFile= names, in their order. */
	readonly environmentFiles: readonly string[];
}

/** argv[] of what systemd prints as `{ path=… ; argv[]=… ; ignore_errors=no ; … }`; of several ExecStart= the first. */
function execStart(value: string): string {
	const begin = value.indexOf("argv[]=");
	if (begin === -1) return "";
	const rest = value.slice(begin + "argv[]=".length);
	const end = rest.indexOf(" ; ");
	return (end === -1 ? rest : rest.slice(0, end)).trim();
}

function readBlock(block: string): ProbedUnit & { readonly names: readonly string[] } {
	const values = new Map<string, string[]>();
	for (const line of block.split("\n")) {
		const cut = line.indexOf("=");
		if (cut > 0) values.set(line.slice(0, cut), [...(values.get(line.slice(0, cut)) ?? []), line.slice(cut + 1)]);
	}
	const one = (key: string): string => values.get(key)?.[0] ?? "";
	const words = (key: string): string[] => one(key).split(" ").filter(Boolean);
	// systemd 219 prints the property as EnvironmentFile, later ones as EnvironmentFiles.
	const environment = [...(values.get("EnvironmentFile") ?? []), ...(values.get("EnvironmentFiles") ?? [])];
	return {
		names: [one("Id"), ...words("Names")],
		environmentFiles: environment.map((value) => value.replace(/ \(ignore_errors=\w+\)$/, "")).filter((path) => path.startsWith("/")),
		fact: {
			name: one("Id"),
			loadState: one("LoadState"),
			activeState: one("ActiveState"),
			subState: one("SubState"),
			unitFileState: one("UnitFileState"),
			fragmentPath: one("FragmentPath"),
			dropInPaths: words("DropInPaths"),
			needDaemonReload: one("NeedDaemonReload") === "yes",
			mainPid: Number(one("MainPID")) || 0,
			execStart: execStart(one("ExecStart")),
			boundTo: [...new Set(["BindsTo", "Requisite"].flatMap(words))],
			dependencies: [...new Set(["Requires", "Wants", "BindsTo", "After"].flatMap(words))],
		},
	};
}

export type UnitName = (typeof PROBED_UNITS)[number];

/** All probed units by name. Where systemd did not answer, every state reads "unknown". */
export function readUnits(records: Records): ReadonlyMap<UnitName, ProbedUnit> {
	const answered = records.text("units.rc").trim() === "0";
	const blocks = answered ? records.text("units").split(/\n\n+/).filter(Boolean).map(readBlock) : [];
	return new Map(
		PROBED_UNITS.map((name) => {
			const block = blocks.find((candidate) => candidate.names.includes(name));
			if (block) return [name, { fact: { ...block.fact, name }, environmentFiles: block.environmentFiles }];
			const unknown = {
				name,
				loadState: "unknown",
				activeState: "unknown",
				subState: "unknown",
				unitFileState: "",
				fragmentPath: "",
				dropInPaths: [],
				needDaemonReload: false,
				mainPid: 0,
				execStart: "",
				dependencies: [],
			};
			return [name, { fact: unknown, environmentFiles: [] }];
		}),
	);
}

/** A live command line, with argv[0]; empty where the process does not run or could not be read. */
export function readArgv(records: Records, name: "docker" | "cri-docker" | "containerd" | "kubelet"): string[] {
	const result = records.command(`argv.${name}`);
	if (result?.status !== 0) return [];
	const words = Buffer.from(result.stdout.toString("latin1"), "base64").toString("utf8").split("\0");
	if (words.at(-1) === "") words.pop();
	return words;
}
