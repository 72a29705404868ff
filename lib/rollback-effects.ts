import type { RunDetail } from "./contracts/run-detail.ts";
import { naturalCompare } from "./format.ts";
import { longestOutageMs } from "./review.ts";

interface RollbackEffects {
	/** Paths that are changed on some node. */
	files: number;
	/** True where some node is drained. */
	drains: boolean;
	/** The longest of all nodes, milliseconds. */
	outageMs: number;
	/** Images that the nodes' containerd knows by no tag, by name. */
	byDigest: string[];
}

type Detail = Pick<RunDetail, "plan" | "facts"> & {
	migration: { policy: { drain: { enabled: boolean } } };
	run: Pick<RunDetail["run"], "withoutApi">;
};

/** What the rollbacks of these nodes do together; null while one of them is not read: a part would pass for the whole. Pure. */
export function rollbackEffects(details: readonly (Detail | undefined)[]): RollbackEffects | null {
	const all = details.flatMap((detail) => detail ?? []);
	if (all.length < details.length) return null;
	const plans = all.flatMap(({ plan }) => plan ?? []);
	const images = all.flatMap(({ facts }) => (facts?.containerd.images.known ? byDigestAlone(facts.containerd.images.value) : []));
	return {
		files: new Set(plans.flatMap((plan) => plan.files.map((file) => file.path))).size,
		drains: all.some(({ migration, run }) => migration.policy.drain.enabled && !run.withoutApi),
		outageMs: Math.max(0, ...plans.map((plan) => longestOutageMs(plan.steps))),
		byDigest: [...new Set(images)].sort(naturalCompare),
	};
}

/** containerd names an image that was pulled by its tag by its digest as well. */
function byDigestAlone(names: readonly string[]): string[] {
	const tagged = names.filter((name) => !name.includes("@") && !name.startsWith("sha256:"));
	const repositories = new Set(tagged.map((name) => name.replace(/:[^:/]*$/, "")));
	return names.filter((name) => name.includes("@") && !repositories.has(name.split("@", 1)[0] ?? ""));
}
