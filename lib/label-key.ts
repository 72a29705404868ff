/** A label's key as the API server takes it: a name, perhaps below a DNS name (Kubernetes documentation, "Labels and Selectors"). */
const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;
const PREFIX = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;

/** Whether a node can have a label of this key. */
export function isLabelKey(key: string): boolean {
	const parts = key.split("/");
	const [prefix, name] = parts.length === 1 ? [null, key] : [parts[0] ?? "", parts[1] ?? ""];
	return parts.length <= 2 && NAME.test(name) && (prefix === null || (prefix.length <= 253 && PREFIX.test(prefix)));
}
