import type { FileFact } from "../../../lib/contracts/facts.ts";
import { type Misnamed, misnamedPlugins } from "../../runtime/containerd/misnamed.ts";
import { RuntimeError, SyntaxRuntimeError } from "../../runtime/errors.ts";
import { BLOCK, BLOCK_UNLESS_OVERRIDDEN, type CommonInput, defineCheck, WARN } from "../check.ts";
import { textOrNull } from "../text.ts";

const lineOf = (file: FileFact, line: number) => (textOrNull(file) ?? "").split("\n")[line - 1]?.trimEnd() ?? "";

export const containerdConfig = defineCheck({
	id: "containerd-config",
	codes: {
		"containerd.config.unreadable": BLOCK,
		"containerd.config.encoding": BLOCK,
		"containerd.config.syntax": BLOCK,
		// The daemon runs with what it read before and would not start again: then Docker would not either.
		"containerd.config.rejected": BLOCK,
		// The plan repairs it; the way back would restore it, so that a person decides.
		"containerd.config.short-names": BLOCK_UNLESS_OVERRIDDEN,
		"containerd.config.long-names-ignored": WARN,
		"containerd.cri-plugin.failed": WARN,
	},
	run: ({ facts: { containerd } }: CommonInput) => {
		const { config } = containerd;
		const where = { path: config.path };
		let misnamed: Misnamed[] = [];
		if (config.state !== "absent") {
			if (config.contentBase64 === null) {
				return [
					{ code: "containerd.config.unreadable", values: { ...where, state: config.state, sizeBytes: config.sizeBytes }, evidence: where },
				];
			}
			let text: string;
			try {
				text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(config.contentBase64, "base64"));
			} catch {
				return [{ code: "containerd.config.encoding", values: where, evidence: where }];
			}
			try {
				misnamed = misnamedPlugins(text);
			} catch (error) {
				// A version that nobody knows is for the edits to refuse.
				if (error instanceof RuntimeError && error.code === "containerd.config.version") return [];
				if (!(error instanceof SyntaxRuntimeError)) throw error;
				const { line, column } = error;
				return [
					{
						code: "containerd.config.syntax",
						values: { ...where, line, column, reason: String(error.values["reason"] ?? "") },
						evidence: { ...where, line, column, text: text.split("\n")[line - 1] ?? "" },
					},
				];
			}
		}
		const told = misnamed.slice(0, 1).map(({ kind, name, line }) => ({
			code: kind === "short" ? ("containerd.config.short-names" as const) : ("containerd.config.long-names-ignored" as const),
			values: { ...where, line, name },
			evidence: { ...where, line, text: lineOf(config, line) },
		}));
		if (!containerd.dump.known && containerd.dump.reason.startsWith("exit ")) {
			if (misnamed.some(({ kind }) => kind === "short")) return told;
			return [
				{
					code: "containerd.config.rejected",
					values: { ...where, reason: containerd.dump.reason },
					evidence: { ...where, text: containerd.dump.reason },
				},
			];
		}
		if (containerd.criPlugin.known && containerd.criPlugin.value === "error") {
			return [...told, { code: "containerd.cri-plugin.failed" as const, values: { state: containerd.criPlugin.value } }];
		}
		// A daemon that starts with short names passes over them (2.x): the plan gives them their long ones either way.
		return told.filter(({ code }) => code === "containerd.config.long-names-ignored");
	},
});
