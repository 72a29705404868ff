import { KubernetesError } from "./error.ts";

/** RFC 1123 subdomain: what the API accepts as the name of a node, a pod or a lease. */
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const ANNOTATION_NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** Gives `name` back when the API can hold it. A path is made of it: `..` would be another path. Throws `cluster.bad-name`. */
export function checkedName(name: string): string {
	if (name.length > 253 || !SUBDOMAIN.test(name)) throw new KubernetesError("cluster.bad-name", { name: name.slice(0, 253) });
	return name;
}

/** Gives an annotation's key back when the API can hold it. Throws `cluster.bad-name`. */
export function checkedAnnotationKey(key: string): string {
	const parts = key.split("/");
	const name = parts.pop() ?? "";
	if (parts.length > 1 || !ANNOTATION_NAME.test(name)) throw new KubernetesError("cluster.bad-name", { name: key.slice(0, 253) });
	if (parts[0] !== undefined) checkedName(parts[0]);
	return key;
}
