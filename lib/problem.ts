import type { Problem } from "./contracts/problem.ts";

/** Whether it is what the API answers where it refuses; told by what a page shows of it. */
export function isProblem(value: unknown): value is Problem {
	if (typeof value !== "object" || value === null) return false;
	const { type, status, code, values, requestId, issues } = value as Partial<Record<keyof Problem, unknown>>;
	return (
		type === "about:blank" &&
		Number.isInteger(status) &&
		typeof code === "string" &&
		typeof requestId === "string" &&
		areValues(values) &&
		(issues === undefined || (Array.isArray(issues) && issues.every(isIssue)))
	);
}

/** Values of a message, by their names. */
export function areValues(value: unknown): value is Record<string, string | number> {
	if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
	return Object.values(value).every((one) => typeof one === "string" || typeof one === "number");
}

function isIssue(value: unknown): boolean {
	if (typeof value !== "object" || value === null) return false;
	const { path, message } = value as { path?: unknown; message?: unknown };
	return typeof path === "string" && typeof message === "string";
}
