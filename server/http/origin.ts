import { HttpError } from "./problem.ts";

/** A browser names the page's origin with every request that changes something; another site's page must not use our cookie. Throws 403. */
export function refuseForeignOrigin(request: Request, origins: readonly string[]): void {
	const origin = request.headers.get("origin");
	if (origin === null && request.headers.get("sec-fetch-site") === null) return;
	if (origin !== null && origins.includes(origin)) return;
	throw new HttpError(403, "http.foreign-origin", { origin: origin ?? "", allowed: origins.join(", ") });
}

/** The peer's address, or the one that a trusted proxy named: server/startup/client-address.ts keeps nothing else in this header. */
export function clientAddress(request: Request): string | null {
	return request.headers.get("x-forwarded-for")?.split(",")[0]?.trim() || null;
}
