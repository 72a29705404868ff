import { positionOf } from "../../runtime/errors.ts";
import { BLOCK, type CommonInput, defineCheck } from "../check.ts";
import { textOrNull } from "../text.ts";

/** Docker runs with what it read before; with a damaged file it would not start again, and there would be no way back. */
export const dockerConfig = defineCheck({
	id: "docker-config",
	codes: { "docker.config.syntax": BLOCK, "docker.config.unreadable": BLOCK },
	run: ({ facts: { docker } }: CommonInput) => {
		const { path, state } = docker.daemonJson;
		if (state === "absent") return [];
		const text = textOrNull(docker.daemonJson);
		if (text === null) return [{ code: "docker.config.unreadable", values: { path, state }, evidence: { path } }];
		if (text.trim() === "") return [];
		try {
			JSON.parse(text);
			return [];
		} catch (error) {
			const reason = error instanceof Error ? error.message : String(error);
			const { line, column } = positionOf(text, Number(/position (\d+)/.exec(reason)?.[1] ?? text.length));
			const evidence = { path, line, column, text: text.split("\n")[line - 1] ?? "" };
			return [{ code: "docker.config.syntax", values: { path, line, column, reason }, evidence }];
		}
	},
});
