import type { RunSigns, RunView } from "./contracts/run.ts";

/** What of a run says how it is shown; of its steps only those that run on the node, since no other's silence says anything. Pure. */
export function signsOf({ version, state, startedAt, seenAt, hold, waiting, steps }: RunView): RunSigns {
	const onNode = steps.filter((step) => step.where === "node" && step.state === "running");
	return { version, state, startedAt, seenAt, hold, waiting, steps: onNode.map(({ where, state }) => ({ where, state })) };
}

/** The newer of what was read of a run and what was heard of it: a sign of life changes no version. Pure. */
export function newerSigns(read: RunSigns, heard: RunSigns | undefined): RunSigns {
	if (heard === undefined || heard.version < read.version) return read;
	return heard.version > read.version || (heard.seenAt ?? "") >= (read.seenAt ?? "") ? heard : read;
}
