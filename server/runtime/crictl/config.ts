import { CONTAINERD_ENDPOINT } from "../kubelet/plan.ts";
import { readYamlMap } from "../yaml.ts";

export type CrictlConfig = {
	/** Null where the file does not say: crictl then tries its defaults, Docker's among them. */
	readonly runtimeEndpoint: string | null;
	readonly imageEndpoint: string | null;
	/** Seconds; crictl's own unit. */
	readonly timeoutS: number | null;
	readonly debug: boolean | null;
};

/** The text of /etc/crictl.yaml. `endpoint` defaults to containerd's, `timeoutS` to 10, `debug` to false. */
export function crictlConfigText(
	options: { readonly endpoint?: string; readonly timeoutS?: number; readonly debug?: boolean } = {},
): string {
	const endpoint = options.endpoint ?? CONTAINERD_ENDPOINT;
	if (!/^[A-Za-z0-9:/._-]+$/.test(endpoint)) throw new RangeError(`not an endpoint: ${JSON.stringify(endpoint)}`);
	return [
		`runtime-endpoint: ${endpoint}`,
		`image-endpoint: ${endpoint}`,
		`timeout: ${options.timeoutS ?? 10}`,
		`debug: ${options.debug ?? false}`,
		"",
	].join("\n");
}

/** Reads an existing file. Throws SyntaxRuntimeError `yaml.syntax`. */
export function parseCrictlConfig(text: string): CrictlConfig {
	const map = readYamlMap(text);
	const get = (key: string): unknown => map?.get(key);
	const string = (value: unknown) => (typeof value === "string" && value !== "" ? value : null);
	const timeout = Number(get("timeout") ?? Number.NaN);
	const debug = get("debug");
	return {
		runtimeEndpoint: string(get("runtime-endpoint")),
		imageEndpoint: string(get("image-endpoint")),
		timeoutS: Number.isFinite(timeout) ? timeout : null,
		debug: typeof debug === "boolean" ? debug : null,
	};
}
