import { REQUIRED_COMMANDS } from "../../probe/commands.ts";
import { BLOCK, type CommonInput, defineCheck } from "../check.ts";

const OF_CONTAINERD: ReadonlySet<string> = new Set(["ctr", "containerd"]);

export const commands = defineCheck({
	id: "commands",
	codes: { "node.command.missing": BLOCK },
	run: ({ facts }: CommonInput) => {
		const needed: string[] = REQUIRED_COMMANDS.filter((command) => facts.containerd.installed || !OF_CONTAINERD.has(command));
		// Images are carried by Docker's client.
		if (facts.docker.installed) needed.push("docker");
		return needed
			.filter((command) => !facts.host.commands[command])
			.map((command) => ({ code: "node.command.missing" as const, values: { command } }));
	},
});
