import type { ApiPod } from "../api-node.ts";
import { listed, type Observation } from "../check.ts";

/** One finding that counts and names these pods; none where there are none. */
export function toldOf<Code extends string>(code: Code, pods: readonly ApiPod[], more: Record<string, string> = {}): Observation<Code>[] {
	return pods.length === 0 ? [] : [{ code, values: { count: pods.length, pods: listed(pods.map(({ label }) => label)), ...more } }];
}
