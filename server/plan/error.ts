/** Why no plan can be made: a stable code and its values. Preflight says the same earlier, with its evidence. */
export class PlanError extends Error {
	constructor(
		readonly code: "fact-unknown" | "not-on-docker" | "not-on-containerd" | "no-snapshot" | "bytes-missing" | "not-utf8",
		readonly values: Record<string, string>,
	) {
		super(`${code}: ${JSON.stringify(values)}`);
		this.name = "PlanError";
	}
}
