import type { Policy } from "./contracts/plan.ts";

/** A registry as image names spell it: `docker.io`, `registry.example.com:5000`. */
export const REGISTRY_HOST = /^[A-Za-z0-9][A-Za-z0-9.-]*(:\d{1,5})?$/;
export const MOST_HOST = 253;
/** Where a mirror answers: scheme, host, port and path, without user, query or fragment. */
export const MIRROR_URL = /^https?:\/\/[A-Za-z0-9.[\]:-]+(\/[A-Za-z0-9._~%/-]*)?$/;
export const MOST_URL = 2_000;
/** Of one registry. */
export const MOST_MIRRORS = 20;

type Mirrors = NonNullable<Policy["registryMirrors"]>;

/** A registry a line, and behind it the addresses that are asked for it, in order. */
export function mirrorsToText(mirrors: Mirrors): string {
	return mirrors.map(({ registry, mirrors: urls }) => [registry, ...urls].join(" ")).join("\n");
}

/** What such a text says; `wrongLine` (from 1) is the first line that names no registry, no address, or a registry again. Empty lines are passed over. */
export function mirrorsFromText(text: string): { mirrors: Mirrors; wrongLine: number | null } {
	const mirrors: Mirrors = [];
	for (const [index, line] of text.split("\n").entries()) {
		const [registry, ...urls] = line.trim().split(/\s+/);
		if (!registry) continue;
		const again = mirrors.some((other) => other.registry === registry);
		if (!isMirrored(registry, urls) || again) return { mirrors, wrongLine: index + 1 };
		mirrors.push({ registry, mirrors: urls });
	}
	return { mirrors, wrongLine: null };
}

function isMirrored(registry: string, urls: readonly string[]): boolean {
	if (registry.length > MOST_HOST || !REGISTRY_HOST.test(registry)) return false;
	return urls.length > 0 && urls.length <= MOST_MIRRORS && urls.every((url) => url.length <= MOST_URL && MIRROR_URL.test(url));
}
