import { type Policy, policySchema } from "./contracts/plan.ts";

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
		const read = policySchema.shape.registryMirrors.safeParse([{ registry, mirrors: urls }]);
		const again = mirrors.some((other) => other.registry === registry);
		if (!read.success || again) return { mirrors, wrongLine: index + 1 };
		mirrors.push({ registry, mirrors: urls });
	}
	return { mirrors, wrongLine: null };
}
