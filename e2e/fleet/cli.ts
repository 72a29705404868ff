import { parseArgs } from "node:util";
import { attach, bringUp, down, type Fleet, FleetError } from "./fleet.ts";
import { SUITE_NAMES, type SuiteName } from "./suites.ts";

const USAGE = `usage: cli.ts up [--nodes N] [--control-planes N] [--name NAME] [--suite ${SUITE_NAMES.join("|")}] [--own-disks] [--keep]
       cli.ts down|status [--name NAME]
       cli.ts reset NODE [--name NAME]         a pristine disk, same node
       cli.ts power-cut|power-off|power-on|reboot NODE [--name NAME]
       cli.ts exec NODE SCRIPT [--name NAME]   as root inside the host, past sshd
       cli.ts kubectl ARGS [--name NAME]
       cli.ts deploy NAME REPLICAS [MIN_AVAILABLE] [--name NAME]
`;

const OPTIONS = {
	nodes: { type: "string", default: "3" },
	"control-planes": { type: "string", default: "0" },
	name: { type: "string" },
	suite: { type: "string", default: "bookworm" },
	"own-disks": { type: "boolean", default: false },
	keep: { type: "boolean", default: false },
	help: { type: "boolean", default: false },
} as const;

const { values, positionals } = parseArgs({ allowPositionals: true, options: OPTIONS, args: guarded(process.argv.slice(2)) });

/** What follows `kubectl` or `exec` belongs to them, but for our own `--name NAME`. */
function guarded(args: readonly string[]): string[] {
	const at = args.findIndex((argument) => argument === "kubectl" || argument === "exec");
	if (at < 0) return [...args];
	const rest = args.slice(at + 1).filter((argument) => argument !== "--");
	const name = rest.indexOf("--name");
	const own = name < 0 ? [] : rest.splice(name, 2);
	return [...args.slice(0, at), ...own, args[at] ?? "", "--", ...rest];
}

const say = (line: string) => process.stderr.write(`${line}\n`);

async function main(): Promise<number> {
	const [command, ...rest] = positionals;
	if (values.help || command === undefined) {
		process.stdout.write(USAGE);
		return values.help ? 0 : 2;
	}
	if (command === "down") {
		await down(values.name);
		return 0;
	}
	if (command === "up") {
		const suite = SUITE_NAMES.find((name) => name === values.suite);
		if (!suite) throw new FleetError("fleet.bad_suite", `no suite ${values.suite}; there are ${SUITE_NAMES.join(", ")}`);
		return up(Number(values.nodes), suite);
	}
	return onFleet(await attach(values.name), command, rest);
}

async function up(count: number, suite: SuiteName): Promise<number> {
	const began = Date.now();
	const progress = (line: string) => say(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${line}`);
	const controlPlanes = Number(values["control-planes"]);
	const nodes = Array.from({ length: count }, (_, index) => ({ controlPlane: index < controlPlanes }));
	const fleet = await bringUp({
		nodes,
		suite,
		progress,
		keepOnFailure: values.keep,
		ownDisks: values["own-disks"],
		...(values.name ? { name: values.name } : {}),
	});
	progress("up");
	await status(fleet);
	return 0;
}

async function status(fleet: Fleet): Promise<void> {
	process.stdout.write(await fleet.kubectl(["get", "nodes", "-o", "wide"]));
	process.stdout.write(`\nkubeconfig  ${fleet.kubeconfig}\n`);
	for (const node of fleet.nodes) {
		process.stdout.write(`${node.name}  ssh -i ${fleet.privateKeyPath} root@${node.address}  (${(await node.isOn()) ? "on" : "off"})\n`);
	}
}

async function onFleet(fleet: Fleet, command: string, rest: readonly string[]): Promise<number> {
	const node = () => fleet.node(rest[0] ?? "");
	switch (command) {
		case "status":
			await status(fleet);
			return 0;
		case "reset":
			await fleet.reset(node().name);
			return 0;
		case "power-cut":
			await node().powerCut();
			return 0;
		case "power-off":
			await node().powerCut({ stayOff: true });
			return 0;
		case "power-on":
			await node().powerOn();
			return 0;
		case "reboot":
			await node().reboot();
			return 0;
		case "exec": {
			const result = await node().exec(rest.slice(1).join(" "), { timeoutMs: 600_000 });
			process.stdout.write(result.stdout);
			process.stderr.write(result.stderr);
			return result.code;
		}
		case "kubectl":
			process.stdout.write(await fleet.kubectl(rest, { timeoutMs: 600_000 }));
			return 0;
		case "deploy": {
			const [name = "web", replicas = "3", minAvailable] = rest;
			const budget = minAvailable === undefined ? {} : { minAvailable: Number(minAvailable) };
			for (const pod of await fleet.deploy({ name, replicas: Number(replicas), ...budget })) {
				process.stdout.write(`${pod.name}  ${pod.node}  ${pod.ip}  ${pod.containerId}\n`);
			}
			return 0;
		}
		default:
			process.stderr.write(USAGE);
			return 2;
	}
}

main().then(
	(code) => {
		process.exitCode = code;
	},
	(error: unknown) => {
		say(error instanceof FleetError ? `${error.code}: ${error.message}` : String(error instanceof Error ? error.stack : error));
		process.exitCode = 1;
	},
);
