import { containerdSettings } from "../../plan/containerd-settings.ts";
import { containerdEndpoint } from "../../plan/endpoint.ts";
import { planContainerdConfig } from "../../runtime/containerd/plan.ts";
import { RuntimeError, type RuntimeErrorCode, SyntaxRuntimeError } from "../../runtime/errors.ts";
import { planRuntimeEndpoint } from "../../runtime/kubelet/config.ts";
import { planKubeletFlags } from "../../runtime/kubelet/plan.ts";
import { BLOCK, type CodeRule, defineCheck, NOTE, type Observation, type PreflightInput } from "../check.ts";
import { textOrNull } from "../text.ts";
import { carriedOrNothing } from "./docker-settings.ts";

type EditCode = `edit.${RuntimeErrorCode}` | "edit.containerd.note" | "edit.containerd.imports";

const REFUSALS: Readonly<Record<RuntimeErrorCode, CodeRule>> = {
	"file.encoding": BLOCK,
	"toml.syntax": BLOCK,
	"toml.unsupported": BLOCK,
	"toml.conflict": BLOCK,
	"toml.unintended": BLOCK,
	"json.syntax": BLOCK,
	"yaml.syntax": BLOCK,
	"env.syntax": BLOCK,
	"version.unreadable": BLOCK,
	"containerd.config.newer": BLOCK,
	"containerd.config.version": BLOCK,
	"containerd.config.names": BLOCK,
	"containerd.config.cni-dirs": BLOCK,
	"containerd.config.runc-v1-only": BLOCK,
	"containerd.config.daemon": BLOCK,
	"kubelet.flags.no-place": BLOCK,
	"kubelet.flags.quoting": BLOCK,
	"kubelet.flags.unintended": BLOCK,
	"kubelet.config.endpoint": BLOCK,
	"kubelet.config.key": BLOCK,
};

/** What the library that edits files refuses, as a finding; anything else is thrown on. */
function refusal(error: unknown, path: string): Observation<EditCode> {
	if (!(error instanceof RuntimeError)) throw error;
	const where = error instanceof SyntaxRuntimeError ? { line: error.line, column: error.column } : {};
	return { code: `edit.${error.code}`, values: { path, ...error.values }, evidence: { path, ...where } };
}

/** The edits that the plan would make, tried before anyone plans: a file that cannot be edited as intended excludes the node. */
export const fileEdits = defineCheck<PreflightInput, EditCode>({
	id: "file-edits",
	codes: {
		...(Object.fromEntries(Object.entries(REFUSALS).map(([code, rule]) => [`edit.${code}`, rule])) as Record<
			`edit.${RuntimeErrorCode}`,
			CodeRule
		>),
		"edit.containerd.note": NOTE,
		"edit.containerd.imports": NOTE,
	},
	run: ({ facts, policy }) => {
		const { containerd, kubelet } = facts;
		const found: Observation<EditCode>[] = [];
		const settings = containerdSettings(facts, policy, carriedOrNothing(facts, policy));
		const text = containerd.config.state === "absent" ? null : textOrNull(containerd.config);
		const readable = containerd.config.state === "absent" || text !== null;
		// What is unknown has a finding of its own.
		if (readable && containerd.version.known && settings.known) {
			try {
				const { notes } = planContainerdConfig({
					text,
					daemonVersion: containerd.version.value,
					settings: settings.value,
				});
				for (const { code, values } of notes) {
					const note = { values: { path: containerd.configPath, note: code, ...values }, evidence: { path: containerd.configPath } };
					found.push({ code: code === "imports" ? "edit.containerd.imports" : "edit.containerd.note", ...note });
				}
			} catch (error) {
				const observation = refusal(error, containerd.configPath);
				// containerd-config has said this already, with the line.
				if (observation.code !== "edit.toml.syntax" && observation.code !== "edit.toml.unsupported") found.push(observation);
			}
		}
		if (kubelet.version.known) {
			try {
				planKubeletFlags({
					places: kubelet.flagPlaces,
					kubeletVersion: kubelet.version.value,
					target: "containerd",
					endpoint: containerdEndpoint(facts),
				});
			} catch (error) {
				found.push(refusal(error, kubelet.flagPlaces.map((place) => place.file.path).join(" ")));
			}
		}
		for (const file of [kubelet.config, kubelet.instanceConfig]) {
			try {
				const own = file.state === "file" ? textOrNull(file) : null;
				if (own !== null) planRuntimeEndpoint(own, containerdEndpoint(facts));
			} catch (error) {
				const observation = refusal(error, file.path);
				// Of the socket's own path planKubeletFlags has said so already.
				if (observation.code !== "edit.kubelet.flags.quoting") found.push(observation);
			}
		}
		return found;
	},
});
