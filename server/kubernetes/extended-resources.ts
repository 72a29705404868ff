const FACTORS: Readonly<Record<string, number>> = { "": 1, k: 1e3, M: 1e6, G: 1e9 };

/**
 * The extended resources among a node's allocatable ones, with how many there are: those with a domain that is not Kubernetes' own,
 * as device plugins give them (`nvidia.com/gpu`). They are whole numbers; one that reads otherwise counts as none. Pure.
 */
export function extendedResources(allocatable: Readonly<Record<string, string>>): Record<string, number> {
	return Object.fromEntries(
		Object.entries(allocatable).flatMap(([name, quantity]) => {
			const domain = name.slice(0, Math.max(0, name.indexOf("/")));
			if (domain === "" || domain === "kubernetes.io" || domain.endsWith(".kubernetes.io")) return [];
			const [, digits, suffix] = /^(\d+)([kMG]?)$/.exec(quantity) ?? [];
			return [[name, digits === undefined ? 0 : Number(digits) * (FACTORS[suffix ?? ""] ?? 1)]];
		}),
	);
}
