import { parseAllDocuments } from "yaml";
import type { Records } from "./records.ts";

/** A static pod's container as its manifest has it. */
export interface ManifestContainer {
	/** The manifest's path. */
	file: string;
	namespace: string;
	pod: string;
	container: string;
	/** `command` and `args` together. */
	words: string[];
}

const KEY = "static-pod:";
/** What may stand in a label's filter and in a marker line. */
const NAME = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;

/** The containers that the manifests below the kubelet's static pod path name; a manifest that cannot be read names none. */
export function readStaticPods(records: Records): ManifestContainer[] {
	return records
		.keys()
		.filter((key) => key.startsWith(KEY) && !key.endsWith(".rc"))
		.flatMap((key) => {
			const read = records.command(key);
			if (read?.status !== 0) return [];
			return containersOf(key.slice(KEY.length), Buffer.from(read.stdout.toString("latin1"), "base64").toString("utf8"));
		});
}

function containersOf(file: string, text: string): ManifestContainer[] {
	const documents = parseAllDocuments(text);
	if (!Array.isArray(documents)) return [];
	return documents.flatMap((document): ManifestContainer[] => {
		if (document.errors.length > 0) return [];
		const manifest: unknown = document.toJS();
		if (!isRecord(manifest) || manifest["kind"] !== "Pod") return [];
		const metadata = isRecord(manifest["metadata"]) ? manifest["metadata"] : {};
		const spec = isRecord(manifest["spec"]) ? manifest["spec"] : {};
		const pod = String(metadata["name"] ?? "");
		const namespace = String(metadata["namespace"] ?? "default");
		const containers = Array.isArray(spec["containers"]) ? spec["containers"].filter(isRecord) : [];
		return containers
			.map((each) => ({
				file,
				namespace,
				pod,
				container: String(each["name"] ?? ""),
				words: [...words(each["command"]), ...words(each["args"])],
			}))
			.filter((each) => [each.namespace, each.pod, each.container].every((name) => NAME.test(name)));
	});
}

function words(value: unknown): string[] {
	return Array.isArray(value) ? value.map(String) : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
