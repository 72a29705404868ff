import type { Message } from "../../../lib/contracts/finding.ts";
import { inventoryMessage } from "../../inventory/errors.ts";
import { KubernetesError } from "../../kubernetes/error.ts";
import { PlanError } from "../../plan/error.ts";
import { ProbeError } from "../../probe/errors.ts";
import { RemoteError } from "../../remote/errors.ts";
import { RuntimeError } from "../../runtime/errors.ts";
import { SshError } from "../../ssh/errors.ts";
import { said } from "../codes.ts";
import { EngineError } from "../errors.ts";

/** A run cannot go on: the code and values that the person is shown. */
export class RunFailure extends Error {
	constructor(readonly told: Message) {
		super(`${told.code} ${JSON.stringify(told.values)}`);
		this.name = "RunFailure";
	}
}

export function fail(told: Message): never {
	throw new RunFailure(told);
}

/** Any error as a message: typed ones by their own code, others as `engine.unexpected` (their text is in the log, not here). */
export function asMessage(error: unknown): Message {
	if (error instanceof RunFailure) return error.told;
	if (error instanceof SshError) return { code: `ssh.${error.code}`, values: error.values };
	if (error instanceof RemoteError || error instanceof KubernetesError) return { code: error.code, values: { ...error.values } };
	if (error instanceof RuntimeError) return { code: `runtime.${error.code}`, values: { ...error.values } };
	if (error instanceof ProbeError || error instanceof EngineError) return { code: error.code, values: { ...error.values } };
	if (error instanceof PlanError) return { code: `plan.${error.code}`, values: { ...error.values } };
	return inventoryMessage(error) ?? said("engine.unexpected");
}

/** True where the same call may succeed later without anybody changing anything. */
export function isPassing(error: unknown): boolean {
	return (error instanceof SshError || error instanceof RemoteError || error instanceof KubernetesError) && error.retryable;
}

/**
 * True where a node that was asked has not said anything: it could not be reached, or whatever let us in or kept us out was not its answer to
 * the question. What is waited for as long as only the node can say it is asked again for all of these.
 */
export function isNoWord(error: unknown): boolean {
	if (error instanceof SshError) return true;
	return error instanceof RemoteError && (error.code === "remote.unknown-answer" || error.code === "remote.script-failed");
}

/**
 * True for the engine's own trouble, its lease or its database: it says nothing about the node, so the run is let go and taken up
 * again as it stands. Anything else, a mistake of ours too, is a failure of the run.
 */
export function isOwnTrouble(error: unknown): boolean {
	if (error instanceof EngineError) return true;
	return error instanceof Error && (error.name.startsWith("PrismaClient") || error.name === "DriverAdapterError");
}
