import type { Message } from "../../../lib/contracts/finding.ts";
import { said } from "../codes.ts";
import type { RunContext } from "./context.ts";

/**
 * Why a node goes back of which nothing failed: a person has called it back, whichever console asked the node for it, or nobody committed
 * it in time.
 */
export async function whyBack(context: RunContext): Promise<Message> {
	return (await context.cancelled()) ? said("run.cancelled") : said("run.went-back-by-itself", { node: context.run.nodeName });
}
