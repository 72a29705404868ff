/**
 * GET /runs/:id/log?offset=&limit= : bytes (application/octet-stream) from that offset; headers `x-log-offset`, `x-log-next`, `x-log-total`,
 * `x-log-generation`, `x-log-first-line`; where something is left out of its middle also `x-log-cut`, four numbers in the
 * order of logCutSchema: bytes asked for in there begin after it. GET /runs/:id/log?download=1 : the whole as text/plain attachment. POST /runs/:id/cancel.
 */
export const LOG_HEADERS = {
	offset: "x-log-offset",
	next: "x-log-next",
	total: "x-log-total",
	generation: "x-log-generation",
	firstLine: "x-log-first-line",
	cut: "x-log-cut",
} as const;
