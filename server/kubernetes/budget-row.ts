import { z } from "zod";

/** One PodDisruptionBudget, of policy/v1 or policy/v1beta1 alike. */
export interface BudgetRow {
	namespace: string;
	name: string;
	disruptionsAllowed: number;
	currentHealthy: number;
	desiredHealthy: number;
	expectedPods: number;
	/** False while the server has not yet counted the budget's present form: it allows nothing until then. */
	observed: boolean;
	/** Whose pods it counts; null where it counts none. */
	selector: LabelSelector | null;
}

export interface LabelSelector {
	matchLabels: Record<string, string>;
	matchExpressions: { key: string; operator: string; values: string[] }[];
}

const selectorSchema = z.object({
	matchLabels: z.record(z.string(), z.string()).nullish(),
	matchExpressions: z.array(z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).nullish() })).nullish(),
});

export const budgetListSchema = z.object({
	metadata: z.object({ continue: z.string().optional() }).default({}),
	items: z.array(
		z.object({
			metadata: z.object({ namespace: z.string(), name: z.string(), generation: z.number().default(0) }),
			spec: z.object({ selector: selectorSchema.nullish() }).default({}),
			status: z
				.object({
					observedGeneration: z.number().default(0),
					disruptionsAllowed: z.number().default(0),
					currentHealthy: z.number().default(0),
					desiredHealthy: z.number().default(0),
					expectedPods: z.number().default(0),
				})
				.prefault({}),
		}),
	),
});

/**
 * One item of a budget list as a row. An empty selector counts every pod of its namespace in policy/v1 and none in v1beta1
 * (Kubernetes documentation, "Specifying a Disruption Budget"). Pure.
 */
export function toBudgetRow({ metadata, spec, status }: z.infer<typeof budgetListSchema>["items"][number], version: string): BudgetRow {
	const matchLabels = spec.selector?.matchLabels ?? {};
	const matchExpressions = (spec.selector?.matchExpressions ?? []).map((each) => ({ ...each, values: each.values ?? [] }));
	const isEmpty = Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;
	return {
		selector: !spec.selector || (isEmpty && version !== "v1") ? null : { matchLabels, matchExpressions },
		namespace: metadata.namespace,
		name: metadata.name,
		disruptionsAllowed: status.disruptionsAllowed,
		currentHealthy: status.currentHealthy,
		desiredHealthy: status.desiredHealthy,
		expectedPods: status.expectedPods,
		observed: status.observedGeneration >= metadata.generation,
	};
}

/** True where the budget counts this pod. An operator that is not known counts for nothing: the server would not have taken it. Pure. */
export function countsPod(budget: BudgetRow, pod: { namespace: string; labels: Record<string, string> }): boolean {
	const { selector } = budget;
	if (selector === null || budget.namespace !== pod.namespace) return false;
	const has = (key: string) => Object.hasOwn(pod.labels, key);
	return (
		Object.entries(selector.matchLabels).every(([key, value]) => pod.labels[key] === value) &&
		selector.matchExpressions.every(({ key, operator, values }) => {
			if (operator === "In") return has(key) && values.includes(pod.labels[key] ?? "");
			if (operator === "NotIn") return !has(key) || !values.includes(pod.labels[key] ?? "");
			return operator === "Exists" ? has(key) : operator === "DoesNotExist" && !has(key);
		})
	);
}
